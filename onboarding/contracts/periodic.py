"""Changes of sub-processors by the clock: completed on their day, told to late-comers, in effect Kommune by Kommune."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from maerker.audit.actor import SYSTEM
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.jobs.each import for_each
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from onboarding.contracts.models import SubprocessorChange
from onboarding.contracts.queries import due_subprocessor_changes, subprocessor_changes
from onboarding.contracts.subprocessor_actions import complete_subprocessor_change
from onboarding.contracts.subprocessor_answers import (
    ready_to_take_effect,
    take_effect_for,
    tell,
    tell_of_the_end,
    to_be_told,
    to_be_told_of_the_end,
)

SLOT = "subprocessor_changes"
STILL_NEWS = timedelta(days=30)
"""Who was not told by then that a change was taken back need not be told any more."""


def take_effect(at: datetime) -> None:
    """Everything that is due at this moment; called again, it does nothing more. Each file is a transaction."""
    for change_id in [change.id for change in due_subprocessor_changes(local_day(at))]:
        complete_subprocessor_change(change_id, by=SYSTEM, at=at)
        session().commit()
    for change in subprocessor_changes():
        if change.withdrawn_at is None:
            for_each(to_be_told(change), partial(_tell, change.id, at), slot=SLOT)
        elif change.withdrawn_at > at - STILL_NEWS:
            for_each(to_be_told_of_the_end(change), partial(_tell_of_the_end, change.id, at), slot=SLOT)
    for file_id, change_id in ready_to_take_effect(at):
        for_each([file_id], partial(_take_effect, change_id, at), slot=SLOT, scope=file_scope)


def _tell(change_id: int, at: datetime, file_id: UUID) -> None:
    tell(session().get_one(SubprocessorChange, change_id), file_id, by=SYSTEM, at=at)


def _tell_of_the_end(change_id: int, at: datetime, file_id: UUID) -> None:
    tell_of_the_end(session().get_one(SubprocessorChange, change_id), file_id, by=SYSTEM, at=at)


def _take_effect(change_id: int, at: datetime, _file_id: UUID) -> None:
    take_effect_for(change_id, at=at)


def subprocessor_slot(_settings: Settings) -> None:
    """What the schedule calls."""
    take_effect(now())


SLOTS = (Slot(SLOT, 30, subprocessor_slot, role="console"),)
