"""What a Kommune does: signs its people up, takes a sign-up back, has somebody's link mailed again."""

from dataclasses import dataclass
from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import func, insert, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.entries import values
from onboarding.applications.history import do_later, note
from onboarding.applications.models import JoiningFile
from onboarding.applications.standing import restate
from onboarding.contracts.signed_promise import promise_in_force
from onboarding.training.actions import hold_date, seats_taken, the_course, the_date
from onboarding.training.models import Course, CourseDate, CourseWay, Trainee
from onboarding.training.reminders import remind_before, remind_of_test


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """Who is to take which course; `date_id` is left out for self-study."""

    name: str
    email: str
    department: str = ""
    course_id: int
    date_id: int | None = None


def may_book(file: JoiningFile) -> bool:
    """Whether a Kommune's people may take seats: its application is accepted and still stands."""
    return file.admitted_at is not None and file.withdrawn_at is None and file.refused_at is None


def promised_departments() -> tuple[str, ...]:
    """The Fachbereiche that the promise lists; none when it is for the whole administration."""
    return promise_in_force(values()).departments


def sign_up(who: SignUp, *, by: Actor, at: datetime) -> int:
    """Sign somebody of the current file up. They get a mail with their personal link. Returns their row's id.

    Raises Invalid before the application is accepted, for a full date, one that has begun or is called off, and by
    field for a second sign-up for the same course. Raises NotThere for a course or date that does not exist.
    """
    if not may_book(this_file()):
        raise Invalid(_("Anmelden können Sie, sobald der Betreiber Ihren Antrag angenommen hat."))
    address = _checked(who)
    course, date = _course_and_date(who, at=at)
    _demand_not_signed_up(address, course)
    number = session().scalars(
        insert(Trainee).values(
            course_id=course.id, date_id=date.id if date else None, name=who.name.strip(), email=address,
            department=who.department.strip(), booked_at=at, booked_by=by.name,
        ).returning(Trainee.id)
    ).one()
    note("training_booked", by=by, at=at, step="training", person=who.name.strip(), course=course.title)
    do_later(Posting("mail_course_booked", number), at=at)
    if date is not None:
        remind_before(number, date.starts_at, at=at)
    else:
        remind_of_test(number, at=at)
    return number


def cancel_sign_up(trainee_id: int, *, by: Actor, at: datetime) -> None:
    """Take a sign-up back; the seat is free again. Raises Invalid for who took part already, NotThere."""
    trainee = the_trainee(trainee_id, lock=True)
    if trainee.attended_at is not None:
        raise Invalid(_("%(name)s hat schon teilgenommen. Das lässt sich nicht mehr abmelden.", name=trainee.name))
    trainee.cancelled_at = at
    session().flush()
    note("training_cancelled", by=by, at=at, step="training", person=trainee.name,
         course=the_course(trainee.course_id).title)
    do_later(Posting("mail_booking_cancelled", trainee.id), at=at)
    restate(at=at)


def send_link_again(trainee_id: int, *, by: Actor, at: datetime) -> None:
    """Mail somebody their personal link once more. Raises Invalid for who is done with everything, NotThere."""
    trainee = the_trainee(trainee_id)
    if trainee.test_passed_at is not None:
        raise Invalid(_("%(name)s hat den Selbsttest schon bestanden.", name=trainee.name))
    note("training_link_sent", by=by, at=at, step="training", person=trainee.name)
    do_later(Posting("mail_test_link", trainee.id), at=at)


def the_trainee(trainee_id: int, *, lock: bool = False) -> Trainee:
    """Somebody of the current file who is signed up. Raises NotThere."""
    statement = select(Trainee).where(Trainee.id == trainee_id, Trainee.cancelled_at.is_(None))
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    trainee = session().scalars(statement).one_or_none()
    if trainee is None:
        raise NotThere()
    return trainee


def _course_and_date(who: SignUp, *, at: datetime) -> tuple[Course, CourseDate | None]:
    course = the_course(who.course_id)
    if course.retired_at is not None:
        raise Invalid(_("Dieser Kurs wird nicht mehr angeboten."))
    if course.way is CourseWay.self_study:
        return course, None
    if who.date_id is None:
        raise NotThere()
    hold_date(who.date_id)
    date = the_date(who.date_id)
    if date.course_id != course.id:
        raise NotThere()
    if date.cancelled_at is not None:
        raise Invalid(_("Dieser Termin ist abgesagt. Bitte wählen Sie einen anderen."))
    if date.starts_at <= at:
        raise Invalid(_("Dieser Termin hat schon begonnen. Bitte wählen Sie einen anderen."))
    if seats_taken(date.id) >= date.seats:
        raise Invalid(_("Dieser Termin ist inzwischen voll. Bitte wählen Sie einen anderen."))
    return course, date


def _demand_not_signed_up(address: str, course: Course) -> None:
    """Two colleagues who sign the same person up at the same moment do it once."""
    file_id = this_file().file_id
    key = func.hashtextextended(f"trainee {file_id} {address.lower()}", 0)
    session().execute(select(func.pg_advisory_xact_lock(key)))
    known = session().scalars(select(Trainee).where(
        func.lower(Trainee.email) == address.lower(), Trainee.course_id == course.id, Trainee.cancelled_at.is_(None),
    )).first()
    if known is not None:
        raise Invalid(fields={"email": _("%(name)s ist für diesen Kurs schon angemeldet.", name=known.name)})


def _checked(who: SignUp) -> str:
    problems, address = {}, ""
    if not 2 <= len(who.name.strip()) <= 150 or not who.name.isprintable():
        problems["name"] = _("Bitte geben Sie Vor- und Nachnamen an.")
    try:
        address = validate_email(who.email.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        wrong = _("Das ist keine E-Mail-Adresse. Sie sieht so aus: name@kommune.de")
        problems["email"] = wrong if who.email.strip() else _("Bitte geben Sie die E-Mail-Adresse an.")
    listed = promised_departments()
    if listed and who.department.strip() and who.department.strip() not in listed:
        problems["department"] = _("Bitte wählen Sie einen Fachbereich aus der Liste.")
    if len(who.department) > 150 or not who.department.isprintable():
        problems["department"] = _("Bitte höchstens %(number)s Zeichen.", number=150)
    if problems:
        raise Invalid(fields=problems)
    return address
