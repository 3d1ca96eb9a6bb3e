"""Reminders that wait in the outbox for their day: before a date, and while the self-test is not passed.

Whoever sends one looks again whether it still fits; what has become pointless is not mailed.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import insert

from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.jobs.outbox import Posting
from onboarding.applications.models import FILE_OUTBOX

MORNING = time(8)
TEST_AFTER = timedelta(days=7)


def remind_before(trainee_id: int, starts_at: datetime, *, at: datetime) -> None:
    """On the morning before the date; not at all if that is over already."""
    day = starts_at.astimezone(BERLIN).date() - timedelta(days=1)
    due = datetime.combine(day, MORNING, BERLIN)
    if due > at:
        _post_for(Posting("mail_course_soon", trainee_id), due, at=at)


def remind_of_test(trainee_id: int, *, at: datetime) -> None:
    """A week later, for who has not passed by then."""
    _post_for(Posting("mail_test_reminder", trainee_id), at + TEST_AFTER, at=at)


def _post_for(posting: Posting, due: datetime, *, at: datetime) -> None:
    # inline: the joining application may write postings and not read them, so nothing is asked back
    session().execute(insert(FILE_OUTBOX).inline().values(
        kind=posting.kind, subject_id=posting.subject_id, detail_id=posting.detail_id, posted_at=at, not_before=due,
    ))
