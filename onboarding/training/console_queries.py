"""What the trainer sees: all courses and dates, who of which Kommune takes part. Over all files, without a scope."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute

from maerker.database.base import session
from onboarding.applications.models import JoiningFile
from onboarding.training.models import Course, CourseDate, Trainee
from tenants.registry.models import Municipality


@dataclass(frozen=True)
class CourseLine:
    """A course with its dates to come, how many take it and how many of them are trained."""

    course: Course
    dates: int
    people: int
    trained: int


@dataclass(frozen=True)
class DateLine:
    """A date with its course: how many have signed up, took part, passed the self-test."""

    date: CourseDate
    course: Course
    people: int
    attended: int
    passed: int

    def state(self, at: datetime) -> str:
        """'cancelled', 'coming', 'now', 'to_note' (somebody's attendance is still open) or 'over'."""
        if self.date.cancelled_at is not None:
            return "cancelled"
        if self.date.starts_at > at:
            return "coming"
        if self.attended < self.people:
            return "to_note"
        return "now" if self.date.ends_at > at else "over"


@dataclass(frozen=True)
class Participant:
    """Somebody who is signed up, with their Kommune."""

    trainee: Trainee
    kommune: str
    file_id: uuid.UUID
    reference: str

    @property
    def is_trained(self) -> bool:
        return self.trainee.attended_at is not None and self.trainee.test_passed_at is not None


_TAKES = Trainee.cancelled_at.is_(None)


def course_lines(at: datetime) -> list[CourseLine]:
    """Every course, those that are offered first, by title."""
    people = _counted(Trainee.course_id)
    coming: dict[int, int] = defaultdict(int)
    for course_id, number in session().execute(
        select(CourseDate.course_id, func.count())
        .where(CourseDate.starts_at > at, CourseDate.cancelled_at.is_(None)).group_by(CourseDate.course_id)
    ):
        coming[course_id] = number
    rows = session().scalars(select(Course).order_by(Course.retired_at.is_not(None), func.lower(Course.title)))
    return [CourseLine(row, coming[row.id], *_people_and_trained(people[row.id])) for row in rows]


def date_lines(*, course_id: int | None = None, since: datetime | None = None) -> list[DateLine]:
    """Dates in their order; of one course, or those that begin after a moment or wait for somebody's attendance."""
    people = _counted(Trainee.date_id)
    statement = select(CourseDate, Course).join(Course, Course.id == CourseDate.course_id)
    if course_id is not None:
        statement = statement.where(CourseDate.course_id == course_id)
    lines = [
        DateLine(date, course, *people[date.id])
        for date, course in session().execute(statement.order_by(CourseDate.starts_at, CourseDate.id))
    ]
    if since is None:
        return lines
    return [line for line in lines if line.state(since) in ("coming", "to_note")]


def date_line(date: CourseDate, course: Course) -> DateLine:
    """One date with its numbers."""
    return DateLine(date, course, *_counted(Trainee.date_id, Trainee.date_id == date.id)[date.id])


def participants(*, date_id: int | None = None, course_id: int | None = None) -> list[Participant]:
    """Who has signed up for a date, or for a course without dates: by Kommune and name."""
    wanted = Trainee.date_id == date_id if date_id is not None else (
        (Trainee.course_id == course_id) & Trainee.date_id.is_(None))
    return _participants(wanted)


def trainees_of_file(file_id: uuid.UUID) -> list[tuple[Participant, Course, CourseDate | None]]:
    """Everybody of one Kommune, with course and date."""
    people = _participants(Trainee.file_id == file_id)
    courses = {row.id: row for row in session().scalars(
        select(Course).where(Course.id.in_({one.trainee.course_id for one in people})))}
    dates = {row.id: row for row in session().scalars(
        select(CourseDate).where(CourseDate.id.in_({one.trainee.date_id for one in people if one.trainee.date_id})))}
    return [(one, courses[one.trainee.course_id], dates.get(one.trainee.date_id or 0)) for one in people]


def _participants(wanted: ColumnElement[bool]) -> list[Participant]:
    rows = session().execute(
        select(Trainee, Municipality.name, JoiningFile.file_id, JoiningFile.reference)
        .join(JoiningFile, JoiningFile.file_id == Trainee.file_id)
        .join(Municipality, Municipality.id == JoiningFile.municipality_id)
        .where(wanted, _TAKES)
        .order_by(func.lower(func.unaccent(Municipality.name)), func.lower(func.unaccent(Trainee.name)), Trainee.id)
    )
    return [Participant(*row) for row in rows]


def _counted(
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None], *wanted: ColumnElement[bool]
) -> dict[int, tuple[int, int, int]]:
    """For each course or date: who takes part, took part, took part and passed."""
    both = Trainee.attended_at.is_not(None) & Trainee.test_passed_at.is_not(None)
    found: dict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for key, people, attended, passed in session().execute(
        select(column, func.count(), func.count(Trainee.attended_at), func.count(case((both, 1))))
        .where(_TAKES, *wanted).group_by(column)
    ):
        if key is not None:
            found[key] = (people, attended, passed)
    return found


def _people_and_trained(numbers: Sequence[int]) -> tuple[int, int]:
    return numbers[0], numbers[2]

