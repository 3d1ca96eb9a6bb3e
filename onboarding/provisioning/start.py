"""Trial and start of a Kommune: asked for, begun, refused while a gate is open, and the first day itself."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select

from maerker.audit.actor import SYSTEM, Actor
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.database.scope import current_file, file_scope
from maerker.errors import Invalid, Stale
from maerker.jobs.each import for_each
from maerker.jobs.outbox import Posting
from maerker.settings import Settings
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.applications.actions import running_file
from onboarding.applications.history import do_later, note
from onboarding.applications.models import FileEvent, JoiningFile
from onboarding.applications.queries import facts_of
from onboarding.applications.standing import restate
from onboarding.applications.start import was_withdrawn_since
from onboarding.provisioning.from_file import town_of
from onboarding.provisioning.pages import forget_after_commit
from onboarding.steps import gates_open
from tenants.registry.models import Tenant, TenantState
from tenants.registry.state_actions import STARTED, begin_trial, plan_start, start_town

STILL_THE_SAME_START = timedelta(hours=12)
CHECKED_AGAIN_AFTER = timedelta(seconds=20)
"""A start that was refused happens by itself if the last gate closes within this time; later it needs a new date."""


@dataclass(frozen=True)
class Start:
    """What came of a start. `missing`: the labels (German, untranslated) of what kept it from happening."""

    started: bool
    missing: tuple[str, ...] = ()


def ask_for_trial(*, by: Actor, at: datetime) -> None:
    """The Kommune switches its trial on; the console's worker does it a moment later. Asked twice is once."""
    file = running_file()
    if file.provisioned_at is None:
        raise Invalid(_("Ihr eigener Bereich ist noch nicht angelegt. Danach können Sie den Probebetrieb beginnen."))
    tenant = town_of(file)
    if tenant is None or tenant.state is not TenantState.joining or trial_asked():
        return
    note("trial_asked", by=by, at=at, step="set_up")
    do_later(Posting("begin_trial", 0), at=at)


def ask_for_check(*, at: datetime) -> None:
    """Have the worker look at the set-up now; nothing is asked if it did so a moment ago."""
    file = running_file()
    if file.provisioned_at is None:
        raise Invalid(_("Ihr eigener Bereich ist noch nicht angelegt. Danach prüfen wir, was noch fehlt."))
    if file.set_up_looked_at is None or at - file.set_up_looked_at > CHECKED_AGAIN_AFTER:
        do_later(Posting("look_at_set_up", 0), at=at)


def trial_asked() -> bool:
    """Whether the trial of the current file has been asked for."""
    asked = select(FileEvent.id).where(FileEvent.act.in_(("trial_asked", "trial_begun"))).limit(1)
    return session().scalars(asked).first() is not None


def begin_trial_of(file_id: uuid.UUID, settings: Settings, *, by: Actor, at: datetime) -> bool:
    """From now on the town's people and its testers use the whole portal. False: it was so already.

    Runs as the console. Raises Invalid before the town is made, Stale after its start.
    """
    with file_scope(file_id):
        tenant = town_of(running_file())
        if tenant is None:
            raise Invalid(_("Diese Kommune ist noch nicht eingerichtet."))
        if not begin_trial(tenant.id):
            return False
        note("trial_begun", by=by, at=at, step="set_up")
        forget_after_commit(tenant.id, settings)
        return True


