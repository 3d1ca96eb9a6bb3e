"""Previews go after a day, with their files: they are for looking at, nothing stands on them."""

from datetime import timedelta

from sqlalchemy import delete, select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from onboarding.contracts import file_store
from onboarding.contracts.file_models import FileDocument

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


SLOTS = (Slot("erase_previews", 3600, erase_previews, role="console"),)
