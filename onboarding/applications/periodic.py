"""What goes by itself in joining files: links and sign-ins that have ended, postings that are done.

The file with its history, people and documents stays: it is the proof of the membership.
"""

from datetime import timedelta

from sqlalchemy import delete

from maerker.clock import now
from maerker.database.base import session
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from onboarding.applications.models import FILE_OUTBOX, FileLink, FileSession

KEPT = timedelta(days=30)


def erase_what_has_ended(_settings: Settings) -> None:
    """A month after its end, over all files in three statements."""
    before = now() - KEPT
    session().execute(delete(FileLink).where(FileLink.expires_at < before))
    session().execute(delete(FileSession).where(FileSession.expires_at < before))
    session().execute(delete(FILE_OUTBOX).where(FILE_OUTBOX.c.done_at < before))


SLOTS = (Slot("erase_ended_file_links", 86400, erase_what_has_ended, role="console"),)
