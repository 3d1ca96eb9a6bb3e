"""What the worker of the console does for trainings: mails to the people who are trained, and what follows from it."""

from datetime import datetime, timedelta
from typing import Any

from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.database.scope import current_file
from maerker.jobs.handlers import FinishedWithProblem, Handler
from maerker.mail.delivery import Letter, MailRefused, deliver
from maerker.settings import Settings
from maerker.wording import speaking
from onboarding.applications.actions import this_file
from onboarding.applications.jobs import joining_url, kommune_of
from onboarding.applications.models import FileEvent
from onboarding.training.links import trainee_path
from onboarding.training.models import Course, CourseDate, Trainee
from onboarding.training.notices import About, training_notice

OF_THE_TEST = frozenset({"mail_test_link", "mail_test_reminder"})
AFTER_THE_END = frozenset({"mail_course_cancelled", "mail_booking_cancelled"})


def mail_trainee(posting: Any, settings: Settings) -> None:
    """To one person who is signed up. What has become pointless meanwhile is not mailed."""
    trainee = session().get_one(Trainee, (current_file(), posting.subject_id))
    date = session().get(CourseDate, trainee.date_id) if trainee.date_id else None
    if not still_fits(posting.kind, trainee, date, at=now()):
        return
    path = trainee_path(settings, trainee.file_id, trainee.id)
    about = About(
        trainee=trainee, course=session().get_one(Course, trainee.course_id), date=date,
        kommune=kommune_of(this_file()), url=joining_url(settings) + path, reason=_reason(posting),
    )
    with speaking("de"):
        notice = training_notice(posting.kind, about)
    letter = Letter(
        town=None, notice=notice, to=trainee.email, language="de",
        message_name=f"file.{posting.file_id.hex}.{posting.id}", thread_name="", sender_name=settings.operator_name,
        sender_local="beitritt", reply_to="",
    )
    try:
        deliver(letter, settings)
    except MailRefused as refusal:
        raise FinishedWithProblem(f"MailRefused: trainee {trainee.id}: {refusal}"[:300]) from refusal


def still_fits(kind: str, trainee: Trainee, date: CourseDate | None, *, at: datetime) -> bool:
    """Whether somebody should still get this mail: signed up, the test open, the date tomorrow."""
    if kind in AFTER_THE_END:
        return True
    if trainee.cancelled_at is not None:
        return False
    if kind in OF_THE_TEST:
        return trainee.test_passed_at is None
    if kind == "mail_course_soon":
        today = at.astimezone(BERLIN).date()
        return date is not None and date.starts_at.astimezone(BERLIN).date() == today + timedelta(days=1)
    if kind == "mail_certificate":
        return trainee.certificate_id is not None
    return True


def _reason(posting: Any) -> str:
    if posting.kind != "mail_course_cancelled":
        return ""
    details = session().get_one(FileEvent, (current_file(), posting.detail_id)).details
    return str(details.get("reason", ""))


def settle_training(posting: Any, settings: Settings) -> None:
    """Certificate, mail and the account at the town follow from what was proved."""
    from onboarding.training.settling import settle  # loads what only the worker needs

    settle(posting.subject_id, settings, at=now())


MAILS = ("mail_course_booked", "mail_course_changed", "mail_course_cancelled", "mail_booking_cancelled",
         "mail_course_soon", "mail_test_link", "mail_test_reminder", "mail_certificate")
HANDLERS = (
    *(Handler(kind, "file_mail", mail_trainee) for kind in MAILS),
    Handler("training_settle", "documents", settle_training),
)
