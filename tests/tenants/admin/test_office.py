"""The shell of the town's office: who comes in, and how it looks from outside."""

import re
from pathlib import Path

import pytest

from tenants.admin.saved import SENTENCES
from tests.makers import PASSWORD, MadeTown, a_visitor, signed_in
from tests.tenants.admin.office import words


def test_the_admin_finds_the_office_from_the_desk(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    assert 'href="/verwaltung/"' in admin.get("/redaktion/").text
    answer = admin.get("/verwaltung/")
    assert answer.status_code == 200
    assert "Maerker Verwaltung" in answer.text


@pytest.mark.parametrize("username", ["redaktion", "tiefbau", "rat"])
def test_no_other_role_comes_in(town: MadeTown, username: str) -> None:
    someone = signed_in(town, username)
    assert 'href="/verwaltung/"' not in someone.get("/redaktion/").text
    assert someone.get("/verwaltung/").status_code == 403


def test_a_citizen_is_led_to_the_sign_in(town: MadeTown) -> None:
    answer = a_visitor(town).get("/verwaltung/")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/anmelden?weiter=/verwaltung/"


def test_what_was_typed_comes_back_after_the_sign_in_has_ended(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    admin.get("/verwaltung/fachbereiche/neu")
    for cookie in list(admin.cookies()):
        admin.client.delete_cookie(cookie, domain=town.host)
    typed = {"name": "Umwelt und Klima", "mailbox": f"umwelt@{town.slug}.example"}
    refused = admin.post("/verwaltung/fachbereiche/neu", typed)
    assert refused.status_code == 403
    assert "Ihr Text geht nicht verloren" in words(refused)
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', refused.text))
    answer = admin.post("/anmelden", {**kept, "csrf_token": admin.token, "username": "admin", "password": PASSWORD})
    assert answer.status_code == 307
    again = admin.post(answer.headers["Location"], {**typed, "csrf_token": "aus der alten Anmeldung"})
    assert again.status_code == 400
    assert 'value="Umwelt und Klima"' in again.text
    assert len(town.town.departments) == 2
    assert admin.post("/verwaltung/fachbereiche/neu", typed).status_code == 303


def test_a_kept_public_page_shows_the_change_at_once(town: MadeTown) -> None:
    citizen, admin = a_visitor(town), signed_in(town, "admin")
    assert "Ströbitz" not in citizen.get("/hinweise/").text
    admin.get("/verwaltung/ortsteile/neu")
    assert admin.post("/verwaltung/ortsteile/neu", {"name": "Ströbitz"}).status_code == 303
    assert "Ströbitz" in citizen.get("/hinweise/").text


def test_the_overview_says_what_is_missing_and_who_changed_what(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    page = words(admin.get("/verwaltung/"))
    missing = page.split("Was noch fehlt")[1].split("Zuletzt geändert")[0]
    assert missing.count("Jetzt erledigen") >= 1
    assert "Postfach" not in missing  # both departments have one
    admin.get("/verwaltung/ortsteile/neu")
    admin.post("/verwaltung/ortsteile/neu", {"name": "<b>Ost</b>"})
    answer = admin.get("/verwaltung/")
    assert "&lt;b&gt;Ost&lt;/b&gt;" in answer.text
    assert "Ada Lehmann" in words(answer).split("Zuletzt geändert")[1]


def test_every_sentence_can_be_said() -> None:
    """Each act in the log has words; none of them stumbles over what its act writes down."""
    written = {
        act for path in (Path(__file__).parents[3] / "tenants").rglob("*.py")
        for act in re.findall(r'note_change\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert written
    assert written <= set(SENTENCES), "Say in `SENTENCES` of tenants/admin what the act means."
