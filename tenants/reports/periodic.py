"""What is erased without being asked: started forms after a day, trials after the start, old postings and sign-ins.

Runs as the role `eraser` in the scope of one town after the other.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from maerker.storage.keys import StorageKey
from maerker.storage.local import LocalStorage
from tenants.registry.models import Tenant
from tenants.reports.drafts import erase_old_drafts
from tenants.reports.models import OutboxPosting, ReportContact
from tenants.reports.trial_end import erase_ended_trials
from tenants.staff.models import StaffSession

KEEP_POSTINGS = timedelta(days=30)


def erase_drafts(settings: Settings) -> None:
    """Started forms that nobody sent go after 24 hours, with their photos."""
    storage = LocalStorage(settings.storage_folder)
    for tenant_id in _each_town():
        files = erase_old_drafts(now())
        session().commit()
        for name in files:
            storage.delete(StorageKey(tenant_id, "photos", name))


def erase_contacts(_: Settings) -> None:
    """How to reach a reporter is forgotten half a year after the report was closed."""
    at = now()
    _erase_everywhere(lambda: session().execute(delete(ReportContact).where(ReportContact.delete_after <= at)))


def erase_unfinished_files(settings: Settings) -> None:
    """What a process that was killed while writing left behind: it may show a person and has no row."""
    LocalStorage(settings.storage_folder).remove_unfinished(now() - timedelta(days=1))


def erase_finished_postings(_: Settings) -> None:
    """What was done a month ago need not be known any more."""
    before = now() - KEEP_POSTINGS
    _erase_everywhere(lambda: session().execute(delete(OutboxPosting).where(OutboxPosting.done_at < before)))


def erase_ended_sessions(_: Settings) -> None:
    """Sign-ins that have run out."""
    at: datetime = now()
    _erase_everywhere(lambda: session().execute(delete(StaffSession).where(StaffSession.expires_at < at)))


SLOTS = (
    Slot("erase_drafts", 900, erase_drafts),
    Slot("erase_ended_trials", 300, erase_ended_trials),
    Slot("erase_contacts", 86400, erase_contacts),
    Slot("erase_unfinished_files", 86400, erase_unfinished_files),
    Slot("erase_finished_postings", 86400, erase_finished_postings),
    Slot("erase_ended_sessions", 3600, erase_ended_sessions),
)


def _erase_everywhere(act: Callable[[], object]) -> None:
    for _ in _each_town():
        act()
        session().commit()


def _each_town() -> Iterator[UUID]:
    for tenant_id in list(session().scalars(select(Tenant.id).order_by(Tenant.id))):
        session().commit()
        with tenant_scope(tenant_id):
            yield tenant_id
