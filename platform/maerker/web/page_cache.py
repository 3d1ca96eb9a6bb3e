"""Whole public pages, kept in Redis for at most a minute.

The key holds host, the host's publication counter, language, path and query. The counter is raised after the
commit of each public move, so an editor sees the change at once. A page in here never set a cookie and holds
no token. Without Redis pages are rendered. Addresses that nobody else would ask for are not kept (see `keep_page`).
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, g, request
from redis import Redis, RedisError
from werkzeug.sansio.http import parse_cookie
from werkzeug.wrappers import Response

from maerker.web.cookies import LANGUAGE
from maerker.web.host import host_of

StartResponse = Callable[..., Any]
Environ = dict[str, Any]

_LOOK_UP = """
local counter = redis.call('GET', KEYS[1]) or '0'
return {counter, redis.call('GET', KEYS[2] .. counter .. ':' .. ARGV[1]) or ''}
"""
_PAUSE_AFTER_FAILURE = 2.0
_LONGEST_QUERY = 300
_MOST_PARAMETERS = 2
LANGUAGES = ("de", "en")


class PageCache:
    """A WSGI layer before Flask: a hit costs one round trip to Redis and nothing else."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], redis: "Redis", seconds: int, secure: bool) -> None:
        self._inner = inner
        self._redis = redis
        self._seconds = seconds
        self._look_up = redis.register_script(_LOOK_UP)
        self._silent_until = 0.0
        self._language_cookie = f"__Host-{LANGUAGE}" if secure else LANGUAGE

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in ("GET", "HEAD") and len(environ.get("QUERY_STRING", "")) < _LONGEST_QUERY:
            page = self._find(environ)
            if page is not None:
                return _answer(page, environ, start_response)
        return self._inner(environ, start_response)

    def keep(self, environ: Environ, response: Response) -> None:
        """Store a page that the view allowed to be kept (see `keep_page`)."""
        slot = environ.get("maerker.page_slot")
        if slot is None or self._seconds == 0 or "Set-Cookie" in response.headers:
            return
        head = [(k, v) for k, v in response.headers if k.lower() not in ("content-length", "x-request-id")]
        kept = json.dumps(head).encode() + b"\n" + response.get_data()
        try:
            self._redis.set(slot, kept, ex=self._seconds)
        except RedisError:
            self._rest()

    def _find(self, environ: Environ) -> bytes | None:
        if time.monotonic() < self._silent_until or self._seconds == 0:
            return None
        host = host_of(environ)
        rest = "|".join(
            (self._language(environ), quote(environ.get("PATH_INFO", "/")), environ.get("QUERY_STRING", ""))
        )
        prefix = f"page:{{{host}}}:"
        try:
            counter, page = self._look_up(keys=[f"pages:{{{host}}}", prefix], args=[rest])
        except RedisError:
            self._rest()
            return None
        if page:
            return bytes(page)
        environ["maerker.page_slot"] = f"{prefix}{counter.decode()}:{rest}"
        return None

    def _language(self, environ: Environ) -> str:
        """Read as Flask reads it: a cookie spelt oddly must not put one language's page into the other's place."""
        cookies = str(environ.get("HTTP_COOKIE", ""))
        given = parse_cookie(cookies).get(self._language_cookie, "") if self._language_cookie in cookies else ""
        return given if given in LANGUAGES else "de"

    def _rest(self) -> None:
        self._silent_until = time.monotonic() + _PAUSE_AFTER_FAILURE


def _answer(page: bytes, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    head, _, body = page.partition(b"\n")
    headers = [(str(name), str(value)) for name, value in json.loads(head)]
    etag = next((value for name, value in headers if name == "ETag"), "")
    if etag and environ.get("HTTP_IF_NONE_MATCH") == etag:
        start_response("304 Not Modified", [pair for pair in headers if pair[0] != "Content-Type"])
        return [b""]
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def keep_page(response: Response, *, parameters: Sequence[str] = ()) -> Response:
    """Say that this public page may be kept: it is the same for everybody.

    `parameters` are those of the address that the page depends on, in the order in which links and forms name them,
    with values that the view has checked. With any other, one of them twice, another order, more than two in use or an
    odd spelling the page is made anew each time: there are endless such addresses, and whoever thinks them up would
    fill the memory with pages that nobody else asks for. Empty ones come from a form, which names all from the first.
    """
    g.keep_page = not request.query_string or _is_common(list(request.args.items(multi=True)), parameters)
    return response


def _is_common(given: list[tuple[str, str]], parameters: Sequence[str]) -> bool:
    names = [name for name, _ in given]
    in_use = sum(1 for _, value in given if value)
    as_in_a_link = in_use == len(names) and names == [name for name in parameters if name in names]
    as_in_a_form = names == list(parameters[:len(names)])
    return (
        (as_in_a_link or as_in_a_form) and in_use <= _MOST_PARAMETERS
        and urlencode(given).encode() == request.query_string
    )


def connect_page_cache(app: Flask, redis: "Redis", seconds: int, secure: bool) -> None:
    """Put the cache before the application and fill it after each page that allows it."""
    cache = PageCache(app.wsgi_app, redis, seconds, secure)
    app.wsgi_app = cache  # type: ignore[method-assign]

    @app.after_request
    def fill(response: Response) -> Response:
        may_be_kept = g.get("keep_page") and not g.get("holds_token")
        if may_be_kept and response.status_code == 200 and not response.direct_passthrough:
            response.headers["Cache-Control"] = "no-cache"
            response.add_etag()
            cache.keep(request.environ, response)
            if "HTTP_IF_NONE_MATCH" in request.environ:
                response.make_conditional(request.environ)
        return response


def forget_pages(redis: "Redis", hosts: Iterable[str]) -> None:
    """After the commit of a public move: no page of these hosts made before it is shown again."""
    try:
        pipeline = redis.pipeline(transaction=False)
        for host in hosts:
            pipeline.incr(f"pages:{{{host}}}")
        pipeline.execute()
    except RedisError:
        return
