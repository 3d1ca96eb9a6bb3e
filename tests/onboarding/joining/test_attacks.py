"""What somebody might try at the joining host: another's cookie, another's link, guessing codes, coming back."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select, text, update

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.models import FileLink, FilePerson, JoiningFile
from tests.makers import Here
from tests.makers_joining import (
    JOINING_HOST,
    a_file,
    a_kommune,
    applied,
    file_id_of,
    joined,
    link_and_code,
    opened,
    person_id_of,
)
from tests.world import Mailbox, Visitor


def a_browser() -> Visitor:
    return Visitor(Here.world.platform, JOINING_HOST)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_cookie_that_names_another_file_is_nobody(mailbox: Mailbox) -> None:
    own, other = a_file(), a_file()
    (name, value), = ((name, value) for name, value in own.visitor.cookies().items() if name.endswith("session"))
    intruder = a_browser()
    intruder.client.set_cookie(name, f"{file_id_of(other).hex}.{value.partition('.')[2]}", domain=JOINING_HOST)
    answer = intruder.get("/akte")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/anmelden?weiter=/akte")
    assert own.visitor.get("/akte").status_code == 200


def test_a_link_with_another_files_name_opens_nothing(mailbox: Mailbox) -> None:
    own, other = applied(), a_file()
    path, code = link_and_code(own.kommune.email)
    file, number, proof = path.removeprefix("/zugang/").split("-")
    visitor = a_browser()
    for forged in (
        f"{file_id_of(other).hex}-{number}-{proof}", f"{file}-{int(number) + 1}-{proof}",
        f"{file}-{number}-{'0' * 32}", f"{file}-{number}", "irgendwas",
    ):
        assert visitor.get(f"/zugang/{forged}").status_code == 404
        assert visitor.post(f"/zugang/{forged}", {"code": code}).status_code == 404
        assert "Neuen Link schicken" not in visitor.get(f"/zugang/{forged}").text
    assert not [name for name in visitor.cookies() if name.endswith("session")]


def test_a_link_followed_by_somebody_signed_in_elsewhere_leads_into_its_own_file(mailbox: Mailbox) -> None:
    own, other = applied(), a_file()
    path, code = link_and_code(own.kommune.email)
    other.visitor.get(path)
    assert other.visitor.post(path, {"code": code}).status_code == 303
    assert file_id_of(other).hex in path
    assert own.kommune.name in other.visitor.get("/akte").text


def test_codes_are_not_guessed_for_one_link_after_another(mailbox: Mailbox) -> None:
    platform = Here.world.platform_with(rate_logins=1)
    first, second = applied(), applied()
    links = [link_and_code(person.kommune.email) for person in (first, second)]
    guesser = Visitor(platform, JOINING_HOST, address="203.0.113.99")
    for path, code in links:
        guesser.get(path)
        assert guesser.post(path, {"code": wrong(code)}).status_code == 422
    path, code = links[0]
    guesser.get(path)
    assert guesser.post(path, {"code": code}).status_code == 429
    elsewhere = Visitor(platform, JOINING_HOST, address="203.0.113.98")
    elsewhere.get(path)
    assert elsewhere.post(path, {"code": code}).status_code == 303


def test_who_is_removed_is_out_at_once_and_comes_back_as_a_stranger(mailbox: Mailbox) -> None:
    contact = a_file()
    colleague = joined(contact, "technical")
    address = next(row.email for row in _people(contact) if row.name == "Jan Nowak")
    number = person_id_of(contact, address)
    contact.visitor.get(f"/akte/personen/{number}/entfernen")
    assert contact.visitor.post(f"/akte/personen/{number}/entfernen").status_code == 303
    assert colleague.visitor.get("/akte").status_code == 303
    again = opened(applied(contact.kommune, email=address, name="Jan Nowak"), address)
    assert "gibt es schon eine Akte" in again.visitor.get("/akte").text
    assert again.visitor.get("/akte/personen").status_code == 403
    assert "bittet um Zugang" in contact.visitor.get("/akte").text


def _people(person: object) -> list[FilePerson]:
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):  # type: ignore[arg-type]
        return list(session().scalars(select(FilePerson)))


def test_the_mailed_link_of_somebody_removed_is_dead(mailbox: Mailbox) -> None:
    contact = a_file()
    joined(contact, "press")
    address = next(row.email for row in _people(contact) if row.name == "Jan Nowak")
    visitor = a_browser()
    visitor.get("/anmelden")
    visitor.post("/anmelden", {"municipality_id": str(contact.kommune.id), "email": address})
    path, code = link_and_code(address)
    number = person_id_of(contact, address)
    contact.visitor.get(f"/akte/personen/{number}/entfernen")
    contact.visitor.post(f"/akte/personen/{number}/entfernen")
    visitor.get("/anmelden")
    assert visitor.post(path, {"code": code}).status_code == 404
    visitor.get("/anmelden")
    assert visitor.post(f"{path}/neu").status_code == 404


def test_a_link_that_is_over_is_renewed_for_its_own_address_alone(mailbox: Mailbox) -> None:
    person = applied()
    path, code = link_and_code(person.kommune.email)
    with Here.world.no_scope("console"):
        file_id = session().scalars(
            select(JoiningFile.file_id).where(JoiningFile.municipality_id == person.kommune.id)).one()
        with file_scope(file_id):
            session().execute(update(FileLink).values(expires_at=now() - timedelta(minutes=1)))
    page = person.visitor.get(path)
    assert page.status_code == 404
    assert "Neuen Link schicken" in page.text
    assert person.visitor.post(path, {"code": code}).status_code == 404
    mailbox.mails.clear()
    person.visitor.get(path)
    assert person.visitor.post(f"{path}/neu").status_code == 303
    assert opened(person).visitor.get("/akte").status_code == 200
    assert {str(mail["To"]) for mail in mailbox.mails} == {person.kommune.email}


def test_two_applications_at_the_same_moment_meet_in_one_file(mailbox: Mailbox) -> None:
    kommune = a_kommune()

    def one(number: int) -> int:
        visitor = a_browser()
        visitor.get(f"/antrag/{kommune.id}")
        return visitor.post(f"/antrag/{kommune.id}", {
            "name": f"Person Nummer {number}", "email": f"person-{number}-{kommune.email}",
        }).status_code

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(one, range(4))) == [303] * 4
    with Here.world.no_scope("console"):
        files = session().scalars(
            select(JoiningFile.file_id).where(JoiningFile.municipality_id == kommune.id)).all()
        people = session().scalar(select(func.count()).select_from(FilePerson).where(FilePerson.file_id.in_(files)))
    assert (len(files), people) == (1, 4)


def test_a_form_from_elsewhere_is_refused_and_its_words_are_not_shown(mailbox: Mailbox) -> None:
    person = a_file()
    person.visitor.get("/akte/angaben")
    answer = person.visitor.post(
        "/akte/angaben", {"section": "kommune", "street": "Böse Gasse 1"}, headers={"Origin": "https://boese.example"})
    assert answer.status_code == 400
    assert "Böse Gasse" not in answer.text
    assert "Böse Gasse" not in person.visitor.get("/akte/angaben").text


def test_the_code_of_a_grave_step_is_ones_own(mailbox: Mailbox) -> None:
    contact = a_file()
    colleague = joined(contact, "head")
    mailbox.mails.clear()
    contact.visitor.get("/code")
    page = contact.visitor.post("/code").text
    number = re.search(r'name="link" value="(\d+)"', page)
    assert number
    Here.world.work()
    mail = mailbox.to(contact.kommune.email)[-1]
    words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "/zugang/" not in words
    code = re.search(r"(\d{3}) (\d{3})", words)
    assert code
    colleague.visitor.get("/code")
    assert colleague.visitor.post("/code", {"link": number[1], "code": "".join(code.groups())}).status_code == 404
    contact.visitor.get("/code")
    assert contact.visitor.post("/code", {"link": number[1], "code": code[0]}).status_code == 303


def test_the_database_itself_knows_no_file_without_its_name(mailbox: Mailbox) -> None:
    a_file()
    with Here.world.engine("joining").connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM file_people")).scalar_one() == 0
