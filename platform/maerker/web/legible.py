"""Requests that can be read: what is no host, no address, no text, or too much, is refused before all else."""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from maerker.errors import NotThere
from maerker.web.headers import POLICY

View = TypeVar("View", bound=Callable[..., Any])
LARGEST_FORM = 1024 * 1024
LARGEST_UPLOAD = 5 * 15 * 1024 * 1024 + LARGEST_FORM
_HOST = re.compile(r"([a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def takes_files(view: View) -> View:
    """The view takes photos; every other one takes as much as a form of words needs, and no more."""
    view.takes_files = True  # type: ignore[attr-defined]
    return view


def demand_legible() -> None:
    """Before each request: an address without control characters, a query in UTF-8, a body that is not too large.

    A form of words is read into memory as a whole, so its bound is that of the words; files go to the disk.
    """
    if _CONTROL.search(request.path):
        raise NotThere()
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        request.query_string = b""  # the page that says so leads back to here
        raise BadRequest from None
    if not (_view_takes_files() and request.mimetype == "multipart/form-data"):
        request.max_content_length = LARGEST_FORM


def is_host(header: str) -> bool:
    """Whether a Host header can be one at all: letters, digits, hyphens and dots, perhaps a port."""
    return bool(_HOST.fullmatch(header))


def no_such_host(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The 404 for a Host header that is none: without a page, since no address could be written into one."""
    answer = Response("Unter dieser Adresse gibt es keine Kommune.\n", 404, content_type="text/plain; charset=utf-8")
    answer.headers.update({
        "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
    })
    body: Iterable[bytes] = answer(environ, start_response)
    return body


def _view_takes_files() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "takes_files", False))
