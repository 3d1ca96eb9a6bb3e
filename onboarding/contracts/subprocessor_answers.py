"""Each Kommune is told of a change of sub-processors, answers it, and it takes effect for each on its own.

Silence until the end of the period counts as consent; nothing takes effect for a Kommune that objects (Art. 28 (2)
DSGVO, and the agreement's § on sub-processors).
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Subquery, and_, exists, func, insert, select
from sqlalchemy.orm import aliased

from maerker.audit.actor import SYSTEM, Actor
from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid, NotThere, Stale
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.history import do_later, note
from onboarding.applications.models import FileEvent, JoiningFile
from onboarding.contracts.file_models import ChangeAnswer, CopySide, CopyState, DocumentState, FileCopy, FileDocument
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.models import SubprocessorChange
from onboarding.contracts.subprocessor_actions import announce_subprocessor_change, withdraw_subprocessor_change

SHORTEST_REASON, LONGEST_REASON = 10, 2000
STEP = "data_processing_agreement"
WITHDRAWN = "subprocessor_change_withdrawn"
AT_ONCE = 50
"""So many Kommunen are told within the operator's request, which takes less than a second."""


@dataclass(frozen=True)
class OpenAnswer:
    """What one Kommune is asked, with what it has said so far. `last_day`: objections are taken up to and with it."""

    change: SubprocessorChange
    answer: ChangeAnswer
    last_day: date

    def may_object(self, today: date) -> bool:
        """Whether an objection is still in time."""
        return self.is_open and today <= self.last_day

    @property
    def is_open(self) -> bool:
        """Whether anything can still be said: it is neither withdrawn nor in effect for this Kommune."""
        return self.change.withdrawn_at is None and self.answer.effective_from is None


def announce(*, by: Actor, at: datetime, **planned: Any) -> SubprocessorChange:
    """Announce a change (see `announce_subprocessor_change`) and tell the Kommunen with an agreement.

    Where there are very many, the first are told at once and the others by the schedule (`periodic.py`): each has the
    whole of its period from the day on which it was told.
    """
    change = announce_subprocessor_change(by=by, at=at, **planned)
    for file_id in to_be_told(change)[:AT_ONCE]:
        tell(change, file_id, by=by, at=at)
    return change


def take_back(change_id: int, *, by: Actor, at: datetime) -> None:
    """Take an announced change back, and tell those who had been told, as `announce` does. Two who take it back at the
    same moment do it once. Raises NotThere; Stale if in effect."""
    if not withdraw_subprocessor_change(change_id, by=by, at=at):
        return
    change = session().get_one(SubprocessorChange, change_id)
    for file_id in to_be_told_of_the_end(change)[:AT_ONCE]:
        tell_of_the_end(change, file_id, by=by, at=at)


def to_be_told_of_the_end(change: SubprocessorChange) -> list[uuid.UUID]:
    """Files that were told of a change and not yet that it was taken back."""
    knows = exists().where(
        FileEvent.file_id == ChangeAnswer.file_id, FileEvent.act == WITHDRAWN,
        FileEvent.details["change"].astext == str(change.id),
    )
    return list(session().scalars(
        select(ChangeAnswer.file_id).where(ChangeAnswer.change_id == change.id, ~knows).order_by(ChangeAnswer.file_id)
    ))


