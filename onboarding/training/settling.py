"""What follows when somebody has become trained, or is no longer: certificate, mail, the account at their town.

Done by the worker of the console, and as often as one likes: it looks at what is and makes the rest follow.
"""

import uuid
from datetime import date, datetime

from sqlalchemy import func, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import current_file, tenant_scope
from maerker.jobs.outbox import Posting
from maerker.settings import Settings
from onboarding.applications.actions import this_file
from onboarding.applications.history import do_later, note
from onboarding.applications.standing import restate
from onboarding.contracts.file_models import FileDocument
from onboarding.training.attendance import test_score
from onboarding.training.certificate import make_certificate
from onboarding.training.models import Course, CourseWay, Trainee
from onboarding.training.queries import trained_people
from onboarding.training.self_test import PASS_MARK
from tenants.registry.models import Tenant
from tenants.staff.actions import record_training
from tenants.staff.models import StaffAccount

PLATFORM = Actor(kind="system")


def settle(trainee_id: int, settings: Settings, *, at: datetime) -> None:
    """Bring everything in line with what somebody of the current file has proved."""
    trainee = session().scalars(
        select(Trainee).where(Trainee.id == trainee_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if _studied(trainee):
        trainee.attended_at, trainee.attended_by = trainee.test_passed_at, ""
        session().flush()
    if _proved(trainee) and trainee.certificate_id is None:
        trainee.certificate_id = make_certificate(trainee, settings, at=at).id
        session().flush()
        note("person_trained", by=PLATFORM, at=at, step="training", person=trainee.name)
        do_later(Posting("mail_certificate", trainee.id), at=at)
        tell_town(trainee.email, at=at)
    elif not _proved(trainee) and trainee.certificate_id is not None:
        session().get_one(FileDocument, (trainee.file_id, trainee.certificate_id)).superseded_at = at
        trainee.certificate_id = None
        session().flush()
        tell_town(trainee.email, at=at)
    restate(at=at)


def _studied(trainee: Trainee) -> bool:
    """Self-study is done with the self-test. Its answers are counted once more, by other hands than took them."""
    course = session().get_one(Course, trainee.course_id)
    return course.way is CourseWay.self_study and trainee.attended_at is None and _passed(trainee)


def _proved(trainee: Trainee) -> bool:
    return trainee.cancelled_at is None and trainee.attended_at is not None and _passed(trainee)


def _passed(trainee: Trainee) -> bool:
    return trainee.test_passed_at is not None and test_score(trainee, trainee.test_answers) >= PASS_MARK


def tell_town(email: str, *, at: datetime) -> None:
    """Note the day of the training at the accounts with this address, if the town is there already; who has no
    account yet is invited by the look at the set-up that follows."""
    tenant_id = _town()
    if tenant_id is None:
        return
    do_later(Posting("look_at_set_up", 0), at=at)
    day = next((one.trained_on for one in trained_people(current_file()) if one.email.lower() == email.lower()), None)
    with tenant_scope(tenant_id):
        for account_id, known in _accounts(email):
            if known != day:
                record_training(account_id, day, by=PLATFORM, at=at)


def _accounts(email: str) -> list[tuple[int, date | None]]:
    rows = session().execute(
        select(StaffAccount.id, StaffAccount.trained_on).where(func.lower(StaffAccount.email) == email.lower())
    )
    return [(row.id, row.trained_on) for row in rows]


def _town() -> uuid.UUID | None:
    return session().scalars(
        select(Tenant.id).where(Tenant.municipality_id == this_file().municipality_id)
    ).one_or_none()

