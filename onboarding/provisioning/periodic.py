"""The clock of joining: starts at their hour, the check of what is being set up, the end of trials."""

from datetime import timedelta

from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.jobs.schedule import Slot
from maerker.settings import Settings
from onboarding.applications.models import JoiningFile
from onboarding.provisioning.set_up import refresh_set_up
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
    started = list(session().scalars(select(Tenant.id).where(Tenant.started_at > since)))
    session().commit()
    for tenant_id in started:
        erase_trial(tenant_id, settings)


def look_at_set_ups(_settings: Settings) -> None:
    """The files of towns that are set up and not live yet, each in its own transaction."""
    ids = list(session().scalars(
        select(JoiningFile.file_id).where(
            JoiningFile.provisioned_at.is_not(None), JoiningFile.started_at.is_(None),
            JoiningFile.withdrawn_at.is_(None), JoiningFile.refused_at.is_(None),
        )
    ))
    session().commit()
    for file_id in ids:
        refresh_set_up(file_id, at=now())
        session().commit()


SLOTS = (
    Slot("start_towns", 30, start_towns, role="console"),
    Slot("erase_trials_of_the_started", 30, erase_trials_of_the_started),
    Slot("look_at_set_ups", 600, look_at_set_ups, role="console"),
)
