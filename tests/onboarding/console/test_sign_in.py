"""Signing in at the console: nobody gets in by one half, nothing is good twice, guessing is stopped."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.identity.totp import code_at
from onboarding.operators import actions
from tests.makers import PASSWORD, Here, a_tenant, a_visitor
from tests.makers_operators import CONSOLE, OperatorVisitor, an_account, an_operator, offer_on, secret_on
from tests.world import Visitor


def sql(statement: str, **values: Any) -> Any:
    with Here.world.no_scope("console"):
        result: Any = session().execute(text(statement), values)
        return result.all() if result.returns_rows else None


def acts_of(person: OperatorVisitor) -> list[str]:
    rows = sql("SELECT act FROM operator_audit WHERE account_id = :id ORDER BY id", id=person.account_id)
    return [row[0] for row in rows]


def with_cookies_of(source: Visitor, host: str = CONSOLE) -> Visitor:
    """A browser at a host that shows the cookies of another."""
    thief = Visitor(Here.world.platform, host)
    for name, value in source.cookies().items():
        thief.client.set_cookie(name, value, domain=host)
    return thief


def forget_browser(person: OperatorVisitor) -> None:
    """A browser without the session, as on the next morning."""
    for name in person.cookies():
        person.client.delete_cookie(name, domain=CONSOLE)


def test_the_first_sign_in_connects_the_app_and_leads_to_the_codes() -> None:
    person = an_account()
    asked = person.get("/konto")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/anmelden?weiter=/konto")
    person.give_password()
    assert person.get("/anmelden/code").headers["Location"] == "/anmelden/einrichten"
    page = person.get("/anmelden/einrichten").text
    assert 'src="data:image/svg+xml' in page
    answer = person.post("/anmelden/einrichten", {"offer": offer_on(page), "code": code_at(secret_on(page), now())})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/konto/notfallcodes?neu=1")
    assert "Ihre App ist verbunden" in person.get("/konto/notfallcodes?neu=1").text
    assert acts_of(person) == ["account_invited", "totp_set_up", "signed_in"]


def test_the_next_sign_in_asks_for_the_code_and_leads_where_one_wanted_to_go() -> None:
    person = an_operator()
    forget_browser(person)
    person.get("/anmelden?weiter=/personen")
    assert person.post("/anmelden", {
        "username": person.username, "password": PASSWORD, "weiter": "/personen"
    }).headers["Location"] == "/anmelden/code"
    assert "Bea Trieb" in person.get("/anmelden/code").text
    answer = person.post("/anmelden/code", {"code": person.next_code()})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/personen")
    assert person.get("/personen").status_code == 200


def test_a_demonstration_links_to_the_page_that_shows_its_codes() -> None:
    person = an_operator()
    assert "Demo-Betrieb" not in person.get("/anmelden/code").text
    for sink, shown in (("http://localhost:8025/", 'href="http://localhost:8025/codes"'),
                        ("", f"maerker operator code {person.username}")):
        visitor = Visitor(Here.world.platform_with(demo=True, mail_sink_url=sink), CONSOLE)
        visitor.get("/anmelden")
        visitor.post("/anmelden", {"username": person.username, "password": PASSWORD})
        page = visitor.get("/anmelden/code").text
        assert "Demo-Betrieb" in page
        assert shown in page


def test_the_password_alone_opens_nothing() -> None:
    for person in (an_account(), an_operator()):
        forget_browser(person)
        person.give_password()
        for path in ("/", "/konto", "/konto/notfallcodes", "/personen", "/protokoll"):
            assert person.get(path).status_code == 303, path
        assert sql("SELECT count(*) FROM operator_sessions s JOIN operator_half_sign_ins h"
                   " ON h.token_hash = s.token_hash")[0][0] == 0


def test_without_the_password_the_second_half_begins_anew() -> None:
    stranger = Visitor(Here.world.platform, CONSOLE)
    for path in ("/anmelden/code", "/anmelden/einrichten"):
        assert stranger.get(path).status_code == 403
        answer = stranger.post(path, {"code": "123456"})
        assert answer.status_code == 403
        assert "Bitte beginnen Sie noch einmal" in answer.text


def test_a_code_is_good_once() -> None:
    person = an_operator()
    forget_browser(person)
    person.give_password()
    person.get("/anmelden/code")
    code = person.next_code()
    assert person.post("/anmelden/code", {"code": code}).status_code == 303
    forget_browser(person)
    person.give_password()
    person.get("/anmelden/code")
    answer = person.post("/anmelden/code", {"code": code})
    assert answer.status_code == 422
    assert "wurde schon benutzt" in answer.text
    assert person.get("/").status_code == 303


def test_the_code_that_connected_the_app_does_not_sign_in_a_second_time() -> None:
    person = an_account()
    person.give_password()
    page = person.get("/anmelden/einrichten").text
    code = code_at(secret_on(page), now())
    assert person.post("/anmelden/einrichten", {"offer": offer_on(page), "code": code}).status_code == 303
    forget_browser(person)
    person.give_password()
    person.get("/anmelden/code")
    assert person.post("/anmelden/code", {"code": code}).status_code == 422


def test_one_of_the_ten_codes_opens_once() -> None:
    person = an_operator()
    codes = ten_codes(person)
    for expected in (303, 422):
        forget_browser(person)
        person.give_password()
        person.get("/anmelden/code")
        assert person.post("/anmelden/code", {"code": f" {codes[3].upper()} "}).status_code == expected
    person.post("/anmelden/code", {"code": codes[4]})
    assert "8 von 10 übrig" in person.get("/konto").text


def ten_codes(person: OperatorVisitor) -> list[str]:


    person.get("/konto/notfallcodes")
    codes = re.findall(r'<li class="m-code">([a-z0-9-]+)<', person.post("/konto/notfallcodes").text)
    assert len(set(codes)) == 10
    return codes


def test_wrong_codes_end_the_way_in() -> None:
    person = an_operator()
    forget_browser(person)
    person.give_password()
    person.get("/anmelden/code")
    for _ in range(5):
        assert person.post("/anmelden/code", {"code": "000000"}).status_code == 422
    assert person.post("/anmelden/code", {"code": person.next_code()}).status_code == 403
    assert person.get("/").status_code == 303
    assert acts_of(person).count("second_factor_refused") == 5


def test_guessing_codes_is_stopped_wherever_it_comes_from() -> None:
    """The password is known; the network address and the way in are new each time."""
    person = an_operator()
    platform = Here.world.platform_with(rate_logins=3)
    answers = []
    for n in range(4):
        guesser = Visitor(platform, CONSOLE, f"198.51.100.{20 + n}")
        guesser.sign_in(person.username, PASSWORD)
        guesser.get("/anmelden/code")
        answers.append(guesser.post("/anmelden/code", {"code": "000000"}).status_code)
    assert answers == [422, 422, 422, 429]


def test_the_way_in_takes_a_quarter_of_an_hour_at_most() -> None:
    person = an_operator()
    forget_browser(person)
    person.give_password()
    person.get("/anmelden/code")
    sql("UPDATE operator_half_sign_ins SET expires_at = now() - interval '1 second' WHERE account_id = :id",
        id=person.account_id)
    assert person.post("/anmelden/code", {"code": person.next_code()}).status_code == 403


def test_an_account_closed_on_the_way_in_stays_out() -> None:
    person = an_operator()
    forget_browser(person)
    person.give_password()
    person.get("/anmelden/code")
    with Here.world.no_scope("console"):
        actions.disable_operator(person.account_id, by=SYSTEM, at=now())
    assert person.post("/anmelden/code", {"code": person.next_code()}).status_code == 403


def test_an_offered_secret_is_good_for_its_own_person_and_not_for_long() -> None:
    one, other = an_account(), an_account()
    for person in (one, other):
        person.give_password()
    page = one.get("/anmelden/einrichten").text
    other.get("/anmelden/einrichten")
    foreign = other.post("/anmelden/einrichten", {"offer": offer_on(page), "code": code_at(secret_on(page), now())})
    assert foreign.status_code == 422
    assert "zu alt" in foreign.text
    assert secret_on(foreign.text) != secret_on(page)
    with time_machine.travel(now() + timedelta(minutes=14), tick=False):
        again = one.post("/anmelden/einrichten", {"offer": offer_on(page), "code": "1"})
    assert secret_on(again.text) == secret_on(page)


def test_a_connected_app_cannot_be_replaced_on_the_way_in() -> None:
    person = an_operator()
    other = an_account()
    other.give_password()
    page = other.get("/anmelden/einrichten").text
    forget_browser(person)
    person.give_password()
    assert person.get("/anmelden/einrichten").headers["Location"] == "/anmelden/code"
    answer = person.post("/anmelden/einrichten", {"offer": offer_on(page), "code": code_at(secret_on(page), now())})
    assert answer.status_code in (303, 400, 422)
    assert person.get("/").status_code == 303


def test_a_form_without_its_token_is_shown_again() -> None:
    person = an_operator()
    forget_browser(person)
    person.give_password()
    person.get("/anmelden/code")
    answer = person.post("/anmelden/code", {"code": person.next_code(), "csrf_token": ""})
    assert answer.status_code == 400
    assert "noch einmal ab" in answer.text
    assert person.get("/").status_code == 303


@pytest.mark.parametrize(("known", "password"), [(False, PASSWORD), (True, "falsch geraten und")])
def test_wrong_name_and_wrong_password_get_the_same_answer(known: bool, password: str) -> None:
    visitor = Visitor(Here.world.platform, CONSOLE)
    answer = visitor.sign_in(an_account().username if known else "niemand", password)
    assert answer.status_code == 422
    assert "Benutzername und Passwort passen nicht zusammen." in answer.text
    assert visitor.get("/").status_code == 303


def test_guessing_passwords_is_stopped() -> None:
    person, platform = an_account(), Here.world.platform_with(rate_logins=2)
    guesser = Visitor(platform, CONSOLE, "198.51.100.9")
    assert [guesser.sign_in(person.username, "geraten").status_code for _ in range(3)] == [422, 422, 429]
    assert Visitor(platform, CONSOLE, "198.51.100.10").sign_in(person.username, PASSWORD).status_code == 303


def test_signing_out_ends_the_session_for_good() -> None:
    person = an_operator()
    person.get("/")
    thief = with_cookies_of(person)
    assert thief.get("/").status_code == 200
    assert person.post("/abmelden").headers["Location"] == "/anmelden"
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize("change", [
    "expires_at = now() - interval '1 second'", "seen_at = now() - interval '3 hours'", "verified_at = NULL",
])
def test_a_sign_in_ends(change: str) -> None:
    person = an_operator()
    sql(f"UPDATE operator_sessions SET {change} WHERE account_id = :id", id=person.account_id)
    assert person.get("/").status_code == 303


def test_a_closed_account_is_out() -> None:
    person = an_operator()
    with Here.world.no_scope("console"):
        actions.disable_operator(person.account_id, by=SYSTEM, at=now())
    assert person.get("/").status_code == 303
    assert person.sign_in(person.username, PASSWORD).status_code == 422
    assert acts_of(person)[-3:] == ["sessions_revoked", "account_disabled", "sign_in_refused"]


def test_a_towns_sign_in_opens_no_console_and_the_other_way_round() -> None:
    town = a_tenant()
    staff = a_visitor(town)
    staff.sign_in("redaktion", PASSWORD)
    assert with_cookies_of(staff).get("/").status_code == 303
    person = an_operator()
    assert with_cookies_of(person, town.host).get("/redaktion/").status_code == 303
    assert person.get("/redaktion/").status_code == 404


def test_no_password_no_secret_and_no_code_is_kept_readable() -> None:
    person = an_operator()
    codes = ten_codes(person)
    row = str(sql("SELECT * FROM operator_accounts WHERE id = :id", id=person.account_id))
    row += str(sql("SELECT * FROM operator_recovery_codes WHERE account_id = :id", id=person.account_id))
    row += str(sql("SELECT * FROM operator_audit WHERE account_id = :id", id=person.account_id))
    assert not any(secret in row for secret in (PASSWORD, person.secret, *codes))
