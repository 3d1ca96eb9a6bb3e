"""Who of which Kommune is trained; which courses there are and who takes part."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from maerker.clock import BERLIN
from maerker.database.base import session
from onboarding.training.models import Course, CourseDate, Trainee


@dataclass(frozen=True)
class Trained:
    """How many people of a Kommune are trained, since when, and in which of its Fachbereiche."""

    number: int = 0
    last_at: datetime | None = None
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TrainedPerson:
    """Somebody who took part and passed the self-test; `trained_on`: the first day on which both were there."""

    name: str
    email: str
    departments: tuple[str, ...]
    trained_on: date


@dataclass(frozen=True)
class DateOffered:
    """A date with its course and the seats that are left."""

    date: CourseDate
    course: Course
    free: int

    @property
    def is_full(self) -> bool:
        return self.free <= 0


@dataclass(frozen=True)
class Taking:
    """Somebody of a Kommune and the course they take; `date` is None for self-study."""

    trainee: Trainee
    course: Course
    date: CourseDate | None

    @property
    def is_trained(self) -> bool:
        return self.trainee.attended_at is not None and self.trainee.test_passed_at is not None


def trained_of(file_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Trained]:
    """Counted per person (address), in one statement: took part and passed the self-test, not cancelled."""
    rows = session().execute(
        select(
            Trainee.file_id, func.count(func.distinct(func.lower(Trainee.email))),
            func.max(func.greatest(Trainee.attended_at, Trainee.test_passed_at)),
            func.array_agg(func.distinct(Trainee.department)),
        )
        .where(Trainee.file_id.in_(file_ids), *_proved())
        .group_by(Trainee.file_id)
    )
    return {row[0]: Trained(row[1], row[2], frozenset(row[3])) for row in rows}


def trained_people(file_id: uuid.UUID) -> list[TrainedPerson]:
    """The trained people of a file by name, each address once: who took two courses counts from the first one on,
    for the Fachbereiche of both."""
    rows = session().execute(
        select(Trainee, CourseDate.starts_at).outerjoin(CourseDate, CourseDate.id == Trainee.date_id)
        .where(Trainee.file_id == file_id, *_proved()).order_by(Trainee.id)
    )
    found: dict[str, list[tuple[date, Trainee]]] = defaultdict(list)
    for trainee, starts_at in rows:
        moments = (starts_at or trainee.attended_at, trainee.test_passed_at)
        day = max(moment.astimezone(BERLIN).date() for moment in moments if moment is not None)
        found[trainee.email.lower()].append((day, trainee))
    people = [_one_person(courses) for courses in found.values()]
    return sorted(people, key=lambda one: (one.name.casefold(), one.email))


def _one_person(courses: list[tuple[date, Trainee]]) -> TrainedPerson:
    day, first = min(courses, key=lambda course: (course[0], course[1].id))
    departments = dict.fromkeys(trainee.department for _day, trainee in courses if trainee.department)
    return TrainedPerson(first.name, first.email, tuple(departments), day)


def _proved() -> tuple[ColumnElement[bool], ...]:
    return (Trainee.attended_at.is_not(None), Trainee.test_passed_at.is_not(None), Trainee.cancelled_at.is_(None))


def self_studies() -> list[Course]:
    """Courses without dates that are offered, by title."""
    return list(session().scalars(
        select(Course).where(Course.way == "self_study", Course.retired_at.is_(None)).order_by(Course.title, Course.id)
    ))


def dates_offered(at: datetime) -> list[DateOffered]:
    """The dates to come of courses that are offered, the next one first, with free seats over all Kommunen."""
    rows = session().execute(
        select(CourseDate, Course, func.course_seats_taken(CourseDate.id))
        .join(Course, Course.id == CourseDate.course_id)
        .where(CourseDate.starts_at > at, CourseDate.cancelled_at.is_(None), Course.retired_at.is_(None))
        .order_by(CourseDate.starts_at, CourseDate.id)
    )
    return [DateOffered(date, course, max(0, date.seats - taken)) for date, course, taken in rows]


def people_in_training() -> list[Taking]:
    """Everybody of the current file who is signed up, by name."""
    rows = session().execute(
        select(Trainee, Course, CourseDate).join(Course, Course.id == Trainee.course_id)
        .outerjoin(CourseDate, CourseDate.id == Trainee.date_id)
        .where(Trainee.cancelled_at.is_(None)).order_by(func.lower(Trainee.name), Trainee.id)
    )
    return [Taking(*row) for row in rows]


def departments_trained(departments: Sequence[str], people: Sequence[Taking]) -> list[tuple[str, int]]:
    """For each Fachbereich that must have somebody: how many are trained."""
    trained: dict[str, set[str]] = defaultdict(set)
    for one in people:
        if one.is_trained:
            trained[one.trainee.department].add(one.trainee.email.lower())
    return [(name, len(trained[name])) for name in departments]
