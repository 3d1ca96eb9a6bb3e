"""Trainings at the console, over HTTP: courses, dates, who was there, calling off, what the Kommune sees of it."""

import re
from datetime import timedelta

import pytest

from maerker.clock import BERLIN, now
from tests.makers import Here
from tests.makers_joining import a_file, admitted
from tests.makers_operators import OperatorVisitor, an_operator
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
from tests.world import Mailbox


@pytest.fixture
def trainer() -> OperatorVisitor:
    return an_operator("trainer")


def in_days(days: int) -> str:
    return (now().astimezone(BERLIN).date() + timedelta(days=days)).isoformat()


def ticks(trainer: OperatorVisitor, date_id: int, *ids: int) -> int:
    trainer.get(f"/schulungen/termine/{date_id}")
    return trainer.post(f"/schulungen/termine/{date_id}/teilnahme", {"trainee": list(ids)}).status_code


def trainee_ids(trainer: OperatorVisitor, date_id: int) -> list[int]:
    return [int(found) for found in re.findall(r'name="trainee" value="(\d+)"',
                                               trainer.get(f"/schulungen/termine/{date_id}").text)]


def test_a_course_and_a_date_are_planned_and_the_kommune_sees_the_free_seats(
    trainer: OperatorVisitor, mailbox: Mailbox
) -> None:
    trainer.get("/schulungen/neu")
    course = trainer.post("/schulungen/neu", {"title": "Redaktion für Neue", "way": "on_site"}).headers["Location"]
    path = course.split("?")[0]
    trainer.get(f"{path}/termin")
    made = trainer.post(f"{path}/termin", {
        "day": in_days(20), "begins": "09:00", "ends": "12:30", "place": "Rathaus, Saal 2", "seats": "7",
        "trainer_name": "Tara Trainer"})
    assert made.status_code == 303, made.text
    page = admitted(a_file()).visitor.get("/akte/schulung").text
    assert "Redaktion für Neue" in page
    assert "9:00 bis 12:30 Uhr" in page
    assert "7 Plätze frei" in page


@pytest.mark.parametrize(("field", "typed", "sentence"), [
    ("day", "31.02.2027", "Bitte geben Sie ein Datum an"), ("day", "2020-01-01", "schon vorbei"),
    ("ends", "08:00", "Das Ende muss nach dem Beginn liegen"), ("begins", "früh", "Bitte geben Sie eine Uhrzeit an"),
    ("seats", "0", "Bitte eine Zahl von 1"), ("seats", "viele", "Bitte geben Sie eine Zahl an"),
    ("place", "", "Bitte geben Sie den Ort"),
])
def test_a_date_that_cannot_be_is_refused_and_the_typed_text_stays(
    trainer: OperatorVisitor, field: str, typed: str, sentence: str
) -> None:
    path = f"/schulungen/{a_course()}/termin"
    trainer.get(path)
    answer = trainer.post(path, {
        "day": in_days(20), "begins": "09:00", "ends": "12:30", "place": "Saal", "seats": "7",
        "trainer_name": "Wird behalten", field: typed})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Wird behalten" in answer.text


def test_who_was_there_and_passes_is_trained_with_a_certificate(trainer: OperatorVisitor, mailbox: Mailbox) -> None:
    date_id = a_date()
    who = somebody(date_id=date_id, name="Nele Noack")
    assert not trainee_ids(trainer, date_id)
    began(date_id)
    (number,) = trainee_ids(trainer, date_id)
    assert who.file.kommune.name in trainer.get(f"/schulungen/termine/{date_id}").text
    assert ticks(trainer, date_id, number) == 303
    assert subjects_to(who.email)[-1] == "Ihr Selbsttest: Grundschulung Redaktion"
    passes(who)
    assert subjects_to(who.email)[-1] == "Ihr Schulungsnachweis: Grundschulung Redaktion"
    assert who.visitor.get(f"{who.path}/nachweis").mimetype == "application/pdf"
    page = trainer.get(f"/akten/{file_id_of(who.file)}/schulung").text
    assert "1 von 2 nötigen Personen geschult" in page
    assert "Nele Noack ist geschult." in who.file.visitor.get("/akte/verlauf").text


def test_attendance_waits_for_the_beginning(trainer: OperatorVisitor, mailbox: Mailbox) -> None:
    date_id = a_date()
    somebody(date_id=date_id)
    assert ticks(trainer, date_id, 1) == 422


