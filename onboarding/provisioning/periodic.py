"""The clock of joining: starts at their hour, the check of what is being set up, the end of trials."""

from datetime import timedelta

from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.jobs.each import for_each
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from onboarding.applications.models import JoiningFile
from onboarding.provisioning.set_up import note_trainings, refresh_set_up
from onboarding.provisioning.start import start_due
from tenants.registry.models import Tenant
from tenants.reports.trial_end import erase_trial

JUST_STARTED = timedelta(hours=1)


def start_towns(settings: Settings) -> None:
    """Every Kommune whose hour has come."""
    start_due(settings, now())


def erase_trials_of_the_started(settings: Settings) -> None:
    """Right after a start; what an interruption leaves is found by the eraser's slower slot."""
    since = now() - JUST_STARTED
    started = session().scalars(select(Tenant.id).where(Tenant.started_at > since))
    for_each(started, lambda tenant_id: erase_trial(tenant_id, settings), slot="erase_trials_of_the_started")


def look_at_set_ups(settings: Settings) -> None:
    """The files of towns that are set up and not live yet, each in its own transaction."""
    files = session().scalars(
        select(JoiningFile.file_id).where(
            JoiningFile.provisioned_at.is_not(None), JoiningFile.started_at.is_(None),
            JoiningFile.withdrawn_at.is_(None), JoiningFile.refused_at.is_(None),
        )
    )
    for_each(files, lambda file_id: refresh_set_up(file_id, settings=settings, at=now()), slot="look_at_set_ups")


def note_trainings_of_the_started(_settings: Settings) -> None:
    """In towns that are live nobody looks at the set-up any more; who was trained is still noted at new addresses."""
    started = session().scalars(select(JoiningFile.file_id).where(JoiningFile.started_at.is_not(None)))
    for_each(started, lambda file_id: note_trainings(file_id, at=now()), slot="note_trainings_of_the_started")


SLOTS = (
    Slot("start_towns", 30, start_towns, role="console"),
    Slot("erase_trials_of_the_started", 30, erase_trials_of_the_started),
    Slot("look_at_set_ups", 600, look_at_set_ups, role="console"),
    Slot("note_trainings_of_the_started", 3600, note_trainings_of_the_started, role="console"),
)
