"""What is written down and handed out: no private word, key or fault of ours where it does not belong."""

import json
import logging
import re
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from maerker.application import configure_logging
from maerker.clock import now
from maerker.database.base import session
from maerker.jobs.outbox import Posting, post
from tenants.reports import public_queries
from tenants.reports.actions import OUTBOX
from tenants.reports.models import Report
from tests.habits.test_routes import address, routes, values
from tests.makers import Here, MadeTown, a_published_report, a_report, a_visitor, code_of, signed_in
from tests.tenants.portal.filled_form import fill_all
from tests.world import BASE, Visitor

SECRET = {"email": "frau.geheim@post.example", "name": "Frau Geheim", "phone": "0171 998877"}
PRIVATE = re.compile(r"geheim|998877", re.IGNORECASE)


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[list[str]]:
    """What the platform's log says meanwhile."""
    said: list[str] = []
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars, structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False), lambda *_: said.append(_[2]) or _[2],
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO), cache_logger_on_first_use=False,
    )
    import maerker.jobs.worker
    import maerker.web.problems

    for module in (maerker.web.problems, maerker.jobs.worker):
        module.log = structlog.get_logger()
    yield said
    capsys.readouterr()
    configure_logging()


@pytest.mark.parametrize("number", ["2026-000001", "zu lange Nummer für die Spalte"])
def test_a_database_error_quotes_no_value_and_no_row(town: MadeTown, number: str) -> None:
    """The values are hidden by our setting, the row by PostgreSQL, which quotes none of a table with policies."""

    def write() -> None:
        with Here.world.scope(town.tenant_id):
            session().add(Report(number=number, description="Vertrauliche Worte"))

    with pytest.raises(DBAPIError) as fault:
        write()
    assert "violates not-null" in str(fault.value) or "too long" in str(fault.value)
    said = "".join(traceback.format_exception(fault.value))
    assert "Vertrauliche Worte" not in said.replace('description="Vertrauliche Worte"', "")


