"""What an essential change of the platform means for the files: who has to release the processing anew.

§ 4 BbgDSG: the controller releases before the start and before every essential change.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.jobs.outbox import Posting
from onboarding.applications.history import do_later, note
from onboarding.applications.models import JoiningFile
from onboarding.applications.standing import restate
from onboarding.contracts.changes import declare_platform_change
from onboarding.contracts.file_models import CopyState, FileCopy, FileDocument
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.models import PlatformChange

STEP = "processing_release"


@dataclass(frozen=True)
class Progress:
    """How far the Kommunen are with one change: how many have to release anew, how many did."""

    concerned: int
    released: int


def declare(*, title: str, description: str, effective_on: date, by: Actor, at: datetime) -> PlatformChange:
    """Declare an essential change (see `declare_platform_change`); each file is computed anew, its people told."""
    change = declare_platform_change(title=title, description=description, effective_on=effective_on, by=by, at=at)
    concerned = set(released_once(before=at))
    for file_id in _running():
        with file_scope(file_id):
            mails = (Posting("mail_platform_change", change.id),) if file_id in concerned else ()
            do_later(Posting("restate_after_change", change.id), *mails, at=at)
    return change


def restate_after(change: PlatformChange, *, at: datetime) -> None:
    """The current file after an essential change: the act in its history, and where it stands now."""
    note(
        "platform_change_declared", by=Actor(kind="operator", name=change.declared_by), at=change.declared_at,
        step=STEP, title=change.title, day=change.effective_on.isoformat(),
    )
    restate(at=at)


def released_once(*, before: datetime) -> list[uuid.UUID]:
    """Files with a processing release that counts so far: they have to release anew."""
    return list(session().scalars(
        select(FileDocument.file_id).join(JoiningFile, JoiningFile.file_id == FileDocument.file_id)
        .where(_release(), FileDocument.made_at < before, _signed(), _is_running()).distinct()
    ))


def released_since(change: PlatformChange) -> dict[uuid.UUID, datetime]:
    """Files that have released the processing again since this change, and when their signature was accepted."""
    rows = session().execute(
        select(FileCopy.file_id, func.min(FileCopy.checked_at))
        .join(FileDocument, and_(FileDocument.file_id == FileCopy.file_id, FileDocument.id == FileCopy.document_id))
        .where(_release(), FileDocument.made_at >= change.declared_at, FileCopy.state == CopyState.accepted)
        .group_by(FileCopy.file_id)
    )
    return {file_id: checked_at for file_id, checked_at in rows if checked_at is not None}


def progress(change: PlatformChange) -> Progress:
    """How many of those concerned have released again since this change."""
    concerned = set(released_once(before=change.declared_at))
    return Progress(len(concerned), len(concerned & set(released_since(change))))


def _running() -> list[uuid.UUID]:
    return list(session().scalars(select(JoiningFile.file_id).where(_is_running()).order_by(JoiningFile.file_id)))


def _is_running() -> Any:
    return and_(JoiningFile.withdrawn_at.is_(None), JoiningFile.refused_at.is_(None))


def _release() -> Any:
    return and_(FileDocument.kind == DocumentKind.processing_release, FileDocument.preview.is_(False))


def _signed() -> Any:
    return exists().where(and_(
        FileCopy.file_id == FileDocument.file_id, FileCopy.document_id == FileDocument.id,
        FileCopy.state == CopyState.accepted,
    ))