def start_file(
    file_id: uuid.UUID, settings: Settings, *, by: Actor, at: datetime, only_if_due: bool = False
) -> Start:
    """The first day: the town is live for everybody, unless a gate is open; then both sides are told why.

    Done twice, or by two at the same moment, it is done once. `only_if_due`: a date that was moved or taken back
    meanwhile starts nothing. Raises Invalid for a file that was withdrawn. What the trial left is erased by the
    eraser's own job right after.
    """
    with file_scope(file_id):
        file = session().scalars(
            select(JoiningFile).where(JoiningFile.file_id == file_id).with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if file is None or file.started_at is not None:
            return Start(file is not None)
        if file.withdrawn_at is not None or file.refused_at is not None:
            raise Invalid(_("Der Antrag dieser Kommune ruht. Sie kann nicht starten."))
        if only_if_due and (file.starts_at is None or file.starts_at > at or was_withdrawn_since(file)):
            return Start(False)
        missing = keeps_from_start(file)
        if missing:
            _refuse(file, missing, by=by, at=at)
            return Start(False, missing)
        tenant = town_of(file)
        assert tenant is not None
        start_town(tenant.id, at=at)
        file.started_at = at
        if file.starts_at is None or file.starts_at > at:
            file.starts_at, file.start_fixed_at, file.start_fixed_by = at, at, by.name
        note("started", by=by, at=at, step="live")
        do_later(Posting("mail_started", 0), at=at)
        do_later(Posting("mail_started_operator", 0), at=at)
        forget_after_commit(tenant.id, settings)
        restate(at=at)
        return Start(True)


def keeps_from_start(file: JoiningFile) -> tuple[str, ...]:
    """What still stands in the way, as labels (German, untranslated): open gates, and a place that is not made."""
    gates = tuple(step.rule.label for step in gates_open(facts_of(file)))
    tenant = town_of(file)
    if tenant is None or file.provisioned_at is None:
        return (*gates, marked("Einrichtung"))
    return gates


def _refuse(file: JoiningFile, missing: tuple[str, ...], *, by: Actor, at: datetime) -> None:
    """Both sides are told once for each date and each set of open gates, not every half minute."""
    planned, names = file.starts_at.isoformat() if file.starts_at else "", list(missing)
    last = last_refusal()
    if last is not None and last.details.get("planned", "") == planned and last.details.get("missing") == names:
        return
    event = note("start_refused", by=by, at=at, step="live", planned=planned, missing=names)
    do_later(Posting("mail_start_refused", 0, event), at=at)


def last_refusal() -> FileEvent | None:
    """When a start of the current file was refused last, and what was missing."""
    return session().scalars(
        select(FileEvent).where(FileEvent.act == "start_refused", FileEvent.file_id == current_file())
        .order_by(FileEvent.id.desc()).limit(1)
    ).one_or_none()


def start_due(settings: Settings, at: datetime) -> list[uuid.UUID]:
    """Start every Kommune whose hour has come, each in its own transaction. Returns those that were started."""
    _tell_towns(at)
    started = []

    def start(file_id: uuid.UUID) -> None:
        if start_file(file_id, settings, by=SYSTEM, at=at, only_if_due=True).started:
            started.append(file_id)

    for_each(_due(at), start, slot="start_towns")
    return started


def _due(at: datetime) -> list[uuid.UUID]:
    """Files whose hour has come. One that was refused at its hour is tried for half a day, then needs a new date."""
    refused = select(FileEvent.file_id).where(
        FileEvent.file_id == JoiningFile.file_id, FileEvent.act == "start_refused",
        FileEvent.at >= JoiningFile.starts_at,
    ).exists()
    return list(session().scalars(
        select(JoiningFile.file_id).where(
            JoiningFile.starts_at <= at, JoiningFile.started_at.is_(None), JoiningFile.withdrawn_at.is_(None),
            JoiningFile.refused_at.is_(None), or_(JoiningFile.starts_at > at - STILL_THE_SAME_START, ~refused),
        ).order_by(JoiningFile.starts_at, JoiningFile.file_id)
    ))


def _tell_towns(at: datetime) -> None:
    """Where a town was made after its date was fixed, its own page learns the date too."""
    rows = session().execute(
        select(Tenant.id, JoiningFile.starts_at)
        .join(JoiningFile, JoiningFile.municipality_id == Tenant.municipality_id)
        .where(and_(
            JoiningFile.started_at.is_(None), Tenant.state.not_in(STARTED | {TenantState.closed}),
            JoiningFile.starts_at > at, Tenant.starts_at.is_distinct_from(JoiningFile.starts_at),
        ))
    ).all()
    for tenant_id, starts_at in rows:
        try:
            plan_start(tenant_id, starts_at, at=at)
        except Stale:
            session().rollback()
    session().commit()


def moment_of(event: FileEvent) -> datetime | None:
    """The planned hour a refusal was about, on the clock of Berlin."""
    planned = event.details.get("planned", "")
    return datetime.fromisoformat(planned).astimezone(BERLIN) if planned else None