def test_an_error_of_ours_says_nothing_and_logs_no_code(
    town: MadeTown, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(town, a_report(town, **SECRET))

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("geheimes Innenleben")

    monkeypatch.setattr("tenants.portal.track.own_page", broken)
    answer = a_visitor(town).get(f"/verfolgen/{code}")
    assert answer.status_code == 500
    assert "Innenleben" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert any("ZeroDivision" in line for line in lines), "The operator must be told."
    assert not any(code in line for line in lines)
    assert not any(PRIVATE.search(line.replace("geheimes Innenleben", "")) for line in lines)


def test_a_database_that_is_away_logs_no_code(
    town: MadeTown, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_of(town, a_report(town))

    def away(*_: Any, **__: Any) -> None:
        raise OperationalError("SELECT geheim", {}, Exception("connection refused at 10.0.0.5"))

    monkeypatch.setattr("tenants.portal.track.own_report", away)
    answer = a_visitor(town).get(f"/verfolgen/{code}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert "10.0.0.5" not in answer.text
    assert lines
    assert not any(code in line or "10.0.0.5" in line for line in lines)


def test_a_failing_job_logs_and_keeps_no_private_word(
    town: MadeTown, lines: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_report(town, description="Vertraulich: der Nachbar von Nummer 12", **SECRET)

    def broken(letter: Any, _settings: Any) -> None:
        session().execute(text("INSERT INTO report_numbers (year, last) VALUES (:words, 1)"), {"words": str(letter)})

    monkeypatch.setattr("tenants.reports.jobs.deliver", broken)
    Here.world.work()
    with Here.world.scope(town.tenant_id):
        kept = " ".join(session().execute(text("SELECT problem FROM outbox")).scalars())
    assert "DataError" in kept or "ProgrammingError" in kept or "InvalidText" in kept
    for said in (kept, *lines):
        assert "Vertraulich" not in said
        assert not PRIVATE.search(said)
        assert code_of(town, number) not in said
    with Here.world.scope(town.tenant_id):
        session().execute(text("UPDATE outbox SET done_at = now()"))


def test_the_whole_walk_logs_nothing_personal(town: MadeTown, lines: list[str]) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=1)
    signed_in(town).get("/redaktion/")
    a_visitor(town).sign_in("tippfehler@privat.example", "mein geheimes Wort")
    visitor.get("/verfolgen/abcdefghijklmnopqrstuvwxyz")
    said = "\n".join(lines)
    for word in ("karin", "Melder", "4711", "privat.example", "geheimes", "abcdefghij", visitor.address):
        assert word not in said, word


@pytest.mark.parametrize("username", ["rat", "tiefbau", "redaktion", "admin"])
def test_contact_data_stands_only_where_a_role_may_see_it(town: MadeTown, username: str) -> None:
    number = a_published_report(town, **SECRET)
    hidden = a_report(town, **SECRET)
    allowed = {f"/redaktion/{made}" for made in (number, hidden)} if username != "rat" else set()
    someone = signed_in(town, username)
    given = values(town, number, "")
    for _, method, rule, arguments in routes():
        if method != "GET" or arguments & {"code"}:
            continue
        for made in (number, hidden):
            path = address(rule, {**given, "number": made})
            if PRIVATE.search(someone.get(path).text):
                assert path in allowed, path


def test_the_tracking_page_shows_a_masked_address_and_no_name_of_the_staff(town: MadeTown) -> None:
    from tenants.reports.status import Verb
    from tests.makers import move

    number = a_published_report(town, **SECRET)
    move(town, number, Verb.note, internal_text="Intern: der Melder ist bekannt")
    move(town, number, Verb.answer, public_text="Wird repariert.")
    page = a_visitor(town).get(f"/verfolgen/{code_of(town, number)}").text
    assert not PRIVATE.search(page)
    assert "f…@post.example" in page
    for word in ("Intern:", "Rita Noack"):
        assert word not in page


PUBLIC_KEYS = {
    "geojson": {"number", "href", "state", "category", "place"},
    "row": {"number", "category", "state", "removed", "redacted", "description", "language", "street", "house_number",
            "district", "lat", "lon", "photos", "answers", "closed_reason", "received_at", "published_at", "updated_at",
            "expected_at"},
}
"""A new key here is a decision: it becomes public at every town."""


def test_the_public_keys_are_these_and_no_more(town: MadeTown) -> None:
    number = a_published_report(town, **SECRET)
    features = json.loads(a_visitor(town).get("/hinweise.geojson").text)["features"]
    assert {key for feature in features for key in feature["properties"]} == PUBLIC_KEYS["geojson"]
    with Here.world.scope(town.tenant_id):
        row = public_queries.published_report(town.tenant_id, number)
    assert row is not None
    assert set(row._mapping.keys()) == PUBLIC_KEYS["row"]


@pytest.mark.parametrize("host", [BASE, f"beitritt.{BASE}", f"betrieb.{BASE}", "{town}"])
@pytest.mark.parametrize("path", [
    "/.env", "/.git/config", "/metrics", "/console", "/debug", "/server-status", "/static/", "/static/../wsgi.py",
    "/static/%2e%2e/%2e%2e/settings.py", "/admin", "/__debugger__", "/static/..%2f..%2fapplication.py",
    "/static/css/../../application.py",
])
def test_nothing_of_the_inside_is_reachable(town: MadeTown, host: str, path: str) -> None:
    answer = Visitor(Here.world.platform, host.replace("{town}", town.host)).get(path)
    assert answer.status_code == 404
    for word in ("import ", "SECRET", "Traceback", "Werkzeug"):
        assert word not in answer.text


def test_readiness_names_parts_and_no_addresses(town: MadeTown) -> None:
    answer = a_visitor(town).get("/readyz")
    assert answer.json == {"database": "ok", "redis": "ok"}
    lost = Here.world.platform_with(redis_url="redis://10.11.12.13:1/0")
    gone = a_visitor(town, platform=lost).get("/readyz")
    assert gone.status_code == 503
    assert "10.11" not in gone.text


def test_the_way_to_report_a_weakness_is_open_for_half_a_year(town: MadeTown) -> None:
    from datetime import datetime, timedelta

    for host in (town.host, BASE):
        lines = Visitor(Here.world.platform, host).get("/.well-known/security.txt").text.splitlines()
        fields = dict(line.split(": ", 1) for line in lines)
        assert timedelta(days=30) < datetime.fromisoformat(fields["Expires"]) - now() < timedelta(days=366)
        assert fields["Contact"].startswith(("mailto:", "https://"))
        assert fields["Canonical"] == f"http://{host}/.well-known/security.txt"


def test_pages_behind_the_sign_in_are_offered_to_no_search_engine(town: MadeTown) -> None:
    rules = a_visitor(town).get("/robots.txt").text
    for path in ("/redaktion/", "/anmelden", "/verfolgen/", "/verwaltung/"):
        assert f"Disallow: {path}" in rules


def test_the_role_of_a_posting_is_to_carry_ids(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id):
        post(OUTBOX, [Posting("mail_editors", 1)], at=now(), done=True)
        columns = set(OUTBOX.c.keys())
    assert columns == {"tenant_id", "id", "kind", "subject_id", "detail_id", "posted_at", "not_before", "taken_at",
                       "done_at", "attempts", "problem"}
