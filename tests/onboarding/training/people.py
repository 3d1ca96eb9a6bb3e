"""Makers for trainings: courses, dates, somebody signed up, a try handed in."""

import html
import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from onboarding.applications.actions import file_of
from onboarding.training.actions import NewCourse, NewDate, add_course, add_date
from onboarding.training.questions import POOLS
from tests.makers import Here
from tests.makers_joining import JOINING_HOST, InFile, a_file, admitted
from tests.world import Visitor

KOMMUNE = Actor(kind="joining", id=1, name="Karla Nagel")
TRAINER = Actor(kind="operator", id=1, name="Tara Trainer")
_RIGHT = {question.text: question.answers[0] for pool in POOLS.values() for question in pool}


@dataclass
class InTraining:
    """Somebody who is signed up, with the browser in which they open their link."""

    file: InFile
    name: str
    email: str
    path: str
    visitor: Visitor


def a_course(way: str = "on_site", title: str = "Grundschulung Redaktion") -> int:
    """A course of the operator."""
    with Here.world.no_scope("console"):
        return add_course(NewCourse(title=title, way=way, description="Drei Stunden."), by=TRAINER, at=now()).id


def a_date(*, seats: int = 20, starts_at: datetime | None = None, course_id: int = 0) -> int:
    """A date in a month's time (or then), three hours long."""
    starts_at = starts_at or now() + timedelta(days=30)
    date = NewDate(starts_at=starts_at, ends_at=starts_at + timedelta(hours=3), place="Rathaus Cottbus, Saal 1",
                   seats=seats, trainer_name="Tara Trainer")
    with Here.world.no_scope("console"):
        return add_date(course_id or a_course(), date, at=now()).id


def began(date_id: int, *, hours: int = 1) -> None:
    """The date began so many hours ago."""
    with Here.world.no_scope("console"):
        session().execute(
            text("UPDATE course_dates SET starts_at = now() - :h, ends_at = now() - :h + interval '3 hours'"
                 " WHERE id = :id"), {"h": timedelta(hours=hours), "id": date_id},
        )


def signs_up(person: InFile, *, date_id: int = 0, course_id: int = 0, name: str = "", email: str = "",
             department: str = "") -> InTraining:
    """The Kommune signs somebody up; the person has their mail."""
    email = email or f"redaktion-{uuid.uuid4().hex[:8]}@neustadt.example"
    name = name or "Rieke Redlich"
    target = f"termin={date_id}" if date_id else f"kurs={course_id}"
    person.visitor.get(f"/akte/schulung/anmelden?{target}")
    key, value = target.split("=")
    answer = person.visitor.post("/akte/schulung/anmelden", {
        key: value, "name": name, "email": email, "department": department})
    assert answer.status_code == 303, answer.text
    return InTraining(person, name, email, own_path(email), Visitor(Here.world.platform, JOINING_HOST))


def trainee_id(who: InTraining) -> int:
    return int(who.path.split("-")[1])


def own_path(email: str) -> str:
    """The personal link, from the newest mail to an address."""
    return re.search(r"(/selbsttest/[0-9a-f-]+)", newest_mail(email))[1]  # type: ignore[index]


def newest_mail(email: str) -> str:
    """The text of the newest mail to an address."""
    Here.world.work()
    body = Here.world.mailbox.to(email)[-1].get_body(("plain",))
    return str(body.get_content()) if body else ""


def subjects_to(email: str) -> list[str]:
    Here.world.work()
    return [str(mail["Subject"]) for mail in Here.world.mailbox.to(email)]


def somebody(**options: str | int) -> InTraining:
    """Somebody of a new Kommune, signed up for self-study or for the date that is named."""
    if "date_id" not in options and "course_id" not in options:
        options["course_id"] = a_course("self_study", "Selbststudium")
    return signs_up(admitted(a_file()), **options)  # type: ignore[arg-type]


def answers_on(page: str, *, wrong: int = 0) -> dict[str, str]:
    """A try as the page asks for it: all right but the first so many."""
    form = {"versuch": _value(page, "versuch"), "fragen": _value(page, "fragen")}
    fields = re.findall(r"<fieldset.*?</fieldset>", page, re.S)
    assert len(fields) == 10
    for place, field in enumerate(fields):
        question = _plain(re.search(r"</span>(.*?)</legend>", field, re.S)[1])  # type: ignore[index]
        options = {_plain(label): (name, value) for name, value, label in re.findall(
            r'type="radio"[^>]*? name="(\w+)" value="(\w+)"[^>]*>\s*<label[^>]*>(.*?)</label>', field, re.S)}
        chosen = next(label for label in options if (label == _RIGHT[question]) == (place >= wrong))
        form[options[chosen][0]] = options[chosen][1]
    return form


def passes(who: InTraining) -> None:
    """The person answers everything right."""
    page = who.visitor.get(f"{who.path}/fragen").text
    answer = who.visitor.post(f"{who.path}/fragen", answers_on(page))
    assert answer.status_code == 303, answer.text


def file_id_of(person: InFile) -> uuid.UUID:
    with Here.world.no_scope("console"):
        found = file_of(person.kommune.id)
    assert found is not None
    return found


def _value(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="(\d+)"', page)[1]  # type: ignore[index]


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", markup)).strip()
