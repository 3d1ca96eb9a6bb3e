"""What a citizen would still stumble over, looked up in the town's own rooms and kept with its joining file.

The joining application cannot look there itself; the console can, at what is configuration alone.
"""

import uuid
from datetime import datetime

from sqlalchemy import func, select

from maerker.audit.actor import SYSTEM
from maerker.database.base import session
from maerker.database.scope import file_scope, tenant_scope
from maerker.settings import Settings
from maerker.wording import speaking
from onboarding.applications.actions import this_file
from onboarding.applications.history import note
from onboarding.applications.standing import restate
from onboarding.provisioning.from_file import invite_missing, staff_of_file, town_of
from onboarding.training.queries import trained_people
from tenants.profile.check import Severity, findings
from tenants.staff.actions import record_training
from tenants.staff.models import StaffAccount


def refresh_set_up(file_id: uuid.UUID, *, settings: Settings, at: datetime) -> tuple[str, ...]:
    """Run the check of the town's own rooms and keep what it finds with the file. Returns the sentences.

    Who was trained since is noted at the account of the same address; who has none is invited, until the start: from
    then on the town's own admins say who works there. Nothing happens before the place is made.
    """
    with file_scope(file_id):
        file = this_file()
        tenant = town_of(file)
        if tenant is None or file.provisioned_at is None:
            return ()
        if not (file.started_at or file.withdrawn_at or file.refused_at):
            _invite_trained(tenant.id, settings, at=at)
        _note_trainings(file_id, tenant.id, at=at)
        with tenant_scope(tenant.id), speaking("de"):
            missing = [
                item.sentence for item in findings(trained_needed=file.trained_needed)
                if not item.ok and item.severity is Severity.stops
            ]
        if (file.set_up_looked_at is None or file.set_up_missing) and not missing:
            note("set_up_complete", by=SYSTEM, at=at, step="set_up")
        elif missing and file.set_up_looked_at is not None and not file.set_up_missing:
            note("set_up_open_again", by=SYSTEM, at=at, step="set_up", text=" ".join(missing))
        file.set_up_missing, file.set_up_looked_at = missing, at
        restate(at=at)
        return tuple(missing)


def _invite_trained(tenant_id: uuid.UUID, settings: Settings, *, at: datetime) -> None:
    staff = [person for person in staff_of_file() if person.trained_on is not None]
    with tenant_scope(tenant_id):
        number = invite_missing(staff, settings, at=at)
    if number:
        note("staff_invited", by=SYSTEM, at=at, step="set_up", number=number)


def note_trainings(file_id: uuid.UUID, *, at: datetime) -> None:
    """Whose account changed its address, or came later, is trained there too once the address is a trained one's."""
    with file_scope(file_id):
        tenant = town_of(this_file())
        if tenant is not None:
            _note_trainings(file_id, tenant.id, at=at)


def _note_trainings(file_id: uuid.UUID, tenant_id: uuid.UUID, *, at: datetime) -> None:
    """By the address, and only where one account has it: of two nobody knows which person was trained."""
    trained = {one.email.lower(): one.trained_on for one in trained_people(file_id)}
    if not trained:
        return
    address = func.lower(StaffAccount.email)
    with tenant_scope(tenant_id):
        rows = session().execute(
            select(func.min(StaffAccount.id), address).where(address.in_(trained)).group_by(address)
            .having(func.count() == 1, func.bool_and(StaffAccount.trained_on.is_(None)))
        ).all()
        for account_id, email in rows:
            record_training(account_id, trained[email], by=SYSTEM, at=at)
