"""Filling in the details: by the button of a section, field by field while one types, and when a sign-in ends."""

from typing import Any

import pytest

from tests.makers_joining import InFile, a_file, file_id_of, joined
from tests.makers_operators import an_operator
from tests.world import Mailbox, Visitor

KOMMUNE = {"official_name": "Stadt Neustadt", "street": "Markt 1", "postal_code": "03130", "city": "Neustadt",
           "phone": "", "email": "rathaus@neustadt.example", "website": ""}


def save(visitor: Visitor, section: str = "kommune", **fields: Any) -> Any:
    visitor.get("/akte/angaben")
    return visitor.post("/akte/angaben", {"section": section, **fields})


def type_in(person: InFile, key: str, value: str, version: str = "") -> Any:
    person.visitor.get("/akte/angaben")
    return person.visitor.post(f"/akte/angaben/{key}", {"value": value, "version": version})


def test_what_is_known_is_filled_in_and_what_is_needed_is_counted(mailbox: Mailbox) -> None:
    person = a_file()
    page = person.visitor.get("/akte/angaben").text
    assert f'value="Stadt {person.kommune.name}"' in page
    assert 'value="Christine Herrmann"' in page
    assert "3 fehlen" in page


def test_the_wish_that_was_typed_last_is_the_one_that_all_pages_show(mailbox: Mailbox) -> None:
    person, support = a_file(), an_operator("support")
    type_in(person, "wished_start", "2027-05-03", "1")
    for path in ("/akte", "/akte/start"):
        assert "3. Mai 2027" in person.visitor.get(path).text
    assert "03.05.2027" in support.get("/akten.csv").text
    address = f"/akten/{file_id_of(person)}/start"
    for _ in range(2):  # each side overwrites the other: what the operator wrote before is no reason to leave it
        type_in(person, "wished_start", "2027-05-03", "")
        support.get(address)
        support.post(f"{address}/wunsch", {"wish": "2027-06-07"})
        assert "7. Juni 2027" in person.visitor.get("/akte").text


