"""Previews go after a day, with their files: they are for looking at, nothing stands on them.

So do files that no row names, because a request or an erasing was interrupted between file and row.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import current_file, file_scope
from maerker.jobs.each import for_each
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from onboarding.applications.models import JoiningFile
from onboarding.contracts import file_store
from onboarding.contracts.file_models import FileCopy, FileDocument

KEPT = timedelta(days=1)


def erase_previews(settings: Settings) -> None:
    """Row and file of each preview older than a day."""
    old = session().execute(
        select(FileDocument.file_id, FileDocument.id, FileDocument.file)
        .where(FileDocument.preview.is_(True), FileDocument.made_at < now() - KEPT).order_by(FileDocument.id)
    ).all()
    for file_id, number, name in old:
        session().commit()
        with file_scope(file_id):
            session().execute(delete(FileDocument).where(FileDocument.id == number))
            session().commit()
            if name:
                file_store.erase(settings, name)


def erase_files_without_a_row(settings: Settings) -> None:
    """Two days later, file by file."""
    before = now() - timedelta(days=2)

    def erase(_file_id: UUID) -> None:
        old = file_store.old_names(settings, before)
        known = {
            *session().scalars(select(FileDocument.file).where(FileDocument.file_id == current_file())),
            *session().scalars(select(FileCopy.file).where(FileCopy.file_id == current_file())),
        } if old else set()
        for name in old:
            if name.partition("-pages/")[0] not in known:
                file_store.erase(settings, name)

    files = session().scalars(select(JoiningFile.file_id))
    for_each(files, erase, slot="erase_documents_without_a_row", scope=file_scope)


SLOTS = (
    Slot("erase_previews", 3600, erase_previews, role="console"),
    Slot("erase_documents_without_a_row", 86400, erase_files_without_a_row, role="console"),
)
