"""The operator's console: who gets in, and that it shows the registry and nothing of a citizen."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import ProgrammingError

from maerker.clock import now
from maerker.database.base import db, session
from maerker.errors import Invalid
from onboarding.operators import actions
from tests.makers import PASSWORD, Here, a_published_report, a_report, a_tenant, a_visitor
from tests.world import BASE, Visitor

HOST = f"betrieb.{BASE}"


def a_console(**options: Any) -> Visitor:
    return Visitor(options.pop("platform", None) or Here.world.platform, HOST, **options)


@pytest.fixture
def operator() -> str:
    """An account at the console with PASSWORD; its user name."""
    name = f"betrieb-{now().timestamp()}"
    with Here.world.no_scope("console"):
        actions.create_operator(username=name, display_name="Bea Trieb", role="admin", password=PASSWORD)
    return name


def sql(statement: str, **values: Any) -> Any:
    with Here.world.no_scope("console"):
        result = session().execute(text(statement), values)
        return result.all() if result.returns_rows else None


def test_all_towns_with_state_hosts_and_publications(operator: str) -> None:
    town = a_tenant()
    a_published_report(town)
    a_report(town, description="Das liest der Betreiber nicht: Frau Kowalski stolpert jeden Tag.")
    visitor = a_console()
    asked = visitor.get("/")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/anmelden?weiter=/")
    answer = visitor.sign_in(operator, PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    page = visitor.get("/").text
    for words in ("Bea Trieb", town.host, "in Betrieb", "Kommunen auf dieser Plattform"):
        assert words in page
    line = page[page.index(f">{town.host}<"):]
    assert line[:300].count('<td class="m-table__number">1</td>') == 1
    assert not any(word in page for word in ("Kowalski", "Schlagloch", "Karin"))


def test_the_page_asks_once_for_all_towns(operator: str) -> None:
    visitor = a_console()
    visitor.sign_in(operator, PASSWORD)
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    with Here.world.platform.app("console").app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        visitor.get("/")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(seen) == 2


@pytest.mark.parametrize("table", ["reports", "report_contacts", "report_events", "report_photos", "outbox",
                                   "staff_sessions", "staff_audit"])
def test_the_console_can_read_no_citizens_row(table: str) -> None:
    town = a_tenant()
    a_report(town)
    with Here.world.scope(town.tenant_id, "console"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            session().execute(text(f"SELECT count(*) FROM {table}"))
        session().rollback()


@pytest.mark.parametrize(("username", "password"), [("", PASSWORD), ("niemand", PASSWORD), (None, "falsch geraten")])
def test_wrong_name_and_wrong_password_get_the_same_answer(operator: str, username: str | None, password: str) -> None:
    answer = a_console().sign_in(operator if username is None else username, password)
    assert answer.status_code == 422
    assert "Benutzername und Passwort passen nicht zusammen." in answer.text
    assert a_console().get("/").status_code == 303


def test_guessing_is_stopped(operator: str) -> None:
    platform = Here.world.platform_with(rate_logins=2)
    guesser = a_console(platform=platform, address="198.51.100.9")
    assert [guesser.sign_in(operator, "geraten").status_code for _ in range(3)] == [422, 422, 429]
    assert a_console(platform=platform, address="198.51.100.10").sign_in(operator, PASSWORD).status_code == 303


def test_signing_out_ends_the_session_for_good(operator: str) -> None:
    visitor = a_console()
    visitor.sign_in(operator, PASSWORD)
    visitor.get("/")
    kept = visitor.cookies()
    assert visitor.post("/abmelden").headers["Location"] == "/anmelden"
    replayed = a_console()
    for name, value in kept.items():
        replayed.client.set_cookie(name, value, domain=HOST)
    assert replayed.get("/").status_code == 303


@pytest.mark.parametrize("change", ["expires_at = now() - interval '1 second'", "seen_at = now() - interval '3 hours'"])
def test_a_sign_in_ends(operator: str, change: str) -> None:
    visitor = a_console()
    visitor.sign_in(operator, PASSWORD)
    sql(f"UPDATE operator_sessions SET {change}")
    assert visitor.get("/").status_code == 303


def test_a_closed_account_is_out(operator: str) -> None:
    visitor = a_console()
    visitor.sign_in(operator, PASSWORD)
    own = sql("SELECT id FROM operator_accounts WHERE username = :name", name=operator)[0][0]
    with Here.world.no_scope("console"):
        actions.disable_operator(own, by=None, at=now())
    assert visitor.get("/").status_code == 303
    assert visitor.sign_in(operator, PASSWORD).status_code == 422
    acts = [row[0] for row in sql("SELECT act FROM operator_audit WHERE account_id = :id ORDER BY id", id=own)]
    assert acts == ["account_created", "signed_in", "sessions_revoked", "account_disabled", "sign_in_refused"]


def test_a_towns_sign_in_opens_no_console_and_the_other_way_round(operator: str) -> None:
    town = a_tenant()
    staff = a_visitor(town)
    staff.sign_in("redaktion", PASSWORD)
    console = a_console()
    for name, value in staff.cookies().items():
        console.client.set_cookie(name, value, domain=HOST)
    assert console.get("/").status_code == 303
    console = a_console()
    console.sign_in(operator, PASSWORD)
    at_town = a_visitor(town)
    for name, value in console.cookies().items():
        at_town.client.set_cookie(name, value, domain=town.host)
    assert at_town.get("/redaktion/").status_code == 303
    assert console.get("/redaktion/").status_code == 404


def test_what_an_operators_account_needs_is_said(operator: str) -> None:
    with Here.world.no_scope("console"), pytest.raises(Invalid) as refusal:
        actions.create_operator(username=operator.upper(), display_name="Zwei", role="support", password="kurz")
    assert set(refusal.value.fields) == {"username", "password"}


def test_the_legal_pages_are_those_of_the_bare_host() -> None:
    for path in ("/impressum", "/datenschutz", "/barrierefreiheit"):
        target = urlsplit(a_console().get(path).headers["Location"])
        assert (target.hostname, target.path) == (BASE, path)
