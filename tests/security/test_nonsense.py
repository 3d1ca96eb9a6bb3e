"""Whatever comes over the wire, the answer is a sentence (4xx): never a 500, and never half a write."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, TestResponse, run_wsgi_app

from tests.habits.test_routes import address, counts, routes, values
from tests.makers import Here, MadeTown, a_published_report, a_report, signed_in
from tests.world import BASE, Visitor

RAW = (
    "\x00", "\x01", "\n", "\r\nSet-Cookie: x=1", "\xff", "\xc0\xaf", "\xed\xa0\x80", "\xe2\x80\xae", "\x7f", "[",
    "//[", "%", "%zz", "..", "../../etc/passwd", "-1", "0", "1" * 30, "9" * 5000, "٣".encode().decode("latin-1"),
    "1e400", "nan", "inf", "'", "\"><script>",
    "{{7*7}}", "\\", "a" * 7000,
)
"""As latin-1 characters, one for each byte on the wire."""


def raw(visitor: Visitor, path: str, *, query: str = "", method: str = "GET", **environ: Any) -> TestResponse:
    """A request whose path and query arrive with exactly these bytes, as a server hands them on."""
    builder = EnvironBuilder("/", method=method, base_url=visitor.base_url)
    sent = builder.get_environ()
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies().items())
    sent |= {"PATH_INFO": path, "QUERY_STRING": query, "REMOTE_ADDR": visitor.address, "HTTP_COOKIE": cookies}
    sent |= environ
    body, status, headers = run_wsgi_app(visitor.client.application, sent, buffered=True)
    return TestResponse(body, status, headers, builder.get_request(), ())


def check(response: TestResponse, what: str) -> None:
    assert response.status_code < 500, f"{what[:200]}: {response.status_code}"
    assert "Traceback" not in response.text, what[:200]
    for value in response.headers.values():
        assert "\n" not in value, what[:200]


@pytest.fixture
def editor(town: MadeTown) -> Visitor:
    return signed_in(town)


def test_in_each_argument_of_each_address(town: MadeTown, editor: Visitor) -> None:
    given = values(town, a_published_report(town), "")
    for endpoint, method, rule, arguments in routes():
        for name in sorted(arguments - {"filename"}):
            for nonsense in RAW:
                if method == "GET":
                    path = address(rule, {**given, name: nonsense})
                    check(raw(editor, path), f"{endpoint} {name}={nonsense!r}")


QUERY_NAMES = (
    "q", "seite", "status", "category", "district", "sort", "bbox", "weiter", "nach", "ansicht", "stand", "freigabe",
    "kategorie", "fachbereich", "lat", "lon", "v", "aendern", "abgelaufen", "getan",
)


def test_in_each_value_and_name_of_a_query(town: MadeTown, editor: Visitor) -> None:
    number = a_published_report(town)
    given = values(town, number, "")
    for endpoint, method, rule, _ in routes():
        if method != "GET":
            continue
        path = address(rule, given)
        for nonsense in RAW:
            query = "&".join(f"{name}={nonsense}" for name in QUERY_NAMES)
            check(raw(editor, path, query=query), f"{endpoint} ?{nonsense!r}")
        check(raw(editor, path, query="\xff\xfe=\x00&&==&;"), endpoint)


@pytest.mark.parametrize("query", [
    "bbox=nan,nan,nan,nan", "bbox=inf,-inf,1,2", "bbox=1,2,3", "bbox=,,,", "bbox=14,51,13,52", "bbox=-1e308,0,1e308,0",
    "bbox=" + "1," * 2000, "bbox=٣,1,2,3", "bbox=0x1,1,2,3",
])
def test_a_part_of_the_map_that_does_not_exist(town: MadeTown, query: str) -> None:
    response = Visitor(Here.world.platform, town.host).get(f"/hinweise.geojson?{query}")
    assert response.status_code == 422 or (response.status_code == 200 and response.json["features"] == [])


@pytest.mark.parametrize("page", ["0", "-1", "999999", "1000000", "1e3", "%00", "9" * 5000, "+1", "01", "٣"])
def test_a_page_that_does_not_exist(town: MadeTown, page: str) -> None:
    editor = signed_in(town)
    for path in ("/hinweise/", "/hinweise/karte", "/redaktion/", "/redaktion/alle"):
        check(editor.get(f"{path}?seite={page}"), f"{path} {page}")


def _headers() -> Iterator[tuple[str, str]]:
    for nonsense in ("\xff", "=", ";;;", "\"", "a=\"b", "maerker_session", "maerker_session=", "=x; =y", "a" * 8000,
                     "maerker_session=\xff\xfe", "maerker_form=" + "9" * 5000, "session=eyJ.x.y", "remember_token=1|x",
                     "maerker_sprache=\x00", "maerker_sprache=../../etc"):
        yield "HTTP_COOKIE", nonsense
    for nonsense in ("http://[x", "null", "http://a:99999", "http://", "\xff", "//", "http://a:b"):
        yield "HTTP_ORIGIN", nonsense
    for nonsense in ("\xff", "W/", "*", "bytes=0-", "bytes=-1", "bytes=9-1,2-3", "x" * 5000):
        yield "HTTP_IF_NONE_MATCH", nonsense
        yield "HTTP_RANGE", nonsense
        yield "HTTP_IF_MODIFIED_SINCE", nonsense
        yield "HTTP_ACCEPT_LANGUAGE", nonsense
        yield "HTTP_X_FORWARDED_FOR", nonsense
        yield "HTTP_SEC_FETCH_SITE", nonsense


def test_in_each_header(town: MadeTown) -> None:
    number = a_published_report(town)
    visitor = Visitor(Here.world.platform, town.host)
    for name, nonsense in _headers():
        for method, path in (("GET", "/"), ("GET", f"/hinweise/{number}"), ("GET", "/redaktion/"),
                             ("GET", "/hinweise/neu"), ("GET", "/farben.css"), ("POST", "/anmelden"),
                             ("POST", "/hinweise/neu")):
            check(raw(visitor, path, method=method, **{name: nonsense}), f"{method} {path} {name}={nonsense!r}")


@pytest.mark.parametrize("spelt", ["{}:x", "{}:99999", "{}:-1", "{}..", "[{}", "{}]", "\xff.{}", "{}\x00", "{},{}",
                                   "{}/..", "{}@{}", "a@{}", "{}%00", "{}\\x", ""])
def test_in_the_host(town: MadeTown, spelt: str) -> None:
    visitor = Visitor(Here.world.platform, town.host)
    host = spelt.replace("{}", town.host)
    for method in ("GET", "POST"):
        for path in ("/", "/anmelden", "/static/css/base.css"):
            response = raw(visitor, path, method=method, HTTP_HOST=host, HTTP_ORIGIN=f"http://{town.host}")
            check(response, f"{method} {host!r}{path}")
    plain = raw(visitor, "/", HTTP_HOST=host)
    assert plain.status_code == 404 or spelt.startswith("{}:"), host


@pytest.mark.parametrize("host", [BASE, f"beitritt.{BASE}", f"betrieb.{BASE}"])
def test_at_the_other_hosts(host: str) -> None:
    visitor = Visitor(Here.world.platform, host)
    for path in ("/", "/anmelden", "/orte", "/sprache/en", "/\x00", "/\xff", "//boese.example/", "/../x"):
        for nonsense in RAW:
            check(raw(visitor, path, query=f"q={nonsense}&weiter={nonsense}"), f"{host}{path}?{nonsense!r}")


FIELDS = (
    "street", "house_number", "district", "place_note", "lat", "lon", "category", "description", "email", "name",
    "phone", "code", "submission", "website", "username", "password", "weiter", "again", "fresh", "version",
    "public_text", "internal_text", "reason", "department_id", "planned_for", "photo", "alt_1", "remove_photo",
    "upload", "without_point", "lat_typed", "lon_typed",
)
TEXTS = ("\x00", "\x01\x02", "\r\n\r\n", "9" * 5000, "-" + "9" * 400, "nan", "inf", "1e400", "٣", "\u202e",
         "\ud7ff", "9999-12-31", "0001-01-01", "x" * 20_000, "'; DROP TABLE reports; --", "{{7*7}}", "//[")


def test_in_each_field_of_each_form(town: MadeTown, editor: Visitor) -> None:
    number = a_report(town)
    given = values(town, number, "")
    before = counts(town)
    editor.get("/redaktion/stil")
    token = editor.token
    for endpoint, method, rule, _ in routes():
        if method != "POST" or endpoint == "desk.sign_out":
            continue
        path = address(rule, given)
        for nonsense in TEXTS:
            fields = {"csrf_token": token, **dict.fromkeys(FIELDS, nonsense)}
            if endpoint == "desk.sign_in":
                fields.pop("again")
            check(editor.post(path, fields), f"{endpoint} {nonsense[:40]!r}")
    editor.get("/redaktion/stil")
    assert editor.token == token != "", "The token was not good for all of these forms."
    after = counts(town)
    assert {name: after[name] for name in ("reports", "report_events", "publications", "outbox")} == {
        name: before[name] for name in ("reports", "report_events", "publications", "outbox")
    }


PART = b"--x\r\nContent-Disposition: form-data; name="


@pytest.mark.parametrize(("kind", "body"), [
    ("application/x-www-form-urlencoded", b"csrf_token=\xff&description=\xff"),
    ("application/x-www-form-urlencoded", b"&&&=&=="),
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=", b"----"),
    ("multipart/form-data; boundary=x", PART + b"\"csrf_token\"\r\n\r\n\xff\r\n--x--"),
    ("multipart/form-data; boundary=x", PART + b"\"a\"; filename=\"\xff\x00../../x\"\r\n\r\n"),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Type: text/plain; charset=nonsense\r\n\r\na\r\n--x--"),
    ("multipart/form-data; boundary=" + "x" * 500, b"--x"),
    ("application/json", b"{\"csrf_token\": 1"),
    ("text/xml", b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>"),
    ("", b"\x00" * 1000),
])
def test_bodies_that_are_no_form(town: MadeTown, kind: str, body: bytes) -> None:
    visitor = signed_in(town)
    for path in ("/hinweise/neu", "/hinweise/neu/fotos", "/hinweise/neu/pruefen", "/anmelden", "/verfolgen/",
                 "/redaktion/2026-000001/note", "/abmelden"):
        visitor.get("/redaktion/stil")
        response = visitor._open(path, method="POST", data=body, content_type=kind)
        check(response, f"{path} {kind}")
        assert response.status_code >= 400 or response.headers.get("Location", "").startswith("/hinweise/neu"), path


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "CONNECT", "PROPFIND"])
def test_other_methods_do_nothing(town: MadeTown, method: str) -> None:
    number = a_published_report(town)
    editor = signed_in(town)
    before = counts(town)
    for path in ("/", "/hinweise/neu", f"/redaktion/{number}/note", "/abmelden", "/anmelden"):
        response = raw(editor, path, method=method, HTTP_X_HTTP_METHOD_OVERRIDE="POST", HTTP_X_HTTP_METHOD="DELETE")
        assert response.status_code in (400, 403, 404, 405, 501), f"{method} {path}: {response.status_code}"
    assert counts(town) == before


@pytest.mark.parametrize("path", [
    "//redaktion/", "/redaktion//", "/./redaktion/", "/x/../redaktion/", "/%2e%2e/redaktion/", "/redaktion/..;/",
    "/REDAKTION/", "/redaktion/.", "/redaktion%2f", "/;/redaktion/", "/redaktion/\x00", "/hinweise/..//redaktion/",
])
def test_no_spelling_of_an_address_goes_around_the_sign_in(town: MadeTown, path: str) -> None:
    visitor = Visitor(Here.world.platform, town.host)
    response = raw(visitor, path)
    assert response.status_code in (301, 303, 308, 404), response.status_code
    location = response.headers.get("Location", "")
    assert location == "" or location.startswith((f"http://{town.host}/redaktion", "/anmelden?weiter=/"))


@pytest.mark.parametrize("path", ["//boese.example", "//boese.example/", "///boese.example", "/\\boese.example",
                                  "//boese.example/..", "/http://boese.example", "//boese.example//redaktion"])
def test_a_doubled_slash_leads_to_no_other_host(town: MadeTown, path: str) -> None:
    location = raw(Visitor(Here.world.platform, town.host), path).headers.get("Location", "")
    assert location == "" or location.startswith(f"http://{town.host}/"), location
