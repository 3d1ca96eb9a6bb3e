"""The page cache under attack: nobody puts a page, a language, a cookie or a token before another visitor."""

import re
from collections.abc import Iterator

import pytest
from redis import Redis

from maerker.application import WEB
from maerker.web.page_cache import PageCache
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, a_visitor, move, signed_in
from tests.security.test_nonsense import raw
from tests.world import BASE, Visitor

KEPT = ("/", "/hinweise/", "/hinweise/karte", "/karte", "/hinweise.atom", "/hinweise.geojson", "/impressum",
        "/datenschutz", "/barrierefreiheit", "/hilfe")


@pytest.fixture
def kept() -> "Iterator[Redis]":
    """The cache of this process, emptied before."""
    redis = Redis.from_url(Here.world.settings.redis_url)
    redis.flushdb()
    yield redis
    redis.flushdb()


def pages(redis: "Redis") -> list[bytes]:
    return [redis.get(key) for key in redis.keys("page:*")]


@pytest.mark.parametrize("cookie", [
    'maerker_sprache="en"', "a=1;maerker_sprache=en", "maerker_sprache =en", "\tmaerker_sprache=en",
    "x;maerker_sprache=en;maerker_sprache=de", "maerker_sprache=de; maerker_sprache=en", 'maerker_sprache="\\145n"',
    "maerker_sprache=EN", "maerker_sprache=en ", "maerker_sprache=; maerker_sprache=en",
])
def test_no_spelling_of_the_language_cookie_poisons_the_german_page(
    kept: "Redis", town: MadeTown, cookie: str
) -> None:
    first = raw(a_visitor(town), "/hilfe", HTTP_COOKIE=cookie)
    german = a_visitor(town).get("/hilfe")
    assert '<html lang="de"' in german.text
    again = raw(a_visitor(town), "/hilfe", HTTP_COOKIE=cookie)
    assert _language(first.text) == _language(again.text)


def _language(page: str) -> str:
    found = re.search(r'<html lang="(\w+)"', page)
    assert found
    return found.group(1)


def test_what_a_signed_in_person_looks_at_is_kept_without_a_trace_of_them(kept: "Redis", town: MadeTown) -> None:
    number = a_published_report(town)
    editor = signed_in(town)
    editor.get("/hinweise/neu")
    secrets = [*editor.cookies().values(), "Rita Noack", "csrf_token", "Set-Cookie"]
    for path in (*KEPT, f"/hinweise/{number}"):
        assert editor.get(path).status_code == 200
    found = pages(kept)
    assert len(found) >= len(KEPT)
    for page in found:
        assert not any(secret.encode() in page for secret in secrets)


