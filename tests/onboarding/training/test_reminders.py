"""Reminders: on their day they are mailed, and not if they have become pointless."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.models import FILE_OUTBOX
from onboarding.training.jobs import still_fits
from onboarding.training.models import CourseDate, Trainee
from tests.makers import Here
from tests.onboarding.training.people import InTraining, file_id_of, passes, somebody, subjects_to
from tests.world import Mailbox

AT = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
REMINDER = "Erinnerung: Selbsttest zu „Selbststudium“"


def their_day_has_come(who: InTraining) -> None:
    """What waits in the outbox for a day is due."""
    with Here.world.no_scope("console"), file_scope(file_id_of(who.file)):
        session().execute(update(FILE_OUTBOX).where(
            FILE_OUTBOX.c.file_id == file_id_of(who.file), FILE_OUTBOX.c.not_before.is_not(None),
        ).values(not_before=now() - timedelta(minutes=1)))
        session().commit()


def test_who_has_not_passed_after_a_week_is_reminded(mailbox: Mailbox) -> None:
    who = somebody()
    assert REMINDER not in subjects_to(who.email)
    their_day_has_come(who)
    assert subjects_to(who.email)[-1] == REMINDER


def test_who_has_passed_is_left_in_peace(mailbox: Mailbox) -> None:
    who = somebody()
    passes(who)
    their_day_has_come(who)
    assert REMINDER not in subjects_to(who.email)


@pytest.mark.parametrize(("starts_at", "fits"), [
    (datetime(2026, 12, 2, 8, 0, tzinfo=UTC), True), (datetime(2026, 12, 2, 22, 59, tzinfo=UTC), True),
    (datetime(2026, 12, 2, 23, 30, tzinfo=UTC), False), (datetime(2026, 12, 1, 22, 30, tzinfo=UTC), False),
    (datetime(2026, 12, 9, 8, 0, tzinfo=UTC), False),
])
def test_the_mail_on_the_day_before_fits_the_day_in_germany(starts_at: datetime, fits: bool) -> None:
    date = CourseDate(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    assert still_fits("mail_course_soon", Trainee(), date, at=AT) is fits


@pytest.mark.parametrize(("kind", "changes", "fits"), [
    ("mail_course_booked", {}, True), ("mail_course_booked", {"cancelled_at": AT}, False),
    ("mail_course_cancelled", {"cancelled_at": AT}, True), ("mail_booking_cancelled", {"cancelled_at": AT}, True),
    ("mail_test_link", {}, True), ("mail_test_link", {"test_passed_at": AT}, False),
    ("mail_test_reminder", {"cancelled_at": AT}, False), ("mail_course_soon", {}, False),
    ("mail_certificate", {"certificate_id": 4}, True), ("mail_certificate", {}, False),
])
def test_what_has_become_pointless_is_not_mailed(kind: str, changes: dict[str, object], fits: bool) -> None:
    assert still_fits(kind, Trainee(**changes), None, at=AT) is fits