def tell_of_the_end(change: SubprocessorChange, file_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """The announced change does not come: the people of one file get a mail."""
    with file_scope(file_id):
        note(WITHDRAWN, by=by, at=at, step=STEP, what=change.what, change=str(change.id))
        do_later(Posting("mail_subprocessor_withdrawn", change.id), at=at)


def to_be_told(change: SubprocessorChange) -> list[uuid.UUID]:
    """Files whose agreement names the sub-processors as before the change, and that have not been told of it yet.

    An agreement that is concluded while the period of others runs is found here too, with a period of its own.
    """
    signed = with_agreement()
    told = exists().where(ChangeAnswer.file_id == signed.c.file_id, ChangeAnswer.change_id == change.id)
    chosen = select(signed.c.file_id).where(~told)
    if change.completed_at is not None:
        chosen = chosen.where(signed.c.made_at < change.completed_at)
    return list(session().scalars(chosen.order_by(signed.c.file_id)))


def with_agreement() -> Subquery:
    """Files with an agreement that both sides have signed: `file_id`, and `made_at` of the newest of them."""
    def signed_by(side: CopySide) -> Any:
        copy = aliased(FileCopy)
        return exists().where(and_(
            copy.file_id == FileDocument.file_id, copy.document_id == FileDocument.id, copy.side == side,
            copy.state == CopyState.accepted,
        ))

    return (
        select(FileDocument.file_id, func.max(FileDocument.made_at).label("made_at"))
        .join(JoiningFile, JoiningFile.file_id == FileDocument.file_id)
        .where(
            FileDocument.kind == DocumentKind.data_processing_agreement, FileDocument.preview.is_(False),
            FileDocument.state == DocumentState.ready, JoiningFile.withdrawn_at.is_(None),
            signed_by(CopySide.municipality), signed_by(CopySide.operator),
        ).group_by(FileDocument.file_id).subquery()
    )


def tell(change: SubprocessorChange, file_id: uuid.UUID, *, by: Actor, at: datetime) -> None:
    """Open the question in one file: its period begins, its people get a mail."""
    with file_scope(file_id):
        session().execute(insert(ChangeAnswer).values(
            file_id=file_id, change_id=change.id, notified_at=at, answer="silent"
        ))
        until = last_day_of(change, at)
        note("subprocessor_change_announced", by=by, at=at, step=STEP, what=change.what, day=until.isoformat())
        do_later(Posting("mail_subprocessor_change", change.id), at=at)


def last_day_of(change: SubprocessorChange, notified_at: datetime | None) -> date:
    """The last day on which this Kommune may object: its own period, never shorter than the announced one."""
    if notified_at is None:
        return change.objections_until
    return max(change.objections_until, local_day(notified_at) + timedelta(days=change.objection_days))


def answer_change(change_id: int, *, agreed: bool, reason: str = "", by: Actor, at: datetime) -> None:
    """The Kommune of the current file agrees or objects. It may agree later on, as long as there is no effect yet.

    Raises NotThere (never asked), Stale (withdrawn, in effect, too late to object), Invalid: no reason given.
    """
    asked = _asked(change_id)
    if asked.change.withdrawn_at is not None:
        raise Stale(_("Der Betreiber hat diese Änderung zurückgenommen."))
    if not asked.is_open:
        raise Stale(_("Diese Änderung ist für Ihre Kommune schon wirksam."))
    if not agreed and asked.answer.answer != "objected" and not asked.may_object(local_day(at)):
        raise Stale(_("Die Frist für einen Einwand ist abgelaufen."))
    words = reason.strip()
    if not agreed and not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise Invalid(fields={"reason": _("Bitte begründen Sie den Einwand in ein bis zwei Sätzen.")})
    row = asked.answer
    row.answer, row.reason = ("agreed" if agreed else "objected"), ("" if agreed else words)
    row.answered_at, row.answered_by = at, by.name
    session().flush()
    act = "subprocessor_change_agreed" if agreed else "subprocessor_change_objected"
    note(act, by=by, at=at, step=STEP, what=asked.change.what, reason=row.reason)


def asked_of_file() -> list[OpenAnswer]:
    """All that the Kommune of the current file was asked, the newest first."""
    rows = session().execute(
        select(SubprocessorChange, ChangeAnswer).join(ChangeAnswer, ChangeAnswer.change_id == SubprocessorChange.id)
        .order_by(SubprocessorChange.id.desc())
    )
    return [OpenAnswer(change, answer, last_day_of(change, answer.notified_at)) for change, answer in rows]


def _asked(change_id: int) -> OpenAnswer:
    row = session().scalars(
        select(ChangeAnswer).where(ChangeAnswer.change_id == change_id).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    change = session().get(SubprocessorChange, change_id)
    if row is None or change is None:
        raise NotThere()
    return OpenAnswer(change, row, last_day_of(change, row.notified_at))


def ready_to_take_effect(at: datetime) -> list[tuple[uuid.UUID, int]]:
    """File and change where a completed change may take effect now: agreed, or silent and the own period is over."""
    rows = session().execute(
        select(SubprocessorChange, ChangeAnswer).join(ChangeAnswer, ChangeAnswer.change_id == SubprocessorChange.id)
        .where(
            SubprocessorChange.completed_at.is_not(None), ChangeAnswer.effective_from.is_(None),
            ChangeAnswer.answer != "objected",
        ).order_by(ChangeAnswer.file_id, ChangeAnswer.change_id)
    )
    return [
        (answer.file_id, change.id) for change, answer in rows
        if answer.answer == "agreed" or last_day_of(change, answer.notified_at) < local_day(at)
    ]


def take_effect_for(change_id: int, *, at: datetime) -> None:
    """The change counts for the Kommune of the current file from now on, unless it objected meanwhile."""
    asked = _asked(change_id)
    if asked.answer.answer == "objected" or not asked.is_open:
        return
    asked.answer.effective_from = at
    session().flush()
    note("subprocessor_change_in_effect", by=SYSTEM, at=at, step=STEP, what=asked.change.what)
