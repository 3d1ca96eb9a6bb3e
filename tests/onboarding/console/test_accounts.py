"""One's own account, the others' accounts and the record, as pages."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.identity.totp import code_at
from tests.makers import PASSWORD, Here
from tests.makers_operators import CONSOLE, OperatorVisitor, an_account, an_operator, offer_on, secret_on
from tests.world import Visitor

STRONG = "Wolke Besen Tacho Lupine"


def sql(statement: str, **values: Any) -> Any:
    with Here.world.no_scope("console"):
        result: Any = session().execute(text(statement), values)
        return result.all() if result.returns_rows else None


def a_stranger() -> Visitor:
    return Visitor(Here.world.platform, CONSOLE)


def link_on(page: str) -> str:
    """The path of the set-up link on the page that shows it."""
    found = re.search(r"data-link>http://[^/]+(/einladung/[\w-]+)<", page)
    assert found, page[:2000]
    return found.group(1)


def codes_on(page: str) -> list[str]:
    return re.findall(r'<li class="m-code">([a-z0-9-]+)<', page)


def test_a_colleague_is_invited_sets_everything_up_and_gets_in() -> None:
    admin, name = an_operator(), f"neu-{now().timestamp():.0f}-{id(object())}"
    admin.get("/personen/einladen")
    answer = admin.post("/personen/einladen", {"username": name, "display_name": "Nadja Neumann", "role": "trainer"})
    assert answer.status_code == 200
    link, newcomer = link_on(answer.text), an_account("reader")
    for _ in range(2):
        shown = newcomer.get(link)
        assert shown.status_code == 200
        assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert newcomer.post(link, {"password": STRONG, "again": "anders"}).status_code == 422
    assert newcomer.post(link, {"password": "passwort1234", "again": "passwort1234"}).status_code == 422
    assert newcomer.post(link, {"password": STRONG, "again": STRONG}).headers["Location"] == "/anmelden/code"
    newcomer.connect_app()
    assert "Nadja Neumann" in newcomer.get("/konto").text
    assert newcomer.get("/personen").status_code == 403
    again = a_stranger().get(link)
    assert again.status_code == 404
    assert "gilt nicht mehr" in again.text
    page = admin.get("/personen").text
    assert "Nadja Neumann" in page


def test_what_an_invitation_needs_is_said_and_nothing_typed_is_lost() -> None:
    admin = an_operator()
    admin.get("/personen/einladen")
    answer = admin.post("/personen/einladen", {"username": admin.username, "display_name": "Zwei", "role": ""})
    assert answer.status_code == 422
    for words in ("Diesen Benutzernamen gibt es schon.", "Bitte wählen Sie eine Rolle.", 'value="Zwei"'):
        assert words in answer.text
    lost = admin.post("/personen/einladen", {"display_name": "Drei", "csrf_token": ""})
    assert lost.status_code == 400
    assert 'value="Drei"' in lost.text


def test_a_role_is_changed_and_counts_at_once() -> None:
    admin, person = an_operator(), an_operator("reader")
    page = admin.get(f"/personen/{person.account_id}")
    assert "Sieht Kommunen und Beitrittsakten" in page.text
    assert admin.post(f"/personen/{person.account_id}/rolle", {"role": "admin"}).status_code == 303
    assert person.get("/protokoll").status_code == 200
    admin.get(f"/personen/{person.account_id}")
    assert admin.post(f"/personen/{person.account_id}/rolle", {"role": "reader"}).status_code == 303
    assert person.get("/protokoll").status_code == 403


@pytest.mark.parametrize(("path", "data"), [("rolle", {"role": "reader"}), ("sperren", {}), ("zugang", {})])
def test_nobody_does_it_to_themselves(path: str, data: dict[str, str]) -> None:
    admin = an_operator()
    admin.get("/konto")
    answer = admin.post(f"/personen/{admin.account_id}/{path}", data)
    assert answer.status_code == 403
    assert "am eigenen Konto" in answer.text
    assert admin.get("/personen").status_code == 200


def test_a_lost_telephone() -> None:
    admin, person = an_operator(), an_operator("support")
    page = admin.get(f"/personen/{person.account_id}/zugang").text
    assert "Ja, zurücksetzen" in page
    answer = admin.post(f"/personen/{person.account_id}/zugang")
    assert person.get("/").status_code == 303
    assert a_stranger().sign_in(person.username, PASSWORD).status_code == 422
    link = link_on(answer.text)
    person.get(link)
    person.post(link, {"password": STRONG, "again": STRONG})
    old = person.secret
    person.connect_app()
    assert person.secret != old
    account = person.get("/konto").text
    assert "Zugang zurückgesetzt" in account
    assert "Bea Trieb" in account


def test_a_closed_account_is_opened_again_as_it_was() -> None:
    admin, person = an_operator(), an_operator("support")
    admin.get(f"/personen/{person.account_id}/sperren")
    assert admin.post(f"/personen/{person.account_id}/sperren").status_code == 303
    assert "gesperrt" in admin.get(f"/personen/{person.account_id}?getan=gesperrt").text
    assert person.get("/").status_code == 303
    assert admin.post(f"/personen/{person.account_id}/entsperren").status_code == 303
    assert person.enter().get("/").status_code == 200


def test_there_is_no_such_person() -> None:
    admin = an_operator()
    admin.get("/konto")
    for path in ("", "/zugang", "/sperren"):
        assert admin.get(f"/personen/999999{path}").status_code == 404
    admin.get("/konto")
    assert admin.post("/personen/999999/rolle", {"role": "reader"}).status_code == 404


def test_ten_codes_are_shown_once_and_come_as_a_file() -> None:
    person = an_operator("reader")
    assert "Sie haben keine Notfallcodes" in person.get("/konto").text
    person.get("/konto/notfallcodes")
    codes = codes_on(person.post("/konto/notfallcodes").text)
    file = person.post("/konto/notfallcodes.txt", {"codes": codes})
    assert file.headers["Content-Disposition"] == "attachment; filename=maerker-notfallcodes.txt"
    assert all(code in file.text for code in codes)
    assert codes_on(person.get("/konto/notfallcodes").text) == []
    for foreign in (["aaaa-bbbb-cccc"], [], [*codes, "<b>"]):
        person.get("/konto")
        assert person.post("/konto/notfallcodes.txt", {"codes": foreign}).status_code == 403
    person.get("/konto/notfallcodes")
    new = codes_on(person.post("/konto/notfallcodes").text)
    assert not set(new) & set(codes)
    person.get("/konto")
    assert person.post("/konto/notfallcodes.txt", {"codes": codes}).status_code == 403


def test_another_app_counts_from_its_first_code_on() -> None:
    person = an_operator("reader")
    page = person.get("/konto/app").text
    new = secret_on(page)
    wrong = person.post("/konto/app", {"offer": offer_on(page), "code": "000000"})
    assert wrong.status_code == 422
    assert secret_on(wrong.text) == new
    assert person.enter().get("/").status_code == 200  # the old one still counts
    person.get("/konto/app")
    answer = person.post("/konto/app", {"offer": offer_on(page), "code": code_at(new, now())})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/konto?getan=app")
    old, person.secret = person.secret, new
    assert person.enter().get("/").status_code == 200
    assert old != new


def test_a_new_password_ends_the_other_sign_ins() -> None:
    person = an_operator("reader")
    elsewhere = OperatorVisitor(Here.world.platform, CONSOLE)
    elsewhere.username, elsewhere.account_id, elsewhere.secret = person.username, person.account_id, person.secret
    elsewhere.enter()
    person.get("/konto")
    wrong = person.post("/konto/passwort", {"password": "falsch", "new_password": STRONG, "again": STRONG})
    assert wrong.status_code == 422
    assert "nicht Ihr jetziges Passwort" in wrong.text
    answer = person.post("/konto/passwort", {"password": PASSWORD, "new_password": STRONG, "again": STRONG})
    assert answer.status_code == 303
    assert elsewhere.get("/").status_code == 303
    assert person.get("/").status_code == 200
    assert a_stranger().sign_in(person.username, PASSWORD).status_code == 422
    assert a_stranger().sign_in(person.username, STRONG).status_code == 303


def test_other_sign_ins_are_ended_from_the_account() -> None:
    person = an_operator("reader")
    kept = dict(person.cookies())
    other = person.enter()
    other.get("/konto")
    assert other.post("/konto/anmeldungen").status_code == 303
    thief = a_stranger()
    for name, value in kept.items():
        thief.client.set_cookie(name, value, domain=CONSOLE)
    assert thief.get("/").status_code == 303
    assert other.get("/").status_code == 200


def test_a_grave_act_asks_again_after_a_while_and_loses_nothing() -> None:
    admin = an_operator()
    admin.get("/personen/einladen")
    admin.let_time_pass(minutes=11)
    typed = {"username": f"grave-{admin.account_id}", "display_name": "Gerd Grave & Söhne", "role": "reader"}
    asked = admin.post("/personen/einladen", typed)
    assert asked.status_code == 200
    assert "Bitte bestätigen" in asked.text
    assert sql("SELECT count(*) FROM operator_accounts WHERE username = :name", name=typed["username"])[0][0] == 0
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', asked.text))
    assert kept["display_name"] == "Gerd Grave &amp; Söhne"
    wrong = admin.post("/personen/einladen", {**typed, "fresh_code": "000000"})
    assert wrong.status_code == 422
    assert 'value="Gerd Grave &amp; Söhne"' in wrong.text
    done = admin.post("/personen/einladen", {**typed, "fresh_code": admin.next_code()})
    assert "/einladung/" in done.text
    admin.get("/personen/einladen")
    assert "Benutzername" in admin.get("/personen/einladen").text  # fresh again: not asked


def test_a_page_before_a_grave_act_leads_through_the_question_and_back() -> None:
    admin = an_operator()
    admin.let_time_pass(minutes=11)
    led = admin.get("/personen/einladen")
    assert led.headers["Location"] == "/konto/bestaetigen?weiter=%2Fpersonen%2Feinladen"
    admin.get(led.headers["Location"])
    assert admin.post("/konto/bestaetigen", {"weiter": "/personen/einladen", "fresh_code": "0"}).status_code == 422
    code = admin.next_code()
    back = admin.post("/konto/bestaetigen", {"weiter": "/personen/einladen", "fresh_code": code})
    assert (back.status_code, back.headers["Location"]) == (303, "/personen/einladen")
    assert admin.get("/personen/einladen").status_code == 200
    admin.let_time_pass(minutes=11)
    admin.get("/konto/bestaetigen")
    replayed = admin.post("/konto/bestaetigen", {"weiter": "/", "fresh_code": code})
    assert replayed.status_code == 422, "A code confirms once."
    elsewhere = admin.post("/konto/bestaetigen", {"weiter": "//boese.example", "fresh_code": admin.next_code()})
    assert elsewhere.headers["Location"] == "/konto"


def test_guessing_a_confirmation_is_stopped() -> None:
    admin = an_operator(platform=Here.world.platform_with(rate_logins=2))
    admin.let_time_pass(minutes=11)
    admin.get("/konto/bestaetigen")
    pages = [admin.post("/konto/bestaetigen", {"fresh_code": "0"}).text for _ in range(3)]
    assert "Viertelstunde" in pages[-1]
    assert "Viertelstunde" not in pages[0]
    assert "Viertelstunde" in admin.post("/konto/bestaetigen", {"fresh_code": admin.next_code()}).text


def test_the_record_by_person_act_and_day() -> None:
    admin, person = an_operator(), an_operator("support")
    admin.get(f"/personen/{person.account_id}/sperren")
    admin.post(f"/personen/{person.account_id}/sperren")
    day = local_day(now()).isoformat()
    page = admin.get(f"/protokoll?person={admin.account_id}&act=account_disabled").text
    assert "1 Eintrag" in page
    assert page.count("<td>Konto gesperrt</td>") == 1
    assert "betrifft Bea Trieb" in page
    assert "1 Eintrag" in admin.get(f"/protokoll?person={person.account_id}&act=account_disabled").text
    assert "Nichts gefunden" in admin.get(f"/protokoll?person={person.account_id}&day=2020-02-30&act=x").text
    assert "Nichts gefunden" in admin.get("/protokoll?day=2020-02-03").text
    assert admin.get(f"/protokoll?day={day}&seite=999999").status_code == 200
    for odd in ("person=abc", "person=99999999999999999999", "day=gestern", "seite=-1", "seite=x"):
        assert admin.get(f"/protokoll?{odd}").status_code == 200, odd


def test_the_record_tells_a_colleague_from_the_command_line() -> None:
    admin, person = an_operator(), an_operator("support")
    page = admin.get(f"/protokoll?person={person.account_id}&act=account_invited").text
    row = page[page.index("<td>Eingeladen</td>"):]
    assert "<td>Kommandozeile</td>" in row[:row.index("</tr>")]
    assert "betrifft Bea Trieb" in row[:row.index("</tr>")]
    assert "Rolle: Unterstützung" in row[:row.index("</tr>")]


def test_the_record_has_pages() -> None:
    admin = an_operator()
    sql("INSERT INTO operator_audit (account_id, act) SELECT :id, 'many' FROM generate_series(1, 120)",
        id=admin.account_id)
    address = f"/protokoll?person={admin.account_id}&act=many"
    assert [admin.get(f"{address}&seite={n}").text.count("<td>many</td>") for n in (1, 2, 3)] == [50, 50, 20]


def test_a_passkeys_question_needs_a_sign_in_and_an_answer_a_question() -> None:
    person = an_operator("reader")
    person.get("/konto/passkeys")
    assert person.post("/konto/passkeys", {"credential": "{}", "name": "x"}).status_code == 422
    question: Any = person.post("/konto/passkeys/frage").json
    assert question["rp"]["id"] == CONSOLE
    assert person.post("/konto/passkeys", {"credential": "{}", "name": "x"}).status_code == 422
    assert sql("SELECT count(*) FROM operator_passkeys WHERE account_id = :id", id=person.account_id)[0][0] == 0
    person.let_time_pass(hours=1)
    assert person.post("/konto/passkeys/frage").status_code == 403
    stranger = a_stranger()
    stranger.get("/anmelden")
    assert stranger.post("/konto/passkeys/frage").status_code == 403
    stranger.get("/anmelden")
    assert stranger.post("/anmelden/passkey", {"credential": "{}"}).status_code == 422
    asked: Any = stranger.post("/anmelden/passkey/frage").json
    assert asked["rpId"] == CONSOLE
    assert asked["allowCredentials"] == []
    assert stranger.post("/anmelden/passkey", {"credential": "{}"}).status_code == 422


def test_another_persons_passkey_is_not_there() -> None:
    owner, other = an_operator("reader"), an_operator("admin")
    number = sql(
        "INSERT INTO operator_passkeys (account_id, credential_id, public_key, name, created_at)"
        " VALUES (:id, sha256(:name), '', 'Diensthandy', now()) RETURNING id",
        id=owner.account_id, name=owner.username.encode(),
    )[0][0]
    owner.get("/konto")
    assert owner.get(f"/konto/passkeys/{number}").status_code == 200
    assert other.get(f"/konto/passkeys/{number}").status_code == 404
    for act in ("name", "entfernen"):
        other.get("/konto")
        assert other.post(f"/konto/passkeys/{number}/{act}", {"name": "meiner"}).status_code == 404
    assert owner.post(f"/konto/passkeys/{number}/name", {"name": "  Neues   Gerät "}).status_code == 303
    assert "Neues Gerät" in owner.get("/konto").text
    owner.get(f"/konto/passkeys/{number}")
    assert owner.post(f"/konto/passkeys/{number}/entfernen").status_code == 303
    assert owner.get(f"/konto/passkeys/{number}").status_code == 404
