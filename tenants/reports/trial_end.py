"""At the start of a town everything of its trial is erased: reports, photos, history, contacts, mails, counters."""

import uuid

from sqlalchemy import delete, select

from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.jobs.each import for_each
from maerker.settings import Settings
from maerker.storage.keys import StorageKey
from maerker.storage.store import storage_of
from tenants.registry.models import Tenant
from tenants.registry.state_actions import STARTED
from tenants.reports.models import (
    NumberSeries,
    OutboxPosting,
    Report,
    ReportContact,
    ReportDraft,
    ReportEvent,
    ReportPhoto,
    TrialPass,
    TrialPublication,
)

KINDS_OF_A_REPORT = (
    "render_photos", "mail_receipt", "mail_step", "mail_editors", "mail_department", "mail_still_there",
)
_SIZES = ("full", "page", "thumb")


def erase_trial(tenant_id: uuid.UUID, settings: Settings) -> int:
    """Erase all that is left of a town's trial, rows first and then the files; how many reports it were.

    Runs as the eraser and commits by itself; running it again erases what an interruption left. Call it after the
    start is committed (`start_town`): from then on nothing of a trial is written any more.
    """
    with tenant_scope(tenant_id):
        names = _files()
        erased = _erase_rows()
        session().commit()
    storage = storage_of(settings)
    for name in names:
        storage.delete(StorageKey(tenant_id, "photos", name))
    return erased


def erase_ended_trials(settings: Settings) -> None:
    """What a start left behind is erased wherever there is any, also when the start's own job was interrupted."""
    def erase(tenant_id: uuid.UUID) -> None:
        with tenant_scope(tenant_id):
            left = session().scalar(select(NumberSeries.year).where(NumberSeries.trial).limit(1))
            session().commit()
        if left is not None:
            erase_trial(tenant_id, settings)

    started = session().scalars(select(Tenant.id).where(Tenant.state.in_(STARTED)).order_by(Tenant.id))
    for_each(started, erase, slot="erase_ended_trials")


def _files() -> list[str]:
    """The names of all files of the trial: uploads with their sizes, and those of forms that were never sent."""
    uploads = session().scalars(
        select(ReportPhoto.file).join(
            Report, (Report.tenant_id == ReportPhoto.tenant_id) & (Report.id == ReportPhoto.report_id)
        ).where(Report.trial)
    ).all()
    drafts = session().scalars(select(ReportDraft.photos).where(ReportDraft.trial)).all()
    sizes = [f"{file}-{size}.jpg" for file in uploads for size in _SIZES]
    return [*uploads, *sizes, *(str(photo["file"]) for photos in drafts for photo in photos)]


def _erase_rows() -> int:
    """Children first; the counter last, because it says that something was left."""
    reports = select(Report.id).where(Report.trial)
    of_trial = {"synchronize_session": False}
    current = session()
    current.execute(
        delete(OutboxPosting).where(
            OutboxPosting.kind.in_(KINDS_OF_A_REPORT), OutboxPosting.subject_id.in_(reports)
        ), execution_options=of_trial,
    )
    for table in (ReportEvent, ReportPhoto, ReportContact, TrialPublication):
        current.execute(delete(table).where(table.report_id.in_(reports)), execution_options=of_trial)
    erased = current.execute(delete(Report).where(Report.trial).returning(Report.id), execution_options=of_trial).all()
    for whole in (ReportDraft, NumberSeries):
        current.execute(delete(whole).where(whole.trial), execution_options=of_trial)
    current.execute(delete(TrialPass), execution_options=of_trial)
    return len(erased)
