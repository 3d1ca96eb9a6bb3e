"""Signing people up: the last seat, who may, whose rows, what is refused, who sees what."""

import re
import threading

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid
from onboarding.applications.entries import save_entry
from onboarding.applications.models import FilePosting
from onboarding.training.booking import SignUp, sign_up
from onboarding.training.models import Trainee
from tests.makers import Here
from tests.makers_joining import JOINING_HOST, InFile, a_file, admitted, link_and_code
from tests.onboarding.training.people import (
    a_course,
    a_date,
    began,
    file_id_of,
    newest_mail,
    passes,
    signs_up,
    somebody,
    subjects_to,
)
from tests.world import Mailbox, Visitor

KOMMUNE = Actor(kind="joining", id=1, name="Karla Nagel")


def tries(person: InFile, **fields: str) -> str:
    """Hand in the form and give back the refusal."""
    person.visitor.get("/akte/schulung")
    form = {"name": "Rieke Redlich", "email": "rieke@neustadt.example", "department": "", **fields}
    answer = person.visitor.post("/akte/schulung/anmelden", form)
    assert answer.status_code == 422, answer.status_code
    return answer.text


def test_two_kommunen_at_the_same_moment_share_the_last_seat(mailbox: Mailbox) -> None:
    date_id, course_id = a_date(seats=1), 0
    with Here.world.no_scope("console"):
        course_id = session().execute(
            text("SELECT course_id FROM course_dates WHERE id = :id"), {"id": date_id}).scalar_one()
    files = [file_id_of(admitted(a_file())) for _ in range(2)]
    answers: list[str] = []
    both = threading.Barrier(2)

    def one(number: int) -> None:
        who = SignUp(name=f"Person {number}", email=f"p{number}@neustadt.example", course_id=course_id, date_id=date_id)
        with Here.world.platform.app("joining").app_context(), file_scope(files[number]):
            session().execute(text("SELECT 1"))
            both.wait()
            try:
                sign_up(who, by=KOMMUNE, at=now())
                session().commit()
                answers.append("in")
            except Invalid:
                answers.append("full")
                session().rollback()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["full", "in"]


def test_a_full_date_is_said_and_refused_to_who_has_the_form_open(mailbox: Mailbox) -> None:
    date_id = a_date(seats=1)
    late = admitted(a_file())
    late.visitor.get(f"/akte/schulung/anmelden?termin={date_id}")
    first = somebody(date_id=date_id)
    page = tries(late, termin=str(date_id), name="Behält den Namen")
    assert "inzwischen voll" in page
    assert "Behält den Namen" in page
    assert "ausgebucht" in late.visitor.get("/akte/schulung").text
    with Here.world.no_scope("console"):
        number = session().scalar(select(Trainee.id).where(Trainee.email == first.email))
    first.file.visitor.get(f"/akte/schulung/{number}/abmelden")
    assert first.file.visitor.post(f"/akte/schulung/{number}/abmelden").status_code == 303
    assert signs_up(late, date_id=date_id).path


def test_nobody_takes_a_seat_before_the_application_is_accepted(mailbox: Mailbox) -> None:
    """Whoever applies could otherwise have mails sent to anybody and fill every date."""
    waiting, date_id = a_file(), a_date()
    assert "sobald der Betreiber Ihren Antrag angenommen hat" in waiting.visitor.get("/akte/schulung").text
    assert "sobald der Betreiber" in tries(waiting, termin=str(date_id), email="fremd@neustadt.example")
    assert not subjects_to("fremd@neustadt.example")


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"name": ""}, "Bitte geben Sie Vor- und Nachnamen an"), ({"email": "rieke"}, "Das ist keine E-Mail-Adresse"),
    ({"email": " "}, "Bitte geben Sie die E-Mail-Adresse an."),
])
def test_what_is_wrong_is_said_beside_the_field(fields: dict[str, str], sentence: str, mailbox: Mailbox) -> None:
    assert sentence in tries(admitted(a_file()), kurs=str(a_course("self_study")), **fields)


def test_somebody_takes_a_course_once(mailbox: Mailbox) -> None:
    course_id = a_course("self_study")
    who = somebody(course_id=course_id)
    assert "schon angemeldet" in tries(who.file, kurs=str(course_id), email=who.email.upper())


def test_a_date_that_began_cannot_be_booked(mailbox: Mailbox) -> None:
    date_id = a_date()
    began(date_id)
    assert "hat schon begonnen" in tries(admitted(a_file()), termin=str(date_id))


def test_a_promise_for_listed_departments_counts_each(mailbox: Mailbox) -> None:
    person = admitted(a_file())
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):
        save_entry("extent", "departments", by=KOMMUNE, at=now())
        save_entry("departments", "Ordnungsamt\nBauamt", by=KOMMUNE, at=now())
    course_id = a_course("self_study")
    assert "aus der Liste" in tries(person, kurs=str(course_id), department="Standesamt")
    for name in ("Eins", "Zwei"):
        passes(signs_up(person, course_id=course_id, name=f"Person {name}", department="Bauamt"))
    Here.world.work()
    page = person.visitor.get("/akte/schulung").text
    assert "noch nicht in jedem Fachbereich" in page
    assert re.search(r"2 geschult.*?Bauamt", page, re.S)
    assert re.search(r"noch niemand.*?Ordnungsamt", page, re.S)
    passes(signs_up(person, course_id=course_id, department="Ordnungsamt"))
    Here.world.work()
    assert "Die Schulung ist abgeschlossen" in person.visitor.get("/akte/schulung").text