def test_attendance_taken_back_ends_the_training_and_the_certificate(
    trainer: OperatorVisitor, mailbox: Mailbox
) -> None:
    date_id = a_date()
    who = somebody(date_id=date_id)
    began(date_id)
    (number,) = trainee_ids(trainer, date_id)
    ticks(trainer, date_id, number)
    passes(who)
    Here.world.work()
    path = f"/schulungen/termine/{date_id}/teilnahme/{number}"
    trainer.get(path)
    assert trainer.post(path, {"reason": ""}).status_code == 422
    assert trainer.post(path, {"reason": "Verwechselt mit einer Namensvetterin"}).status_code == 303
    Here.world.work()
    assert who.visitor.get(f"{who.path}/nachweis").status_code == 404
    assert "0 von 2 nötigen Personen geschult" in who.file.visitor.get("/akte/schulung").text
    assert "Verwechselt mit einer Namensvetterin" in who.file.visitor.get("/akte/verlauf").text
    assert ticks(trainer, date_id, number) == 303
    Here.world.work()
    assert who.visitor.get(f"{who.path}/nachweis").status_code == 200


def test_a_date_called_off_tells_everybody_and_frees_them(trainer: OperatorVisitor, mailbox: Mailbox) -> None:
    date_id = a_date()
    first, second = somebody(date_id=date_id), somebody(date_id=date_id)
    path = f"/schulungen/termine/{date_id}/absagen"
    assert "2 angemeldete Personen" in trainer.get(path).text
    assert trainer.post(path, {"reason": "Der Saal ist überschwemmt."}).status_code == 303
    for who in (first, second):
        assert subjects_to(who.email)[-1] == "Termin abgesagt: Grundschulung Redaktion"
        assert "Der Saal ist überschwemmt." in newest_mail(who.email)
        assert who.visitor.get(who.path).status_code == 404
    page = first.file.visitor.get("/akte/schulung").text
    assert first.email not in page
    again = signs_up(first.file, date_id=a_date(), email=first.email)
    assert again.path != first.path


def test_a_moved_date_is_mailed_and_never_smaller_than_its_people(trainer: OperatorVisitor, mailbox: Mailbox) -> None:
    date_id = a_date(seats=2)
    who, _other = somebody(date_id=date_id), somebody(date_id=date_id)
    path = f"/schulungen/termine/{date_id}/aendern"
    form = {"day": in_days(40), "begins": "10:00", "ends": "13:00", "place": "Neuer Saal", "seats": "1"}
    trainer.get(path)
    assert "schon 2 Personen angemeldet" in trainer.post(path, form).text
    assert trainer.post(path, {**form, "seats": "2"}).status_code == 303
    assert subjects_to(who.email)[-1] == "Termin geändert: Grundschulung Redaktion"
    assert "Neuer Saal" in newest_mail(who.email)


def test_the_trainer_reminds_who_has_not_passed(trainer: OperatorVisitor, mailbox: Mailbox) -> None:
    date_id = a_date()
    who = somebody(date_id=date_id)
    began(date_id)
    ticks(trainer, date_id, *trainee_ids(trainer, date_id))
    trainer.get(f"/schulungen/termine/{date_id}")
    assert trainer.post(f"/schulungen/termine/{date_id}/erinnern").status_code == 303
    assert subjects_to(who.email)[-1] == "Erinnerung: Selbsttest zu „Grundschulung Redaktion“"


def test_a_course_is_retired_and_offered_again(trainer: OperatorVisitor, mailbox: Mailbox) -> None:
    course_id = a_course("self_study", "Altes Selbststudium")
    trainer.get(f"/schulungen/{course_id}")
    assert trainer.post(f"/schulungen/{course_id}/einstellen").status_code == 303
    person = admitted(a_file())
    assert "Altes Selbststudium" not in person.visitor.get("/akte/schulung").text
    person.visitor.get(f"/akte/schulung/anmelden?kurs={course_id}")
    late = person.visitor.post("/akte/schulung/anmelden", {
        "kurs": str(course_id), "name": "Zu Spät", "email": "spaet@neustadt.example"})
    assert late.status_code == 422
    trainer.get(f"/schulungen/{course_id}")
    assert trainer.post(f"/schulungen/{course_id}/anbieten").status_code == 303
    assert "Altes Selbststudium" in person.visitor.get("/akte/schulung").text


def test_a_course_with_dates_to_come_is_not_retired(trainer: OperatorVisitor) -> None:
    course_id = a_course()
    a_date(course_id=course_id)
    trainer.get(f"/schulungen/{course_id}")
    assert trainer.post(f"/schulungen/{course_id}/einstellen").status_code == 422


def test_a_reader_looks_and_changes_nothing() -> None:
    reader, date_id = an_operator("reader"), a_date()
    assert reader.get("/schulungen").status_code == 200
    assert "Termin absagen" not in reader.get(f"/schulungen/termine/{date_id}").text
    for path in ("/schulungen/neu", f"/schulungen/termine/{date_id}/absagen", f"/schulungen/termine/{date_id}/aendern"):
        assert reader.get(path).status_code == 403
        reader.get("/konto")
        assert reader.post(path, {}).status_code == 403
    reader.get("/konto")
    assert reader.post(f"/schulungen/termine/{date_id}/teilnahme", {}).status_code == 403
