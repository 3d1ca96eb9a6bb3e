"""What the operator plans: courses and their dates, changed, offered no more, called off.

Courses belong to nobody's file. What a change means for people who have signed up is written into each of their files.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid, NotThere
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.history import do_later, note
from onboarding.training.models import Course, CourseDate, CourseWay, Trainee
from onboarding.training.reminders import remind_before

LONGEST_AHEAD = timedelta(days=3 * 366)
LONGEST_DATE = timedelta(days=5)
MOST_SEATS = 500


@dataclass(frozen=True, kw_only=True)
class NewCourse:
    """A course as it is typed."""

    title: str
    description: str = ""
    way: str = ""


@dataclass(frozen=True, kw_only=True)
class NewDate:
    """A date as it is typed: aware moments, place or address on the web, seats, who trains."""

    starts_at: datetime
    ends_at: datetime
    place: str
    seats: int
    trainer_name: str = ""


def add_course(course: NewCourse, *, by: Actor, at: datetime) -> Course:
    """Offer a course to every Kommune. Raises Invalid by field."""
    _check_course(course)
    made = Course(
        title=course.title.strip(), description=course.description.strip(), way=CourseWay(course.way), made_at=at,
        made_by=by.name,
    )
    session().add(made)
    session().flush()
    return made


def change_course(course_id: int, course: NewCourse) -> Course:
    """Change title and description. How it is held stays once somebody has signed up. Raises Invalid, NotThere."""
    _check_course(course)
    row = the_course(course_id)
    if row.way != course.way and (_dates_of(row.id) or _somebody_takes(row.id)):
        raise Invalid(fields={"way": _("Zu diesem Kurs gibt es schon Termine oder Anmeldungen. Bitte legen Sie einen "
                                       "neuen Kurs an.")})
    row.title, row.description, row.way = course.title.strip(), course.description.strip(), CourseWay(course.way)
    session().flush()
    return row


def retire_course(course_id: int, *, at: datetime) -> None:
    """Offer a course no more. Who has signed up finishes it. Raises Invalid while a date is still to come."""
    row = the_course(course_id)
    if any(date.cancelled_at is None and date.starts_at > at for date in _dates_of(row.id)):
        raise Invalid(_("Es stehen noch Termine bevor. Bitte sagen Sie sie zuerst ab."))
    row.retired_at = row.retired_at or at
    session().flush()


def offer_again(course_id: int) -> None:
    """Offer a course again that was retired."""
    the_course(course_id).retired_at = None
    session().flush()


def add_date(course_id: int, date: NewDate, *, at: datetime) -> CourseDate:
    """Plan a date of a course. Raises Invalid by field; self-study has no dates."""
    course = the_course(course_id)
    if course.way is CourseWay.self_study:
        raise Invalid(_("Ein Selbststudium hat keine Termine."))
    if course.retired_at is not None:
        raise Invalid(_("Dieser Kurs wird nicht mehr angeboten."))
    _check_date(date, at=at)
    made = CourseDate(
        course_id=course.id, starts_at=date.starts_at, ends_at=date.ends_at, place=date.place.strip(),
        seats=date.seats, trainer_name=date.trainer_name.strip(),
    )
    session().add(made)
    session().flush()
    return made


def change_date(date_id: int, date: NewDate, *, by: Actor, at: datetime) -> CourseDate:
    """Move a date or change place, seats and trainer; whoever signed up gets a mail if time or place changed.

    Raises Invalid by field: never fewer seats than people, never a date that has begun. Raises NotThere.
    """
    hold_date(date_id)
    row = the_date(date_id)
    if row.cancelled_at is not None or row.starts_at <= at:
        raise Invalid(_("Dieser Termin hat schon begonnen oder ist abgesagt. Er lässt sich nicht mehr ändern."))
    _check_date(date, at=at)
    taken = seats_taken(row.id)
    if date.seats < taken:
        raise Invalid(fields={"seats": _("Es sind schon %(number)s Personen angemeldet.", number=taken)})
    moved = (row.starts_at, row.ends_at, row.place) != (date.starts_at, date.ends_at, date.place.strip())
    row.starts_at, row.ends_at, row.place = date.starts_at, date.ends_at, date.place.strip()
    row.seats, row.trainer_name = date.seats, date.trainer_name.strip()
    session().flush()
    if moved:
        _tell_of_change(row, by=by, at=at)
    return row


def _tell_of_change(row: CourseDate, *, by: Actor, at: datetime) -> None:
    title = the_course(row.course_id).title
    for file_id, trainees in signed_up(row.id).items():
        with file_scope(file_id):
            note("training_date_changed", by=by, at=at, step="training", course=title)
            for trainee in trainees:
                do_later(Posting("mail_course_changed", trainee, row.id), at=at)
                remind_before(trainee, row.starts_at, at=at)


def cancel_date(date_id: int, reason: str, *, by: Actor, at: datetime) -> int:
    """Call a date off, with a reason that everybody who signed up reads in a mail. Returns how many they are.

    Raises Invalid for a date that has begun, NotThere.
    """
    hold_date(date_id)
    row = the_date(date_id)
    if len(reason.strip()) < 5:
        raise Invalid(fields={"reason": _("Bitte schreiben Sie einen Grund, den die Angemeldeten verstehen.")})
    if row.starts_at <= at:
        raise Invalid(_("Dieser Termin hat schon begonnen. Er lässt sich nicht mehr absagen."))
    if row.cancelled_at is not None:
        return 0
    row.cancelled_at = at
    session().flush()
    told = signed_up(row.id)
    for file_id, trainees in told.items():
        with file_scope(file_id):
            event = note("training_date_cancelled", by=by, at=at, step="training",
                         course=the_course(row.course_id).title, reason=reason.strip())
            for number in trainees:
                session().get_one(Trainee, (file_id, number)).cancelled_at = at
                do_later(Posting("mail_course_cancelled", number, event), at=at)
            session().flush()
    return sum(len(trainees) for trainees in told.values())


def the_course(course_id: int) -> Course:
    """One course. Raises NotThere."""
    course = session().get(Course, course_id)
    if course is None:
        raise NotThere()
    return course


def the_date(date_id: int) -> CourseDate:
    """One date, as it stands now. Raises NotThere."""
    date = session().get(CourseDate, date_id, populate_existing=True)
    if date is None:
        raise NotThere()
    return date


def hold_date(date_id: int) -> None:
    """Sign-ups for one date happen one after the other, whoever signs up: the last seat is given once."""
    key = func.hashtextextended(f"course date {date_id}", 0)
    session().execute(select(func.pg_advisory_xact_lock(key)))


def seats_taken(date_id: int) -> int:
    """How many have signed up for a date, over all files; the number alone."""
    return int(session().scalar(select(func.course_seats_taken(date_id))) or 0)


def signed_up(date_id: int) -> dict[uuid.UUID, list[int]]:
    """Who has signed up for a date, by file."""
    found: dict[uuid.UUID, list[int]] = defaultdict(list)
    for file_id, number in session().execute(
        select(Trainee.file_id, Trainee.id).where(Trainee.date_id == date_id, Trainee.cancelled_at.is_(None))
        .order_by(Trainee.file_id, Trainee.id)
    ):
        found[file_id].append(number)
    return found


def _dates_of(course_id: int) -> list[CourseDate]:
    return list(session().scalars(select(CourseDate).where(CourseDate.course_id == course_id)))


def _somebody_takes(course_id: int) -> bool:
    return session().scalar(select(Trainee.id).where(Trainee.course_id == course_id).limit(1)) is not None


def _check_course(course: NewCourse) -> None:
    problems = {}
    if not 3 <= len(course.title.strip()) <= 150 or not course.title.isprintable():
        problems["title"] = _("Bitte geben Sie dem Kurs einen Namen mit 3 bis 150 Zeichen.")
    if len(course.description) > 2000:
        problems["description"] = _("Bitte höchstens %(number)s Zeichen.", number=2000)
    if course.way not in set(CourseWay):
        problems["way"] = _("Bitte wählen Sie, wie der Kurs stattfindet.")
    if problems:
        raise Invalid(fields=problems)


def _check_date(date: NewDate, *, at: datetime) -> None:
    problems = {}
    if date.starts_at <= at:
        problems["day"] = _("Dieser Tag oder diese Uhrzeit ist schon vorbei.")
    elif date.starts_at > at + LONGEST_AHEAD:
        problems["day"] = _("Bitte wählen Sie einen Tag in den nächsten drei Jahren.")
    elif not date.starts_at < date.ends_at <= date.starts_at + LONGEST_DATE:
        problems["ends"] = _("Das Ende muss nach dem Beginn liegen.")
    if not 3 <= len(date.place.strip()) <= 300 or not date.place.isprintable():
        problems["place"] = _("Bitte geben Sie den Ort oder die Adresse im Netz an.")
    if not 1 <= date.seats <= MOST_SEATS:
        problems["seats"] = _("Bitte eine Zahl von %(least)s bis %(most)s.", least=1, most=MOST_SEATS)
    if len(date.trainer_name) > 150 or not date.trainer_name.isprintable():
        problems["trainer_name"] = _("Bitte höchstens %(number)s Zeichen.", number=150)
    if problems:
        raise Invalid(fields=problems)