def test_who_is_signed_off_gets_a_mail_and_the_link_is_dead(mailbox: Mailbox) -> None:
    who = somebody()
    number = who.path.split("-")[1]
    who.file.visitor.get(f"/akte/schulung/{number}/abmelden")
    who.file.visitor.post(f"/akte/schulung/{number}/abmelden")
    assert subjects_to(who.email)[-1] == "Abgemeldet: Selbststudium"
    assert who.visitor.get(who.path).status_code == 404
    assert "/selbsttest/" not in newest_mail(who.email)


def test_who_took_part_is_not_signed_off(mailbox: Mailbox) -> None:
    who = somebody()
    passes(who)
    Here.world.work()
    number = who.path.split("-")[1]
    who.file.visitor.get(f"/akte/schulung/{number}/abmelden")
    assert who.file.visitor.post(f"/akte/schulung/{number}/abmelden").status_code == 422


def test_the_link_is_sent_again(mailbox: Mailbox) -> None:
    who = somebody()
    who.file.visitor.get("/akte/schulung")
    assert who.file.visitor.post(f"/akte/schulung/{who.path.split('-')[1]}/link").status_code == 303
    assert who.path in newest_mail(who.email)
    assert len(subjects_to(who.email)) == 2


def test_reminders_wait_for_their_day_in_the_outbox(mailbox: Mailbox) -> None:
    booked = somebody(date_id=a_date())
    studies = somebody()
    with Here.world.no_scope("console"):
        waiting = session().execute(
            select(FilePosting.kind, FilePosting.file_id).where(
                FilePosting.done_at.is_(None), FilePosting.not_before > now())
        ).all()
    assert ("mail_course_soon", file_id_of(booked.file)) in waiting
    assert ("mail_test_reminder", file_id_of(studies.file)) in waiting
    assert len(subjects_to(booked.email)) == len(subjects_to(studies.email)) == 1


def test_who_only_reads_the_file_books_nothing(mailbox: Mailbox) -> None:
    person = admitted(a_file())
    person.visitor.get("/akte/personen/einladen")
    person.visitor.post("/akte/personen/einladen", {
        "name": "Pia Presse", "email": f"presse-{person.kommune.email}", "roles": ["press"]})
    path, code = link_and_code(f"presse-{person.kommune.email}")
    press = Visitor(Here.world.platform, JOINING_HOST)
    press.get(path)
    assert press.post(path, {"code": code}).status_code == 303
    date_id = a_date()
    assert "Anmelden</span></a>" not in press.get("/akte/schulung").text
    assert press.get(f"/akte/schulung/anmelden?termin={date_id}").status_code == 403
    assert press.post("/akte/schulung/anmelden", {"termin": str(date_id)}).status_code == 403


def test_another_kommunes_people_are_not_there(mailbox: Mailbox) -> None:
    who, stranger = somebody(), admitted(a_file())
    passes(who)
    Here.world.work()
    number = who.path.split("-")[1]
    taken = who.file.visitor.get(f"/akte/schulung/{number}/nachweis")
    assert (taken.status_code, taken.headers["Cache-Control"]) == (200, "no-store")
    assert stranger.visitor.get(f"/akte/schulung/{number}/nachweis").status_code == 404
    assert stranger.visitor.get(f"/akte/schulung/{number}/abmelden").status_code == 404
    for act in ("abmelden", "link"):
        stranger.visitor.get("/akte/schulung")
        assert stranger.visitor.post(f"/akte/schulung/{number}/{act}").status_code == 404


@pytest.mark.parametrize("said", [
    "UPDATE file_trainees SET attended_at = now()", "UPDATE file_trainees SET certificate_id = 1",
    "INSERT INTO file_trainees (course_id, name, email, booked_at, attended_at)"
    " SELECT min(id), 'x', 'x@y.example', now(), now() FROM courses",
    "UPDATE course_dates SET seats = 500", "INSERT INTO courses (title, way, made_at) VALUES ('x', 'online', now())",
])
def test_the_joining_application_cannot_say_who_took_part(said: str, mailbox: Mailbox) -> None:
    file_id = file_id_of(somebody().file)
    with Here.world.engine("joining").connect() as connection:
        connection.execute(text(f"SET LOCAL maerker.file = '{file_id}'"))
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(said))


def test_of_other_kommunen_the_joining_application_learns_a_number(mailbox: Mailbox) -> None:
    date_id = a_date()
    who, own = somebody(date_id=date_id), file_id_of(admitted(a_file()))
    with Here.world.engine("joining").connect() as connection:
        connection.execute(text(f"SET LOCAL maerker.file = '{own}'"))
        assert connection.execute(select(func.course_seats_taken(date_id))).scalar_one() == 1
        found = connection.execute(text("SELECT count(*) FROM file_trainees WHERE email = :e"), {"e": who.email})
        assert found.scalar_one() == 0
