"""Taking part and the self-test: both together make somebody trained. Neither side can say both.

The operator says who took part; the person answers the questions. What follows from both (the certificate, the
account at the town) is settled by the worker.
"""

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid, NotThere, Stale
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.history import do_later, note
from onboarding.applications.standing import restate
from onboarding.training.actions import the_course, the_date
from onboarding.training.links import whose_test
from onboarding.training.models import CourseDate, Trainee
from onboarding.training.questions import CURRENT
from onboarding.training.reminders import remind_of_test
from onboarding.training.self_test import PASS_MARK, QUESTIONS, draw, kept, marked_try, read_answers, score


def note_attendance(date_id: int, trainee_ids: Iterable[int], *, by: Actor, at: datetime) -> int:
    """These people took part. Who has not passed the self-test yet is mailed the link. Returns how many are new.

    Raises Invalid before the date has begun and for one that was called off, NotThere.
    """
    date = the_date(date_id)
    if date.cancelled_at is not None:
        raise Invalid(_("Dieser Termin ist abgesagt."))
    if date.starts_at > at:
        raise Invalid(_("Der Termin hat noch nicht begonnen. Die Teilnahme lässt sich danach eintragen."))
    wanted, number = set(trainee_ids), 0
    for file_id, trainee_id in _open_seats(date):
        if trainee_id in wanted:
            with file_scope(file_id):
                _took_part(file_id, trainee_id, by=by, at=at)
            number += 1
    return number


def _open_seats(date: CourseDate) -> list[tuple[uuid.UUID, int]]:
    rows = session().execute(
        select(Trainee.file_id, Trainee.id).where(
            Trainee.date_id == date.id, Trainee.cancelled_at.is_(None), Trainee.attended_at.is_(None),
        ).order_by(Trainee.file_id, Trainee.id)
    )
    return [(row.file_id, row.id) for row in rows]


def _took_part(file_id: uuid.UUID, trainee_id: int, *, by: Actor, at: datetime) -> None:
    trainee = session().get_one(Trainee, (file_id, trainee_id), with_for_update=True, populate_existing=True)
    if trainee.attended_at is not None or trainee.cancelled_at is not None:
        return
    trainee.attended_at, trainee.attended_by = at, by.name
    session().flush()
    note("training_attended", by=by, at=at, step="training", person=trainee.name,
         course=the_course(trainee.course_id).title)
    if trainee.test_passed_at is None:
        do_later(Posting("mail_test_link", trainee.id), at=at)
        remind_of_test(trainee.id, at=at)
    else:
        do_later(Posting("training_settle", trainee.id), at=at)
    restate(at=at)


def undo_attendance(date_id: int, trainee_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """It was a mistake: the person did not take part. The certificate and the training at the town end with it.

    Raises Invalid without a reason, NotThere for who has no attendance at this date.
    """
    row = session().execute(
        select(Trainee.file_id).where(
            Trainee.id == trainee_id, Trainee.date_id == date_id, Trainee.attended_at.is_not(None),
        )
    ).one_or_none()
    if row is None:
        raise NotThere()
    if len(reason.strip()) < 5:
        raise Invalid(fields={"reason": _("Bitte schreiben Sie, warum die Teilnahme nicht gilt.")})
    with file_scope(row.file_id):
        trainee = session().get_one(Trainee, (row.file_id, trainee_id), with_for_update=True, populate_existing=True)
        trainee.attended_at, trainee.attended_by = None, ""
        session().flush()
        note("training_attendance_undone", by=by, at=at, step="training", person=trainee.name, reason=reason.strip())
        do_later(Posting("training_settle", trainee.id), at=at)
        restate(at=at)


def remind_open_tests(date_id: int, *, by: Actor, at: datetime) -> int:
    """Mail everybody who took part in a date and has not passed the self-test. Returns how many they are."""
    rows = session().execute(
        select(Trainee.file_id, Trainee.id, Trainee.name).where(
            Trainee.date_id == the_date(date_id).id, Trainee.cancelled_at.is_(None), Trainee.attended_at.is_not(None),
            Trainee.test_passed_at.is_(None),
        ).order_by(Trainee.file_id, Trainee.id)
    ).all()
    for file_id, trainee_id, name in rows:
        with file_scope(file_id):
            note("training_reminded", by=by, at=at, step="training", person=name)
            do_later(Posting("mail_test_reminder", trainee_id), at=at)
    return len(rows)


def take_test(trainee: Trainee, number: int, form: Mapping[str, str], *, at: datetime) -> int:
    """Hand in one try, in the scope of the file. Returns the number of right answers; from eight on it is passed.

    Raises Invalid with a sentence for each open question (the try is not used up then), Stale if this try was
    handed in before, in another window.
    """
    locked = session().scalars(
        select(Trainee).where(Trainee.id == trainee.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if locked.test_passed_at is not None or locked.test_tries != number:
        raise Stale(_("Diesen Versuch haben Sie schon abgegeben."))
    asked = draw(whose_test(locked), number)
    given = read_answers(asked, form)
    locked.test_answers = kept(number, given, CURRENT)
    locked.test_tries = number + 1
    reached = locked.test_score = test_score(locked, locked.test_answers)
    if reached >= PASS_MARK:
        locked.test_passed_at = at
    session().flush()
    if reached >= PASS_MARK:
        by = Actor(kind="joining", name=locked.name)
        note("self_test_passed", by=by, at=at, step="training", person=locked.name, right=reached, of=QUESTIONS)
        do_later(Posting("training_settle", locked.id), at=at)
        restate(at=at)
    return reached


def test_score(trainee: Trainee, answers: Mapping[str, Any]) -> int:
    """The right answers of the try that is kept, counted anew from the answers themselves."""
    return score(marked_try(whose_test(trainee), answers))
