"""Who works in a file: inviting, letting in, changing what somebody stands for, devices, withdrawing."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.models import FileSession
from tests.makers import Here
from tests.makers_joining import (
    JOINING_HOST,
    InFile,
    a_file,
    applied,
    file_id_of,
    joined,
    link_and_code,
    opened,
    person_id_of,
)
from tests.world import Mailbox, Visitor


def a_waiting_person(contact: InFile) -> tuple[InFile, int]:
    address = f"zweite-{contact.kommune.email}"
    second = opened(applied(contact.kommune, email=address, name="Jan Nowak"), address)
    return second, person_id_of(contact, address)


def send(person: InFile, path: str, **fields: Any) -> Any:
    person.visitor.get("/akte/personen")
    return person.visitor.post(path, fields)


def some_time_ago(person: InFile) -> None:
    """The last code was typed so long ago that grave steps ask again."""
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):
        session().execute(update(FileSession).values(asked_again_at=FileSession.asked_again_at - timedelta(hours=1)))


def test_a_colleague_is_invited_and_works_in_the_same_file(mailbox: Mailbox) -> None:
    contact = a_file()
    colleague = joined(contact, "privacy", "press")
    page = colleague.visitor.get("/akte/personen").text
    assert contact.kommune.email in page
    assert "Person einladen" not in page
    own = contact.visitor.get("/akte/personen").text
    assert "Datenschutz" in own
    assert "Presse" in own


def test_an_invitation_needs_name_address_and_role(mailbox: Mailbox) -> None:
    contact = a_file()
    answer = send(contact, "/akte/personen/einladen", name="", email="kein Postfach", function="Kämmerei")
    assert answer.status_code == 422
    assert 'value="kein Postfach"' in answer.text
    assert 'value="Kämmerei"' in answer.text
    empty = send(contact, "/akte/personen/einladen", name="Jan Nowak", email="", roles="press")
    assert "Bitte geben Sie die E-Mail-Adresse an." in empty.text
    without = send(contact, "/akte/personen/einladen", name="Jan Nowak", email="jan@neustadt.example")
    assert "wofür die Person steht" in without.text
    twice = send(contact, "/akte/personen/einladen", name="Ich", email=contact.kommune.email, roles="press")
    assert "arbeitet schon in der Akte" in twice.text


def test_who_applied_later_is_let_in_by_the_contact_with_a_role(mailbox: Mailbox) -> None:
    contact = a_file()
    second, number = a_waiting_person(contact)
    Here.world.work()
    assert any("möchte in die Beitrittsakte" in str(mail["Subject"]) for mail in mailbox.to(contact.kommune.email))
    assert "bittet um Zugang" in contact.visitor.get("/akte/personen").text
    assert send(contact, f"/akte/personen/{number}", let_in="1").status_code == 422
    assert send(contact, f"/akte/personen/{number}", let_in="1", roles=["technical"]).status_code == 303
    assert "Angaben Ihrer Kommune" in second.visitor.get("/akte/angaben").text
    assert second.visitor.get("/akte/personen/einladen").status_code == 403


def test_an_address_that_is_not_confirmed_is_not_let_in(mailbox: Mailbox) -> None:
    contact = a_file()
    address = f"dritte-{contact.kommune.email}"
    applied(contact.kommune, email=address)
    number = person_id_of(contact, address)
    assert "noch nicht bestätigt" in contact.visitor.get(f"/akte/personen/{number}").text
    assert send(contact, f"/akte/personen/{number}", let_in="1", roles="press").status_code == 422


def test_the_file_keeps_one_contact(mailbox: Mailbox) -> None:
    contact = a_file()
    own = person_id_of(contact)
    refused = send(contact, f"/akte/personen/{own}", roles="press")
    assert refused.status_code == 422
    assert "zuerst eine andere fachliche Ansprechperson" in refused.text
    contact.visitor.get(f"/akte/personen/{own}/entfernen")
    assert contact.visitor.post(f"/akte/personen/{own}/entfernen").status_code == 422
    joined(contact, "subject")
    assert send(contact, f"/akte/personen/{own}", roles="press").status_code == 303
    assert contact.visitor.get("/akte/personen/einladen").status_code == 403


def test_an_invitation_is_mailed_again(mailbox: Mailbox) -> None:
    contact = a_file()
    send(contact, "/akte/personen/einladen", name="Jan Nowak", email=f"jan-{contact.kommune.email}", roles="head")
    number = person_id_of(contact, f"jan-{contact.kommune.email}")
    Here.world.work()
    mailbox.mails.clear()
    assert send(contact, f"/akte/personen/{number}/link").status_code == 303
    path, code = link_and_code(f"jan-{contact.kommune.email}")
    visitor = Visitor(Here.world.platform, JOINING_HOST)
    visitor.get(path)
    assert visitor.post(path, {"code": code}).status_code == 303
    assert "bekam einen neuen Link" in contact.visitor.get("/akte/verlauf").text


def test_a_second_device_is_handed_a_link_and_a_code(mailbox: Mailbox) -> None:
    contact = a_file()
    contact.visitor.get("/akte/geraet")
    page = contact.visitor.get(contact.visitor.post("/akte/geraet").headers["Location"]).text
    path, code = re.search(r"/zugang/[0-9a-f-]+", page), re.search(r"(\d{3}) (\d{3})", page)
    assert path
    assert code
    assert 'src="data:image/svg+xml' in page
    phone = Visitor(Here.world.platform, JOINING_HOST)
    assert "an dem Sie schon angemeldet sind" in phone.get(path[0]).text
    assert phone.post(path[0], {"code": code[0]}).status_code == 303
    assert phone.get("/akte/angaben").status_code == 200
    devices = contact.visitor.get("/akte/geraet").text
    assert "Ein anderes Gerät" in devices
    assert contact.visitor.post("/akte/geraet/abmelden").status_code == 303
    assert phone.get("/akte").status_code == 303
    assert contact.visitor.get("/akte").status_code == 200


def test_a_device_link_is_ones_own(mailbox: Mailbox) -> None:
    contact = a_file()
    colleague = joined(contact, "head")
    contact.visitor.get("/akte/geraet")
    place = contact.visitor.post("/akte/geraet").headers["Location"]
    assert colleague.visitor.get(place).status_code == 404


def test_withdrawing_asks_for_a_code_and_for_a_word(mailbox: Mailbox) -> None:
    contact = a_file()
    some_time_ago(contact)
    led = contact.visitor.get("/akte/zurueckziehen")
    assert (led.status_code, led.headers["Location"]) == (303, "/code?weiter=/akte/zurueckziehen")
    contact.visitor.get("/akte")
    assert contact.visitor.post("/akte/zurueckziehen", {"reason": "x"}).status_code == 303
    assert "ist zurückgezogen" not in contact.visitor.get("/akte").text
    contact.visitor.get(led.headers["Location"])
    page = contact.visitor.post("/code", {"weiter": "/akte/zurueckziehen"}).text
    link = re.search(r'name="link" value="(\d+)"', page)
    assert link
    Here.world.work()
    code = re.search(r"\d{3} \d{3}", mailbox.to(contact.kommune.email)[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert code
    wrong = contact.visitor.post("/code", {"weiter": "/akte/zurueckziehen", "link": link[1], "code": "12"})
    assert wrong.status_code == 422
    right = contact.visitor.post("/code", {"weiter": "/akte/zurueckziehen", "link": link[1], "code": code[0]})
    assert right.headers["Location"] == "/akte/zurueckziehen"
    assert contact.visitor.get("/akte/zurueckziehen").status_code == 200
    assert contact.visitor.post("/akte/zurueckziehen", {"reason": "Der Haushalt fehlt."}).status_code == 303
    file = contact.visitor.get("/akte").text
    assert "Der Antrag ist zurückgezogen" in file
    assert "Der Haushalt fehlt." in file
    Here.world.work()
    assert any("zurückgezogen" in str(mail["Subject"]) for mail in mailbox.to(contact.kommune.email))


def test_a_withdrawn_application_is_taken_up_again(mailbox: Mailbox) -> None:
    contact = a_file()
    contact.visitor.get("/akte/zurueckziehen")
    contact.visitor.post("/akte/zurueckziehen")
    contact.visitor.get("/akte")
    assert contact.visitor.post("/akte/wiederaufnehmen").status_code == 303
    assert "Der Betreiber prüft Ihren Antrag" in contact.visitor.get("/akte").text


def test_who_only_reads_cannot_withdraw(mailbox: Mailbox) -> None:
    press = joined(a_file(), "press")
    assert press.visitor.get("/akte/zurueckziehen").status_code == 403
    assert "Antrag zurückziehen" not in press.visitor.get("/akte").text