def test_a_page_with_a_token_or_a_cookie_is_not_kept_even_if_its_view_says_so(
    kept: "Redis", town: MadeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flask import Response, make_response

    from maerker.web.access import public
    from maerker.web.guard import csrf_token
    from maerker.web.page_cache import keep_page

    platform = Here.world.platform_with()
    app = platform.app("town")
    app.view_functions["portal.help_page"] = public(lambda: keep_page(make_response(csrf_token())))

    def with_cookie() -> Response:
        answer = make_response("x")
        answer.set_cookie("a", "b")
        return keep_page(answer)  # type: ignore[return-value]

    app.view_functions["portal.imprint"] = public(with_cookie)
    known = a_visitor(town, platform=platform)
    known.get("/anmelden")
    for visitor in (known, a_visitor(town, platform=platform)):
        assert visitor.get("/hilfe").status_code == 200
        assert visitor.get("/impressum").status_code == 200
    assert pages(kept) == []


def test_a_look_at_the_head_keeps_the_whole_page(kept: "Redis", town: MadeTown) -> None:
    head = a_visitor(town)._open("/hilfe", method="HEAD")
    assert head.text == ""
    page = a_visitor(town).get("/hilfe")
    assert "</html>" in page.text
    assert a_visitor(town)._open("/hilfe", method="HEAD").text == ""


@pytest.mark.parametrize("path", ["/gibt-es-nicht", "/hinweise/2026-999999", "/hinweise/?seite=999", "/redaktion/",
                                  "/hinweise.geojson?bbox=1", "/anmelden", "/hinweise/neu", "/verfolgen/",
                                  "/sprache/en"])
def test_errors_forms_and_redirects_are_kept_nowhere(kept: "Redis", town: MadeTown, path: str) -> None:
    a_visitor(town).get(path)
    signed_in(town).get(path)
    assert pages(kept) == []


@pytest.mark.parametrize("trick", [
    {"HTTP_X_FORWARDED_HOST": "{other}"}, {"HTTP_X_FORWARDED_PREFIX": "/boese"}, {"HTTP_X_ORIGINAL_URL": "/impressum"},
    {"HTTP_X_REWRITE_URL": "/impressum"}, {"HTTP_X_HTTP_METHOD_OVERRIDE": "POST"}, {"HTTP_X_FORWARDED_PROTO": "https"},
    {"HTTP_X_FORWARDED_PORT": "4444"}, {"HTTP_X_SCRIPT_NAME": "/boese"}, {"HTTP_ACCEPT_LANGUAGE": "en"},
    {"HTTP_RANGE": "bytes=0-3"}, {"HTTP_USER_AGENT": "<script>"}, {"HTTP_REFERER": "http://boese.example/"},
    {"HTTP_IF_NONE_MATCH": "*"}, {"HTTP_ACCEPT": "application/json"}, {"wsgi.url_scheme": "https"},
])
def test_no_header_changes_what_the_next_visitor_gets(
    kept: "Redis", town: MadeTown, trick: dict[str, str]
) -> None:
    other = a_tenant()
    number = a_published_report(town)
    clean = {path: a_visitor(town).get(path).data for path in ("/", f"/hinweise/{number}", "/hinweise.atom")}
    kept.flushdb()
    for path in clean:
        raw(a_visitor(town), path, **{name: value.replace("{other}", other.host) for name, value in trick.items()})
    assert {path: a_visitor(town).get(path).data for path in clean} == clean


@pytest.mark.parametrize("spelt", [str.upper, lambda host: host + ".", lambda host: host + ":8000"])
def test_a_host_spelt_oddly_changes_no_page_for_others(kept: "Redis", town: MadeTown, spelt: object) -> None:
    clean = a_visitor(town).get("/hinweise.atom").data
    kept.flushdb()
    raw(a_visitor(town), "/hinweise.atom", HTTP_HOST=spelt(town.host))  # type: ignore[operator]
    assert a_visitor(town).get("/hinweise.atom").data == clean


@pytest.mark.parametrize(("first", "second"), [
    ("/hinweise/?q=a%7Cb", "/hinweise/?q=a|b"), ("/hinweise/|?q=x", "/hinweise/?|q=x"),
    ("/hinweise/%3Fq=x", "/hinweise/?q=x"), ("/?de|/impressum", "/impressum"), ("/%2Fimpressum", "/impressum"),
])
def test_two_addresses_never_share_a_page(kept: "Redis", town: MadeTown, first: str, second: str) -> None:
    clean = a_visitor(town).get(second)
    kept.flushdb()
    a_visitor(town).get(first)
    assert a_visitor(town).get(second).text == clean.text


def test_the_same_path_at_two_towns_and_the_bare_host(kept: "Redis", town: MadeTown) -> None:
    other = a_tenant()
    hosts = (town.host, other.host, BASE)
    for _ in range(2):
        texts = [Visitor(Here.world.platform, host).get("/").text for host in hosts]
        assert len(set(texts)) == 3
        assert town.town.name not in texts[1]


def test_what_was_kept_before_a_removal_is_never_shown_after_it(kept: "Redis", town: MadeTown) -> None:
    number = a_published_report(town, description="Herr Beispiel aus Nummer 12 wirft Müll ab")
    paths = ("/", "/hinweise/", f"/hinweise/{number}", "/hinweise.atom", "/hinweise/?q=Beispiel")
    for path in paths:
        assert "Beispiel" in a_visitor(town).get(path).text
    editor = signed_in(town)
    editor.get(f"/redaktion/{number}/remove")
    version = re.search(r'name="version" value="(\d+)"', editor.last.text if editor.last else "")
    assert version
    answer = editor.post(f"/redaktion/{number}/remove", {"version": version.group(1), "reason": "personal_data"})
    assert answer.status_code == 303
    for path in paths:
        assert "Herr Beispiel" not in a_visitor(town).get(path).text, path


def test_a_page_made_before_a_move_and_kept_after_it_is_shown_to_nobody(kept: "Redis", town: MadeTown) -> None:
    """The race: a slow visitor's page, made from the old rows, reaches the cache after the counter was raised."""
    number = a_published_report(town, description="Alter Wortlaut, der verschwinden muss")
    held: list[tuple[PageCache, dict, object]] = []
    real = PageCache.keep
    PageCache.keep = lambda self, environ, response: held.append((self, environ, response))  # type: ignore[method-assign]
    try:
        assert "Alter Wortlaut" in a_visitor(town).get(f"/hinweise/{number}").text
    finally:
        PageCache.keep = real  # type: ignore[method-assign]
    move(town, number, Verb.remove, reason="personal_data")
    editor = signed_in(town)
    other = a_report(town)
    editor.get(f"/redaktion/{other}")
    assert editor.post(f"/redaktion/{other}/publish", {"version": "1"}).status_code == 303
    cache, environ, response = held[0]
    real(cache, environ, response)  # type: ignore[arg-type]
    assert "Alter Wortlaut" not in a_visitor(town).get(f"/hinweise/{number}").text


def test_every_template_of_a_kept_page_is_free_of_tokens() -> None:
    shell = (WEB / "templates" / "maerker" / "shell.html").read_text()
    assert "csrf" not in shell, "A token in the frame of every page would keep all of them out of the cache."


@pytest.mark.parametrize("query", [
    "x=1", "seite=1&x=1", "status=gibt-es-nicht", "q=Schlagloch", "seite=1&seite=1", "seite=%31", "&seite=1",
    "status=done&category=roads&seite=1", "status=done&&seite=1", "status",
])
def test_thought_up_addresses_fill_no_memory(kept: "Redis", town: MadeTown, query: str) -> None:
    a_published_report(town)
    for path in ("/", "/hinweise/", "/hinweise/karte", "/hinweise.atom", "/hilfe", "/impressum"):
        assert a_visitor(town).get(f"{path}?{query}").status_code in (200, 404)
    assert pages(kept) == []


@pytest.mark.parametrize("query", [
    "", "status=received", "category=roads", "sort=oldest", "seite=1", "status=received&seite=1",
    "q=&status=received&category=&district=&sort=",
])
def test_what_the_filters_lead_to_is_kept(kept: "Redis", town: MadeTown, query: str) -> None:
    a_published_report(town)
    assert a_visitor(town).get(f"/hinweise/?{query}").status_code == 200
    assert len(pages(kept)) == 1


def test_a_part_of_the_map_is_made_anew(kept: "Redis", town: MadeTown) -> None:
    assert a_visitor(town).get("/hinweise.geojson?bbox=14.1,51.7,14.2,51.8").status_code == 200
    assert pages(kept) == []
    assert a_visitor(town).get("/hinweise.geojson").status_code == 200
    assert len(pages(kept)) == 1
