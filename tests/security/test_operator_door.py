"""The operator's sign-in under attack: half a sign-in that was stolen, codes at the same moment, odd ids and words."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from maerker.identity.totp import code_at
from maerker.web.access import access_of
from tests.makers import PASSWORD, Here
from tests.makers_operators import CONSOLE, OperatorVisitor, an_account, an_operator, offer_on, secret_on
from tests.security.test_nonsense import raw
from tests.world import Visitor

OTHER_PASSWORD = "vier blaue Reiher im Schilf"


def at_the_same_moment(*acts: Callable[[], int]) -> list[int]:
    """What each act answers when all begin at once."""
    gate = threading.Barrier(len(acts))

    def go(act: Callable[[], int]) -> int:
        gate.wait(timeout=20)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=60) for done in [pool.submit(go, act) for act in acts]]


def all_stopped_at(statement: str, *acts: Callable[[], int], **values: object) -> list[int]:
    """What each act answers when all of them have come as far as a row that is held, and are let go together."""
    waiting = text(
        "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND usename = 'maerker_console'"
    )
    with ThreadPoolExecutor(len(acts)) as pool, Here.world.no_scope("console"):
        session().execute(text(statement), values)
        running = [pool.submit(act) for act in acts]
        for _ in range(1500):
            with Here.world.engine("console").connect() as connection:
                if connection.execute(waiting).one()[0] >= len(acts):
                    break
        else:
            raise AssertionError("They did not reach the row.")
        session().rollback()
        return [done.result(timeout=60) for done in running]


def half_in(someone: OperatorVisitor, password: str = PASSWORD) -> Visitor:
    """A browser of somebody else in which name and password were typed, and no code."""
    thief = Visitor(Here.world.platform, CONSOLE, "198.51.100.9")
    assert thief.sign_in(someone.username, password).headers["Location"] == "/anmelden/code"
    return thief


def set_up_attempt(thief: Visitor) -> bool:
    """Whether the thief gets an app of their own connected."""
    page = thief.get("/anmelden/einrichten")
    if "data-secret" not in page.text:
        return False
    secret = secret_on(page.text)
    thief.post("/anmelden/einrichten", {"offer": offer_on(page.text), "code": code_at(secret, now())})
    return thief.get("/konto").status_code == 200


def renewed_link(admin: OperatorVisitor, account_id: int) -> str:
    admin.get(f"/personen/{account_id}/zugang")
    page = admin.post(f"/personen/{account_id}/zugang")
    found = re.search(r"/einladung/([\w-]{43})", page.text)
    assert found, page.text[:2000]
    return found.group(1)


def test_half_a_sign_in_from_before_a_renewed_access_opens_nothing() -> None:
    """Somebody who knows the password waits half way in until the admin renews the access, then connects an app."""
    admin, victim = an_operator(), an_operator("support")
    thief = half_in(victim)
    token = renewed_link(admin, victim.account_id)
    assert not set_up_attempt(thief)
    newcomer = Visitor(Here.world.platform, CONSOLE)
    newcomer.get(f"/einladung/{token}")
    newcomer.post(f"/einladung/{token}", {"password": OTHER_PASSWORD, "again": OTHER_PASSWORD})
    assert not set_up_attempt(thief)
    assert set_up_attempt(newcomer)


def test_half_a_sign_in_by_the_old_password_ends_with_it() -> None:
    victim = an_operator("support")
    thief = half_in(victim)
    victim.get("/konto")
    changed = victim.post("/konto/passwort", {
        "password": PASSWORD, "new_password": OTHER_PASSWORD, "again": OTHER_PASSWORD,
    })
    assert changed.status_code == 303
    assert thief.post("/anmelden/code", {"code": victim.next_code()}).status_code == 403


def test_half_a_sign_in_does_not_outlive_the_closing_of_the_account() -> None:
    admin, victim = an_operator(), an_operator("support")
    thief = half_in(victim)
    for act in ("sperren", "entsperren"):
        admin.get(f"/personen/{victim.account_id}")
        assert admin.post(f"/personen/{victim.account_id}/{act}").status_code == 303
    assert thief.post("/anmelden/code", {"code": victim.next_code()}).status_code == 403


def test_of_two_who_connect_an_app_at_the_same_moment_one_gets_in() -> None:
    newcomer = an_account("support")
    browsers, acts = [half_in(newcomer), half_in(newcomer)], []
    for browser in browsers:
        page = browser.get("/anmelden/einrichten").text
        form = {"offer": offer_on(page), "code": code_at(secret_on(page), now())}
        acts.append(lambda browser=browser, form=form: browser.post("/anmelden/einrichten", form).status_code)
    hold = "SELECT 1 FROM operator_accounts WHERE id = :id FOR UPDATE"
    assert sorted(all_stopped_at(hold, *acts, id=newcomer.account_id)) == [303, 422]
    assert sorted(browser.get("/konto").status_code for browser in browsers) == [200, 303]


def test_one_code_in_two_browsers_at_the_same_moment_opens_one() -> None:
    someone = an_operator("support")
    browsers = [half_in(someone), half_in(someone)]
    for browser in browsers:
        browser.get("/anmelden/code")
    code = someone.next_code()
    acts = [lambda browser=browser: browser.post("/anmelden/code", {"code": code}).status_code for browser in browsers]
    hold = "SELECT 1 FROM operator_accounts WHERE id = :id FOR UPDATE"
    answers = all_stopped_at(hold, *acts, id=someone.account_id)
    assert sorted(answers) == [303, 422]


def test_two_admins_who_close_each_other_at_the_same_moment_get_an_answer() -> None:
    one, other = an_operator(), an_operator()
    acts = []
    for me, you in ((one, other), (other, one)):
        me.get(f"/personen/{you.account_id}")
        acts.append(lambda me=me, you=you: me.post(f"/personen/{you.account_id}/sperren").status_code)
    answers = at_the_same_moment(*acts)
    assert all(answer in (303, 403) for answer in answers), answers


@pytest.mark.parametrize("path", [
    "/personen/{}", "/personen/{}/zugang", "/personen/{}/sperren", "/konto/passkeys/{}",
])
@pytest.mark.parametrize("number", [str(2**63), "9" * 40, "0"])
def test_a_number_that_the_database_cannot_hold_is_no_person(path: str, number: str) -> None:
    assert an_operator().get(path.format(number)).status_code == 404


NONSENSE = ("\x00", "a\x00b", "\x01\x02", "\r\nX-Boese: 1", "9" * 5000, "-1", "٣", "\u202e", "x" * 20_000, "{{7*7}}",
            '"><script>alert(1)</script>', "%(name)s", "//[")


def test_no_word_in_a_form_about_accounts_breaks_anything() -> None:
    admin, other = an_operator(), an_operator("reader")
    fields = ("username", "display_name", "email", "role", "password", "new_password", "again", "code", "offer", "name",
              "credential", "weiter", "codes")
    paths = ("/anmelden", "/anmelden/code", "/anmelden/einrichten", "/anmelden/passkey", "/einladung/" + "x" * 43,
             "/konto/passwort", "/konto/app", "/konto/notfallcodes.txt", "/konto/passkeys", "/konto/bestaetigen",
             "/personen/einladen", f"/personen/{other.account_id}/rolle")
    for path in paths:
        for words in NONSENSE:
            admin.get("/konto")
            answer = admin.post(path, dict.fromkeys(fields, words))
            assert answer.status_code < 500, (path, words[:20])
            assert "<script>alert" not in answer.text


@pytest.mark.parametrize("email", ["a\x00b@amt.example", "a@amt.example\x00", "a@amt.example\r\nBcc: b@c.example"])
def test_an_address_with_signs_that_are_no_text_is_taken_without_them_or_refused(email: str) -> None:
    admin = an_operator()
    admin.get("/personen/einladen")
    answer = admin.post("/personen/einladen", {
        "display_name": "Nora Neu", "username": f"nora{now().timestamp():.0f}", "email": email, "role": "reader",
    })
    assert answer.status_code in (200, 422)


def test_every_form_of_the_console_needs_its_token_and_its_own_origin() -> None:
    app, admin = Here.world.platform.app("console"), an_operator()
    values = {"account_id": str(admin.account_id), "token": "x" * 43}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        path = re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", lambda found: values.get(found.group(1), "1"), rule.rule)
        if "file_id" in rule.arguments:
            path = path.replace("/1", "/6f1c8b1e-0000-4000-8000-000000000000", 1)
        admin.get("/konto")
        keeps = getattr(app.view_functions[rule.endpoint], "keeps_text", False)
        without = admin.post(path, {"csrf_token": "0" * 64})
        assert without.status_code in ((400, 403, 404, 422, 303) if keeps else (400,)), (rule.rule, without.status_code)
        admin.get("/konto")
        foreign = admin.post(path, {}, headers={"Origin": "http://boese.example.test"})
        assert foreign.status_code == 400, rule.rule
        sister = admin.post(path, {}, headers={"Sec-Fetch-Site": "same-site"})
        assert sister.status_code == 400, rule.rule
    assert admin.get("/konto").status_code == 200


def test_the_answers_at_the_door_tell_nobody_which_names_there_are() -> None:
    known = an_account("reader")
    pages = []
    for name in (known.username, "x" * len(known.username)):
        answer = Visitor(Here.world.platform, CONSOLE).sign_in(name, "geraten und falsch")
        tidy = re.sub(r'[0-9a-f]{64}|value="[^"]*"', "", answer.text)
        pages.append((answer.status_code, tidy, sorted(answer.headers.keys())))
    assert pages[0] == pages[1]


def test_a_planted_half_is_not_taken_over_by_whoever_signs_in_next() -> None:
    """A sister subdomain may plant the cookie of its own half sign-in where cookies are not locked to their host."""
    attacker, victim = an_operator("reader"), an_account("support")
    planted = half_in(attacker).cookies()["maerker_anmeldung"]
    victim.client.set_cookie("maerker_anmeldung", planted, domain=CONSOLE)
    victim.enter()
    assert victim.username in victim.get("/konto").text
    assert attacker.username not in victim.get("/konto").text


def test_no_cookie_from_before_the_sign_in_is_worth_anything_after_it() -> None:
    victim = an_account("support")
    victim.client.set_cookie("maerker_session", "a" * 43, domain=CONSOLE)
    victim.enter()
    assert victim.cookies()["maerker_session"] != "a" * 43
    thief = Visitor(Here.world.platform, CONSOLE)
    thief.client.set_cookie("maerker_session", "a" * 43, domain=CONSOLE)
    assert thief.get("/konto").status_code == 303


def test_the_record_of_acts_takes_any_question() -> None:
    admin = an_operator()
    for value in ("%00", "a%00b", "9" * 40, "-1", "%d9%a3", "%ff", "9999-12-31", "0001-01-01", "x" * 3000):
        for name in ("wer", "was", "von", "bis", "seite", "person", "act", "day", "account", "from", "until", "page"):
            assert raw(admin, f"/protokoll?{name}={value}").status_code < 500, (name, value)


def test_who_may_not_manage_people_gets_nowhere_by_hidden_fields() -> None:
    for role in ("support", "trainer", "reader"):
        someone, other = an_operator(role), an_operator("reader")
        someone.get("/konto")
        for path, data in (
            (f"/personen/{someone.account_id}/rolle", {"role": "admin"}),
            (f"/personen/{other.account_id}/zugang", {}), (f"/personen/{other.account_id}/sperren", {}),
            ("/personen/einladen", {"username": "neu1", "display_name": "Neu", "role": "admin"}),
        ):
            someone.get("/konto")
            assert someone.post(path, data).status_code == 403
        someone.get("/konto")
        fields = {"password": PASSWORD, "new_password": OTHER_PASSWORD, "again": OTHER_PASSWORD, "role": "admin",
                  "account_id": str(other.account_id), "totp_sealed": "", "permissions": "manage_operators"}
        assert someone.post("/konto/passwort", fields).status_code == 303
        with Here.world.no_scope("console"):
            rows = session().execute(
                text("SELECT id, role FROM operator_accounts WHERE id IN (:a, :b)"),
                {"a": someone.account_id, "b": other.account_id},
            ).all()
        roles = {row.id: row.role for row in rows}
        assert roles == {someone.account_id: role, other.account_id: "reader"}
        assert half_in(other)


def test_every_page_of_the_console_says_who_may_see_it() -> None:
    app = Here.world.platform.app("console")
    public = {rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) == "public"}
    assert not {name for name in public if any(word in name for word in ("account", "person", "people", "record"))}