def test_a_section_is_saved_by_its_button(mailbox: Mailbox) -> None:
    person = a_file()
    answer = save(person.visitor, **KOMMUNE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/akte/angaben?gespeichert=kommune#kommune")
    page = person.visitor.get("/akte/angaben?gespeichert=kommune").text
    assert 'value="03130"' in page
    assert "Gespeichert" in page
    history = person.visitor.get("/akte/verlauf").text
    assert history.count("Angaben wurden ausgefüllt oder geändert: Kommune.") == 1


def test_what_is_right_is_saved_and_what_is_wrong_comes_back_as_typed(mailbox: Mailbox) -> None:
    person = a_file()
    answer = save(person.visitor, **KOMMUNE | {"postal_code": "313", "email": "kein Postfach"})
    assert answer.status_code == 422
    assert 'value="313"' in answer.text
    assert 'value="kein Postfach"' in answer.text
    assert "Eine Postleitzahl hat fünf Ziffern" in answer.text
    page = person.visitor.get("/akte/angaben").text
    assert 'value="Markt 1"' in page
    assert 'value="313"' not in page


def test_two_people_meet_in_a_field_and_both_versions_are_shown(mailbox: Mailbox) -> None:
    first = a_file()
    second = joined(first, "head", name="Christine Herrmann")
    for person in (first, second):
        person.visitor.get("/akte/angaben")
    token = second.visitor.token
    assert save(first.visitor, street="Markt 1", **{"version-street": "0"}).status_code == 303
    answer = second.visitor.post("/akte/angaben", {
        "csrf_token": token, "section": "kommune", "street": "Am Markt 1", "phone": "03563 340", "version-street": "0"})
    assert answer.status_code == 409
    assert "Karla Nagel hat dieses Feld inzwischen geändert." in answer.text
    assert "Markt 1" in answer.text
    assert 'value="Am Markt 1"' in answer.text
    assert 'name="version-street" value="1"' in answer.text
    again = second.visitor.post("/akte/angaben", {"section": "kommune", "street": "Am Markt 1", "version-street": "1"})
    assert again.status_code == 303
    page = first.visitor.get("/akte/angaben").text
    assert 'value="Am Markt 1"' in page
    assert 'value="03563 340"' in page


def test_a_field_is_saved_while_one_types(mailbox: Mailbox) -> None:
    person = a_file()
    answer = type_in(person, "street", "Markt 1", "0")
    assert answer.status_code == 200
    assert answer.json["version"] == 1
    assert answer.json["missing"] == 2
    assert type_in(person, "postal_code", "12").json["error"].startswith("Eine Postleitzahl")
    assert type_in(person, "gibt-es-nicht", "x").status_code == 404
    overtaken = type_in(person, "street", "Markt 2", "0")
    assert overtaken.status_code == 409
    assert (overtaken.json["value"], overtaken.json["by"], overtaken.json["version"]) == ("Markt 1", "Karla Nagel", 1)


def test_the_address_on_the_platform_is_proposed_and_checked(mailbox: Mailbox) -> None:
    person = a_file()
    assert 'name="slug" type="text" value="neustadt-' in person.visitor.get("/akte/angaben").text
    assert "reserviert" in type_in(person, "slug", "beitritt").json["error"]
    assert "Kleinbuchstaben" in type_in(person, "slug", "Große Stadt").json["error"]
    assert type_in(person, "own_domain", "https://maerker.neustadt.de/").status_code == 200
    assert 'value="maerker.neustadt.de"' in person.visitor.get("/akte/angaben").text


def test_a_council_decision_that_is_not_needed_ends_its_step(mailbox: Mailbox) -> None:
    person = a_file()
    assert save(person.visitor, "beschluss", council_needed="nein").status_code == 303
    assert "nicht nötig" in person.visitor.get("/akte").text


def test_the_technical_contact_fills_in_technology_alone(mailbox: Mailbox) -> None:
    contact = a_file()
    technician = joined(contact, "technical")
    page = technician.visitor.get("/akte/angaben").text
    assert 'name="editors_mailbox"' in page
    assert 'name="street"' not in page
    assert "füllt jemand anders" in page
    mailbox_saved = save(technician.visitor, "technik", editors_mailbox="maerker@neustadt.example")
    assert mailbox_saved.status_code == 303
    assert save(technician.visitor, street="Markt 9").status_code == 403
    assert type_in(technician, "street", "Markt 9").status_code == 403
    assert "Markt 9" not in contact.visitor.get("/akte/angaben").text


def test_the_data_protection_officer_prepares_the_release_alone(mailbox: Mailbox) -> None:
    contact = a_file()
    officer = joined(contact, "privacy")
    page = officer.visitor.get("/akte/angaben").text
    assert 'name="impact_assessment"' in page
    assert 'name="street"' not in page
    said = {"risk_measures": "adequate", "impact_assessment": "done"}
    assert save(officer.visitor, "freigabe", **said).status_code == 303
    assert "1 fehlt" in officer.visitor.get("/akte/angaben").text, "an assessment that was made has a day"
    assert save(officer.visitor, "freigabe", **said, impact_on="5.10.2026").status_code == 303
    assert type_in(officer, "privacy_opinion", "Keine Einwände.").status_code == 200
    assert save(officer.visitor, street="Markt 9").status_code == 403
    assert type_in(joined(contact, "technical"), "privacy_opinion", "Von mir.").status_code == 403
    assert "Keine Einwände." in contact.visitor.get("/akte/angaben").text


def test_the_press_reads_and_has_no_field(mailbox: Mailbox) -> None:
    page = joined(a_file(), "press").visitor.get("/akte/angaben").text
    assert "Abschnitt speichern" not in page


def test_typed_text_outlives_the_end_of_a_sign_in(mailbox: Mailbox) -> None:
    person = a_file()
    person.visitor.get("/akte/angaben")
    cookie = dict(person.visitor.cookies())
    person.visitor.client.delete_cookie("maerker_session", domain=person.visitor.host)
    answer = person.visitor.post("/akte/angaben", {"section": "kommune", "street": "Lange Straße 27"})
    assert answer.status_code == 403
    assert "Lange Straße 27" in answer.text
    assert person.kommune.name not in answer.text
    name, value = next((name, value) for name, value in cookie.items() if name.endswith("session"))
    person.visitor.client.set_cookie(name, value, domain=person.visitor.host)
    still = person.visitor.post("/akte/angaben", {"section": "kommune", "street": "Lange Straße 27"})
    assert still.status_code == 400
    assert 'value="Lange Straße 27"' in still.text
    saved = person.visitor.post("/akte/angaben", {"section": "kommune", "street": "Lange Straße 27"})
    assert saved.status_code == 303
    assert 'value="Lange Straße 27"' in person.visitor.get("/akte/angaben").text


def test_a_section_that_does_not_exist_is_not_there(mailbox: Mailbox) -> None:
    assert save(a_file().visitor, "geheim", street="x").status_code == 404


def test_what_is_needed_depends_on_the_answers(mailbox: Mailbox) -> None:
    person = a_file()
    alone = type_in(person, "signatories", "head").json
    assert (alone["missing"], "second_name" in alone["needed"]) == (0, False)
    together = type_in(person, "signatories", "head_and_deputy").json
    assert together["lacking"] == ["second_name", "second_function"]
    by_power = type_in(person, "signatories", "power_of_attorney").json
    assert by_power["lacking"] == ["second_name", "second_function", "power_of_attorney_on"]
    assert type_in(person, "council_needed", "ja").json["lacking"] == ["council_on", "council_reference"]
    assert type_in(person, "council_needed", "nein").json["lacking"] == []
    assert type_in(person, "extent", "departments").json["lacking"] == ["departments"]


def test_the_page_marks_a_field_that_has_become_needed(mailbox: Mailbox) -> None:
    person = a_file()
    assert field_of(person, "second_name").count("(freiwillig)") == 1
    assert "data-lacks hidden" in field_of(person, "second_name")
    type_in(person, "signatories", "head_and_deputy")
    for key in ("second_name", "second_function"):
        assert "(freiwillig)" not in field_of(person, key)
        assert "data-lacks>" in field_of(person, key)
    page = person.visitor.get("/akte/angaben").text
    assert 'data-left="vertretung">2 fehlen' in page
    type_in(person, "second_name", "Jörg Žurman")
    type_in(person, "second_function", "Kämmerer")
    assert "data-lacks hidden" in field_of(person, "second_name")


@pytest.mark.parametrize("title", [
    "Bürgermeister/in", "Bürgermeister/-in", "Bürgermeister*in", "Bürgermeister:in", "Bürgermeister(in)",
    "Landrat/Landrätin", "Landrätin/Landrat", "Verbandsgemeindebürgermeister/in",
])
def test_a_title_for_women_and_men_alike_is_still_missing(title: str, mailbox: Mailbox) -> None:
    person = a_file()
    assert "head_title" in type_in(person, "head_title", title).json["lacking"]
    assert "Bitte nur die Form, die zutrifft" in field_of(person, "head_title")
    assert "head_title" not in type_in(person, "head_title", "Bürgermeisterin (in Vertretung)").json["lacking"]


@pytest.mark.parametrize("title", [
    "Landrätin", "Bürgermeisterin", "Leiter Ordnungsamt/Ordnungsbehörde", "Erster Beigeordneter/Kämmerer",
])
def test_a_title_that_one_person_bears_is_enough(title: str, mailbox: Mailbox) -> None:
    assert "head_title" not in type_in(a_file(), "head_title", title).json["lacking"]


def field_of(person: InFile, key: str) -> str:
    """One field of the page, up to the next."""
    page = person.visitor.get("/akte/angaben").text
    start = page.index(f'data-field="{key}"')
    return page[start:page.index("data-said", start)]
