"""The pages of training in the states they can be in: in the file, behind the personal link, at the console."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.entries import save_entry
from onboarding.training.attendance import note_attendance
from tests.makers import Here
from tests.makers_joining import InFile, a_file, admitted
from tests.makers_operators import OperatorVisitor, an_operator
from tests.onboarding.training.people import (
    KOMMUNE,
    TRAINER,
    a_course,
    a_date,
    answers_on,
    began,
    file_id_of,
    passes,
    signs_up,
    trainee_id,
)

if TYPE_CHECKING:
    from tests.journeys.every_page import Shown, Walk

LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def training_pages(walk: "Walk") -> Iterator["Shown"]:
    """Everything that people see of training."""
    operator = an_operator()
    yield walk.at("trainings, nothing", operator, "/schulungen")
    date_id, gone, study = a_date(seats=4), a_date(), a_course("self_study", "Selbststudium für Vertretungen")
    full = a_date(seats=1, course_id=a_course("online", LONG[:150]))
    person = admitted(a_file())
    yield walk.at("training, nobody", person.visitor, "/akte/schulung")
    yield from _booking(walk, person, date_id, study, full)
    yield from _own(walk, person, date_id, gone)
    yield from _console(walk, operator, person, date_id, gone, study)


def _booking(walk: "Walk", person: InFile, date_id: int, study: int, full: int) -> Iterator["Shown"]:
    visitor = person.visitor
    yield walk.at("training, sign up", visitor, f"/akte/schulung/anmelden?termin={date_id}")
    form = "/akte/schulung/anmelden"
    refused = visitor.post(form, {"termin": date_id, "email": "x", "name": LONG * 2})
    yield walk.keep("training, refused", visitor, form, refused, 422)
    signs_up(admitted(a_file()), date_id=full)
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):
        save_entry("extent", "departments", by=KOMMUNE, at=now())
        save_entry("departments", f"Bauamt\nOrdnungsamt\n{LONG}", by=KOMMUNE, at=now())
        session().commit()
    yield walk.at("training, study, sign up", visitor, f"/akte/schulung/anmelden?kurs={study}")
    full_now = visitor.post(form, {"termin": full, "email": "rieke@neustadt.example", "name": "Rieke Redlich"})
    yield walk.keep("training, full", visitor, form, full_now, 422)
    who = signs_up(person, date_id=date_id, name=f"Doktor {LONG}", email=f"{'lang' * 12}@neustadt.example")
    yield walk.at("training, cancel", visitor, f"/akte/schulung/{trainee_id(who)}/abmelden")
    done = signs_up(person, course_id=study, name="Nele Noack", department="Bauamt")
    yield walk.at("own training, study", done.visitor, done.path)
    yield walk.at("lesson", done.visitor, f"{done.path}/lernheft")
    passes(done)
    yield walk.at("own training, soon", done.visitor, done.path)
    Here.world.work()
    yield walk.at("own training, trained", done.visitor, done.path)
    yield walk.at("result, passed", done.visitor, f"{done.path}/ergebnis")
    yield walk.at("training, one of two", visitor, "/akte/schulung")


def _own(walk: "Walk", person: InFile, date_id: int, gone: int) -> Iterator["Shown"]:
    who = signs_up(person, date_id=date_id, name="Ole Ohnesorg")
    yield walk.at("own training, date", who.visitor, who.path)
    yield walk.at("questions", who.visitor, f"{who.path}/fragen")
    yield walk.put("questions, open", who.visitor, f"{who.path}/fragen", 422, versuch="0", fragen="1")
    who.visitor.post(f"{who.path}/fragen", answers_on(who.visitor.get(f"{who.path}/fragen").text, wrong=4))
    yield walk.at("result, failed", who.visitor, f"{who.path}/ergebnis")
    yield walk.at("own training, again", who.visitor, who.path)
    passes(who)
    yield walk.at("own training, not there yet", who.visitor, who.path)
    yield walk.at("own training, forged", who.visitor, f"/selbsttest/{'0' * 32}-1-{'0' * 32}", 404)
    late = signs_up(person, date_id=gone, name="Mara Mai", department="Ordnungsamt")
    signs_up(admitted(a_file()), date_id=gone, name="Ida Immerda")
    began(gone)
    with Here.world.no_scope("console"):
        note_attendance(gone, [trainee_id(late)], by=TRAINER, at=now())
        session().commit()


def _console(
    walk: "Walk", operator: OperatorVisitor, person: InFile, date_id: int, gone: int, study: int
) -> Iterator["Shown"]:
    found = re.search(rf"/schulungen/termine/{gone}/teilnahme/(\d+)", operator.get(f"/schulungen/termine/{gone}").text)
    assert found
    late = int(found[1])
    for name, path in (
        ("trainings", "/schulungen"), ("course, new", "/schulungen/neu"), ("course, study", f"/schulungen/{study}"),
        ("course, change", f"/schulungen/{study}/aendern"), ("date", f"/schulungen/termine/{date_id}"),
        ("date, change", f"/schulungen/termine/{date_id}/aendern"),
        ("date, who was there", f"/schulungen/termine/{gone}"),
        ("date, call off", f"/schulungen/termine/{date_id}/absagen"),
        ("attendance, undo", f"/schulungen/termine/{gone}/teilnahme/{late}"),
        ("no such date", "/schulungen/termine/999999"), ("file, training", f"/akten/{file_id_of(person)}/schulung"),
    ):
        yield walk.at(name, operator, path, 404 if name.startswith("no ") else 200)
    operator.get(f"/schulungen/termine/{gone}/teilnahme/{late}")
    yield walk.put("attendance, no reason", operator, f"/schulungen/termine/{gone}/teilnahme/{late}", 422, reason="")
    operator.get("/schulungen/neu")
    yield walk.put("course, refused", operator, "/schulungen/neu", 422, title="", way="")
    course = a_course(title="Aufbauschulung")
    yield walk.at("course, no dates", operator, f"/schulungen/{course}")
    yield walk.at("date, new", operator, f"/schulungen/{course}/termin")
    yield walk.put("date, refused", operator, f"/schulungen/{course}/termin", 422, day="", begins="", ends="", place="")
    empty = a_date(course_id=course)
    operator.get("/schulungen/neu")
    yield walk.at("date, nobody", operator, f"/schulungen/termine/{empty}")
    yield walk.put("date, call off, no reason", operator, f"/schulungen/termine/{empty}/absagen", 422, reason="")
    yield walk.put("course, not retired", operator, f"/schulungen/{course}/einstellen", 422)
    yield walk.at("file, no training", operator, f"/akten/{file_id_of(admitted(a_file()))}/schulung")
    operator.get(f"/schulungen/termine/{empty}/absagen")
    operator.post(f"/schulungen/termine/{empty}/absagen", {"reason": "Der Saal ist belegt."})
    yield walk.at("date, called off", operator, f"/schulungen/termine/{empty}")
    yield walk.at("course, date called off", operator, f"/schulungen/{course}")
