"""Changes of sub-processors by the clock: completed on their day, told to late-comers, in effect Kommune by Kommune."""

from datetime import datetime

from maerker.audit.actor import SYSTEM
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from onboarding.contracts.queries import due_subprocessor_changes, subprocessor_changes
from onboarding.contracts.subprocessor_actions import complete_subprocessor_change
from onboarding.contracts.subprocessor_answers import ready_to_take_effect, take_effect_for, tell, to_be_told


def take_effect(at: datetime) -> None:
    """Everything that is due at this moment; called again, it does nothing more. Each file is a transaction."""
    for change_id in [change.id for change in due_subprocessor_changes(local_day(at))]:
        complete_subprocessor_change(change_id, by=SYSTEM, at=at)
        session().commit()
    for change in [one for one in subprocessor_changes() if one.withdrawn_at is None]:
        for file_id in to_be_told(change):
            tell(change, file_id, by=SYSTEM, at=at)
            session().commit()
    for file_id, change_id in ready_to_take_effect(at):
        session().commit()
        with file_scope(file_id):
            take_effect_for(change_id, at=at)
            session().commit()


def subprocessor_slot(_settings: Settings) -> None:
    """What the schedule calls."""
    take_effect(now())


SLOTS = (Slot("subprocessor_changes", 300, subprocessor_slot, role="console"),)
