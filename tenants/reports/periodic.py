"""What is erased without being asked: started forms after a day, trials after the start, old postings and sign-ins.

Runs as the role `eraser` in the scope of one town after the other.
"""

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Delete, delete, select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.jobs.each import for_each
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from maerker.storage.keys import StorageKey
from maerker.storage.store import storage_of
from tenants.registry.models import Tenant
from tenants.reports.drafts import erase_old_drafts, names_in_use
from tenants.reports.models import OutboxPosting, ReportContact
from tenants.reports.trial_end import erase_ended_trials
from tenants.staff.models import StaffSession

KEEP_POSTINGS = timedelta(days=30)
_SIZE = re.compile(r"-(full|page|thumb)\.jpg$")


def erase_drafts(settings: Settings) -> None:
    """Started forms that nobody sent go after 24 hours, with their photos."""
    storage = storage_of(settings)

    def erase(tenant_id: UUID) -> None:
        files = erase_old_drafts(now())
        session().commit()
        for name in files:
            storage.delete(StorageKey(tenant_id, "photos", name))

    for_each(_towns(), erase, slot="erase_drafts", scope=tenant_scope)


def erase_contacts(_: Settings) -> None:
    """How to reach a reporter is forgotten half a year after the report was closed."""
    at = now()
    _erase_everywhere("erase_contacts", delete(ReportContact).where(ReportContact.delete_after <= at))


def erase_files_without_a_row(settings: Settings) -> None:
    """Photos on disk that no report and no started form names: a request or an erasing was interrupted between file
    and row. They may show a person and have no deletion date, so they go after two days."""
    storage, before = storage_of(settings), now() - timedelta(days=2)

    def erase(tenant_id: UUID) -> None:
        old = list(storage.old_names(tenant_id, "photos", before))
        known = names_in_use() if old else set()
        for name in old:
            if _SIZE.sub("", name) not in known:
                storage.delete(StorageKey(tenant_id, "photos", name))

    for_each(_towns(), erase, slot="erase_files_without_a_row", scope=tenant_scope)


def erase_unfinished_files(settings: Settings) -> None:
    """What a process that was killed while writing left behind: it may show a person and has no row."""
    storage_of(settings).remove_unfinished(now() - timedelta(days=1))


def erase_finished_postings(_: Settings) -> None:
    """What was done a month ago need not be known any more."""
    before = now() - KEEP_POSTINGS
    _erase_everywhere("erase_finished_postings", delete(OutboxPosting).where(OutboxPosting.done_at < before))


def erase_ended_sessions(_: Settings) -> None:
    """Sign-ins that have run out."""
    at: datetime = now()
    _erase_everywhere("erase_ended_sessions", delete(StaffSession).where(StaffSession.expires_at < at))


SLOTS = (
    Slot("erase_drafts", 900, erase_drafts),
    Slot("erase_ended_trials", 300, erase_ended_trials),
    Slot("erase_contacts", 86400, erase_contacts),
    Slot("erase_unfinished_files", 86400, erase_unfinished_files),
    Slot("erase_files_without_a_row", 86400, erase_files_without_a_row),
    Slot("erase_finished_postings", 86400, erase_finished_postings),
    Slot("erase_ended_sessions", 3600, erase_ended_sessions),
)


def _erase_everywhere(slot: str, statement: Delete) -> None:
    for_each(_towns(), lambda _town: session().execute(statement), slot=slot, scope=tenant_scope)


def _towns() -> list[UUID]:
    return list(session().scalars(select(Tenant.id).order_by(Tenant.id)))
