"""The way into a file: applying, confirming by mail, meeting in one file, signing in again."""

from sqlalchemy import func, select

from maerker.database.base import session
from onboarding.applications.models import FilePerson, JoiningFile
from tests.makers import Here
from tests.makers_joining import JOINING_HOST, a_file, a_kommune, applied, link_and_code, opened
from tests.world import Mailbox, Visitor


def test_a_kommune_applies_and_its_contact_is_in_the_file(mailbox: Mailbox) -> None:
    page = a_file().visitor.get("/akte")
    assert page.status_code == 200
    assert "Beitrittsakte BA-" in page.text


def test_opening_the_link_spends_nothing(mailbox: Mailbox) -> None:
    person = applied()
    path, code = link_and_code(person.kommune.email)
    for _scanner in range(3):
        assert Visitor(Here.world.platform, JOINING_HOST).get(path).status_code == 200
    person.visitor.get(path)
    assert person.visitor.post(path, {"code": code}).status_code == 303


def test_a_link_opens_once_and_a_wrong_code_five_times_nothing(mailbox: Mailbox) -> None:
    person = opened(applied())
    path, code = link_and_code(person.kommune.email)
    other = Visitor(Here.world.platform, JOINING_HOST)
    assert other.get(path).status_code == 404
    late = applied()
    path, code = link_and_code(late.kommune.email)
    late.visitor.get(path)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [late.visitor.post(path, {"code": wrong}).status_code for _ in range(5)] == [422] * 5
    assert late.visitor.post(path, {"code": code}).status_code == 404


def test_two_applications_meet_in_one_file_and_the_second_person_waits(mailbox: Mailbox) -> None:
    kommune = a_kommune()
    opened(applied(kommune))
    second = opened(applied(kommune, email=f"zweite-{kommune.email}", name="Jan Nowak"), f"zweite-{kommune.email}")
    assert "gibt es schon eine Akte" in second.visitor.get("/akte").text
    assert second.visitor.get("/akte/verlauf").status_code == 403
    with Here.world.no_scope("console"):
        files = session().scalar(select(func.count()).select_from(JoiningFile).where(
            JoiningFile.municipality_id == kommune.id))
        people = session().scalar(select(func.count()).select_from(FilePerson).join(
            JoiningFile, JoiningFile.file_id == FilePerson.file_id).where(JoiningFile.municipality_id == kommune.id))
    assert (files, people) == (1, 2)


def test_signing_in_again_tells_nobody_whose_address_works(mailbox: Mailbox) -> None:
    person = a_file()
    answers = []
    for address in (person.kommune.email, "niemand@neustadt.example"):
        visitor = Visitor(Here.world.platform, JOINING_HOST)
        visitor.get("/anmelden")
        form = {"municipality_id": str(person.kommune.id), "email": address}
        answers.append(visitor.post("/anmelden", form).headers["Location"])
    assert len(set(answers)) == 1
    mailbox.mails.clear()
    path, code = link_and_code(person.kommune.email)
    assert path
    assert code
    assert not mailbox.to("niemand@neustadt.example")
