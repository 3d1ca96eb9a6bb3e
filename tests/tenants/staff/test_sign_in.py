"""Signing in at a town: who is let in, who is not, and when it ends."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.identity import passwords
from maerker.identity.sign_ins import local_path
from tenants.registry.models import TenantState
from tenants.staff import actions
from tenants.staff.models import Role
from tests.makers import PASSWORD, Here, MadeTown, a_tenant, a_visitor, signed_in
from tests.world import Visitor

WRONG = "Benutzername und Passwort passen nicht zusammen."


def sql(town: MadeTown, statement: str, **values: Any) -> Any:
    with Here.world.scope(town.tenant_id):
        result = session().execute(text(statement), values)
        return result.all() if result.returns_rows else None


def account_id(town: MadeTown, username: str = "redaktion") -> int:
    return sql(town, "SELECT id FROM staff_accounts WHERE username = :name", name=username)[0][0]


def token_of(visitor: Visitor) -> str:
    return next(value for name, value in visitor.cookies().items() if name.endswith("maerker_session"))


def is_in(visitor: Visitor) -> bool:
    return visitor.get("/redaktion/").status_code == 200


def test_an_editor_signs_in_and_lands_at_the_inbox(town: MadeTown) -> None:
    visitor = a_visitor(town)
    asked = visitor.get("/redaktion/alle")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/anmelden?weiter=/redaktion/alle")
    visitor.get("/anmelden")
    answer = visitor.post("/anmelden", {"username": " Redaktion ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/redaktion/")
    cookie = next(item for item in answer.headers.getlist("Set-Cookie") if "maerker_session" in item)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie
    page = visitor.get("/redaktion/")
    assert "Rita Noack" in page.text
    assert visitor.get("/anmelden").headers["Location"] == "/redaktion/"


def test_the_database_keeps_no_token(town: MadeTown) -> None:
    token = token_of(signed_in(town))
    rows = sql(town, "SELECT token_hash, expires_at - created_at FROM staff_sessions")
    assert len(rows) == 1
    assert token.encode() not in bytes(rows[0][0])
    assert rows[0][1] == timedelta(hours=12)


@pytest.mark.parametrize(("username", "password"), [
    ("redaktion", "falsch geraten"), ("niemand", PASSWORD), ("", ""), ("red\x00aktion", "\x00"),
    ("redaktion", PASSWORD * 200),
])
def test_wrong_name_and_wrong_password_get_the_same_answer(
    town: MadeTown, username: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    real = passwords._hasher

    class Counting:
        def verify(self, kept: str, given: str) -> bool:
            hashed.append(given)
            return real.verify(kept, given)

        hash = real.hash

    monkeypatch.setattr(passwords, "_hasher", Counting())
    answer = a_visitor(town).sign_in(username, password)
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "maerker_session" not in str(answer.headers)
    assert len(hashed) == 1, "Every refusal costs one argon2 computation, so that time tells nothing."


def test_the_answers_differ_in_nothing_but_what_was_typed(town: MadeTown) -> None:
    pages = []
    for username in ("redaktion", "niemand12"):
        visitor = a_visitor(town)
        answer = visitor.sign_in(username, "falsch geraten")
        pages.append(answer.text.replace(f'value="{username}"', "").replace(visitor.token, ""))
    assert pages[0] == pages[1]


def test_too_many_failures_stop_one_account_from_one_address_only() -> None:
    town = a_tenant()
    platform = Here.world.platform_with(rate_logins=3)
    guesser = a_visitor(town, platform=platform, address="198.51.100.1")
    for _ in range(3):
        assert guesser.sign_in("redaktion", "falsch geraten").status_code == 422
    stopped = guesser.sign_in("redaktion", PASSWORD)
    assert stopped.status_code == 429
    assert stopped.headers["Retry-After"] == "900"
    assert "Viertelstunde" in stopped.text
    victim = a_visitor(town, platform=platform, address="198.51.100.2")
    assert victim.sign_in("redaktion", PASSWORD).status_code == 303
    assert guesser.sign_in("rat", PASSWORD).status_code == 303


def test_one_address_cannot_try_all_accounts() -> None:
    town = a_tenant()
    guesser = a_visitor(town, platform=Here.world.platform_with(rate_logins=1), address="198.51.100.3")
    statuses = [guesser.sign_in(f"person{n}", "geraten").status_code for n in range(7)]
    assert statuses == [422] * 5 + [429] * 2


def test_right_passwords_do_not_count() -> None:
    town = a_tenant()
    visitor = a_visitor(town, platform=Here.world.platform_with(rate_logins=2), address="198.51.100.4")
    for _ in range(4):
        assert visitor.sign_in("redaktion", PASSWORD).status_code == 303
        visitor.get("/redaktion/")
        visitor.post("/abmelden")


def test_a_replayed_cookie_is_refused_after_signing_out(town: MadeTown) -> None:
    visitor = signed_in(town)
    kept = dict(visitor.cookies())
    visitor.get("/redaktion/")
    answer = visitor.post("/abmelden")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/anmelden")
    replayed = a_visitor(town)
    for name, value in kept.items():
        replayed.client.set_cookie(name, value, domain=town.host)
    assert not is_in(replayed)
    assert sql(town, "SELECT count(*) FROM staff_sessions")[0][0] == 0


def test_signing_out_needs_a_form_of_our_own(town: MadeTown) -> None:
    visitor = signed_in(town)
    assert visitor.post("/abmelden", {"csrf_token": "forged"}).status_code == 400
    assert is_in(visitor)


def test_a_sign_in_is_worth_nothing_at_another_town(town: MadeTown) -> None:
    other = a_visitor(a_tenant())
    for name, value in signed_in(town).cookies().items():
        other.client.set_cookie(name, value, domain=other.host)
    assert not is_in(other)


@pytest.mark.parametrize("change", [
    "expires_at = now() - interval '1 second'", "seen_at = now() - interval '121 minutes'",
])
def test_a_sign_in_ends_after_twelve_hours_or_two_idle_ones(town: MadeTown, change: str) -> None:
    visitor = signed_in(town)
    assert is_in(visitor)
    sql(town, f"UPDATE staff_sessions SET {change}")
    assert not is_in(visitor)


def test_use_is_noted_once_in_five_minutes(town: MadeTown) -> None:
    visitor = signed_in(town)
    for minutes, noted in ((4, False), (6, True)):
        sql(town, "UPDATE staff_sessions SET seen_at = now() - :minutes * interval '1 minute'", minutes=minutes)
        before = sql(town, "SELECT seen_at FROM staff_sessions")[0][0]
        assert is_in(visitor)
        assert (sql(town, "SELECT seen_at FROM staff_sessions")[0][0] != before) is noted


def test_signing_in_again_ends_the_former_sign_in_of_this_browser(town: MadeTown) -> None:
    visitor = signed_in(town)
    first = token_of(visitor)
    sql(town, "UPDATE staff_sessions SET seen_at = now() - interval '3 hours'")
    visitor.sign_in("redaktion", PASSWORD)
    assert token_of(visitor) != first
    assert sql(town, "SELECT count(*) FROM staff_sessions")[0][0] == 1


def test_revoking_ends_every_sign_in_at_once(town: MadeTown) -> None:
    office, home, colleague = signed_in(town), signed_in(town), signed_in(town, "admin")
    with Here.world.scope(town.tenant_id):
        ended = actions.revoke_sessions(_id("redaktion"), by=SYSTEM, at=now())
    assert ended == 2
    assert not is_in(office)
    assert not is_in(home)
    assert is_in(colleague)


def test_a_closed_account_is_out_and_stays_out(town: MadeTown) -> None:
    visitor = signed_in(town)
    with Here.world.scope(town.tenant_id):
        actions.disable_account(_id("redaktion"), by=SYSTEM, at=now())
    assert not is_in(visitor)
    answer = a_visitor(town).sign_in("redaktion", PASSWORD)
    assert answer.status_code == 422
    assert WRONG in answer.text


def test_a_new_account_signs_in_and_sees_its_departments(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id):
        department = town.town.departments[0].id
        actions.create_account(
            username="Neu.Hier", display_name="Nele Hier", role=Role.clerk, password="zwölf Zeichen reichen",
            departments=[department], by=SYSTEM, at=now(),
        )
    page = signed_in_with(town, "neu.hier", "zwölf Zeichen reichen").get("/redaktion/")
    assert "Meine Fachbereiche" in page.text
    assert "Sachbearbeitung" in page.text


def test_what_an_account_needs_is_said_field_by_field(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id), pytest.raises(Invalid) as refusal:
        actions.create_account(
            username="REDAKTION", display_name=" ", role=Role.editor, password="kurz", departments=[-1], by=SYSTEM,
            at=now(),
        )
    assert set(refusal.value.fields) == {"username", "display_name", "password", "departments"}


def test_an_account_of_another_town_is_not_there(town: MadeTown) -> None:
    foreign = account_id(a_tenant())
    with Here.world.scope(town.tenant_id), pytest.raises(NotThere):
        actions.disable_account(foreign, by=SYSTEM, at=now())


def test_the_audit_names_sign_ins_refusals_and_sign_outs_but_nothing_typed(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.sign_in("redaktion", "mein geheimes Falsches")
    visitor.sign_in("vertippt@privat.example", PASSWORD)
    visitor.sign_in("redaktion", PASSWORD)
    visitor.get("/redaktion/")
    visitor.post("/abmelden")
    rows = sql(town, "SELECT act, account_id, details FROM staff_audit ORDER BY id")
    own = account_id(town)
    assert [(act, who) for act, who, _ in rows] == [
        ("sign_in_refused", own), ("sign_in_refused", None), ("signed_in", own), ("signed_out", own),
    ]
    assert not any(word in str(rows) for word in ("geheimes", "vertippt", PASSWORD, visitor.address))


@pytest.mark.parametrize(("target", "goes_to"), [
    ("/redaktion/alle?seite=2", "/redaktion/alle?seite=2"), ("https://boese.example/", "/redaktion/"),
    ("//boese.example/", "/redaktion/"), ("/\\boese.example", "/redaktion/"), ("javascript:alert(1)", "/redaktion/"),
    ("redaktion", "/redaktion/"), ("/\tboese", "/redaktion/"), ("", "/redaktion/"),
    ("/\n/boese.example", "/redaktion/"),
])
def test_after_signing_in_one_stays_at_this_host(town: MadeTown, target: str, goes_to: str) -> None:
    assert local_path(target, "/redaktion/") == goes_to
    visitor = a_visitor(town)
    visitor.get("/anmelden")
    answer = visitor.post("/anmelden", {"username": "redaktion", "password": PASSWORD, "weiter": target})
    assert answer.headers["Location"] == goes_to


def test_a_forged_sign_in_form_is_shown_again(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/anmelden")
    answer = visitor.post("/anmelden", {"username": "redaktion", "password": PASSWORD, "csrf_token": "0" * 64})
    assert answer.status_code == 400
    assert 'value="redaktion"' in answer.text
    assert PASSWORD not in answer.text


def test_a_planted_remember_cookie_does_not_lock_the_staff_out(town: MadeTown) -> None:
    visitor = signed_in(town)
    visitor.client.set_cookie("remember_token", "1|0000", domain=town.host)
    assert is_in(visitor)


def signed_in_with(town: MadeTown, username: str, password: str) -> Visitor:
    visitor = a_visitor(town)
    assert visitor.sign_in(username, password).status_code == 303
    return visitor


def _id(username: str) -> int:
    return session().execute(
        text("SELECT id FROM staff_accounts WHERE username = :name"), {"name": username}
    ).scalar_one()


def test_before_the_start_whoever_administers_comes_to_the_office_and_the_others_to_the_desk() -> None:
    coming, live = a_tenant(state=TenantState.joining), a_tenant()
    for town, username, page in (
        (coming, "admin", "/verwaltung/"), (coming, "redaktion", "/redaktion/"), (live, "admin", "/redaktion/"),
    ):
        visitor = a_visitor(town)
        assert visitor.sign_in(username, PASSWORD).headers["Location"] == page
        assert visitor.get("/anmelden").headers["Location"] == page


def test_from_a_staff_page_that_is_not_there_the_way_leads_back_to_the_desk(town: MadeTown) -> None:
    editor = signed_in(town, "redaktion")
    for path, way in (("/redaktion/9999-000001", "Zum Posteingang"), ("/verwaltung/nirgends", "Zur Verwaltung")):
        assert way in editor.get(path).text
    assert "Zur Startseite" in editor.get("/nirgends").text
