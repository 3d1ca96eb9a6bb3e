"""The date and hour of the start: fixed, moved, taken back by the operator; told to everybody in the file.

Gates may still be open when a date is fixed: the job that starts the town refuses then. Several Kommunen may start on
the same day.
"""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from maerker.audit.actor import SYSTEM, Actor
from maerker.calendar.deadlines import WorkingCalendar, is_working_day
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid, Stale
from maerker.jobs.outbox import Posting
from maerker.wording import gettext as _
from onboarding.applications.actions import held_file
from onboarding.applications.history import do_later, note
from onboarding.applications.models import FileEvent, JoiningFile
from onboarding.applications.standing import restate
from tenants.registry.models import ExtraHoliday, Tenant
from tenants.registry.state_actions import plan_start

LONGEST_AHEAD = timedelta(days=3 * 366)


def fix_start(file_id: uuid.UUID, starts_at: datetime, *, by: Actor, at: datetime, sure: bool = False) -> None:
    """Set or move the moment at which a Kommune goes live; the same moment again changes nothing.

    `sure`: a day on which the administration does not work is meant so. Raises Invalid by field (`starts_at`; `sure`
    for such a day), Stale after the start.
    """
    with file_scope(file_id):
        file = _not_started()
        if starts_at == file.starts_at:
            return
        _check_moment(starts_at, at)
        if not sure and not works_on(starts_at.astimezone(BERLIN).date()):
            raise Invalid(fields={"sure": _("An diesem Tag arbeitet die Verwaltung nicht. Bitte bestätigen Sie, dass "
                                            "der Start trotzdem dann sein soll.")})
        before = file.starts_at
        file.starts_at, file.start_fixed_at, file.start_fixed_by = starts_at, at, by.name
        event = note("start_moved" if before else "start_fixed", by=by, at=at, step="start_date",
                     moment=starts_at.isoformat(), moment_before=before and before.isoformat())
        do_later(Posting("mail_start_fixed", 0, event), at=at)
        _tell_town(file, at)


def cancel_start(file_id: uuid.UUID, reason: str, *, by: Actor, at: datetime) -> None:
    """Take the date back; everything else stays as it is. Raises Invalid without a reason, Stale after the start."""
    with file_scope(file_id):
        file = _not_started()
        if file.starts_at is None:
            return
        if len(reason.strip()) < 10:
            raise Invalid(fields={"reason": _("Bitte schreiben Sie einen Grund, den die Kommune versteht.")})
        before = file.starts_at
        file.starts_at, file.start_fixed_at, file.start_fixed_by = None, None, ""
        event = note("start_cancelled", by=by, at=at, step="start_date", moment_before=before.isoformat(),
                     reason=reason.strip())
        do_later(Posting("mail_start_cancelled", 0, event), at=at)
        _tell_town(file, at)


def drop_start_of_withdrawn(file_id: uuid.UUID, *, at: datetime) -> None:
    """Whoever withdraws gives up the date as well; a new one is agreed on if the application is taken up again."""
    with file_scope(file_id):
        file = held_file()
        if file.starts_at is None or file.started_at is not None or not was_withdrawn_since(file):
            return
        before = file.starts_at
        file.starts_at, file.start_fixed_at, file.start_fixed_by = None, None, ""
        note("start_dropped", by=SYSTEM, at=at, step="start_date", moment_before=before.isoformat())
        _tell_town(file, at)


def was_withdrawn_since(file: JoiningFile) -> bool:
    """Whether the application was withdrawn after the date was fixed: a date fixed later on holds."""
    withdrawn = select(func.max(FileEvent.at)).where(FileEvent.file_id == file.file_id, FileEvent.act == "withdrawn")
    last = session().scalar(withdrawn)
    return last is not None and (file.start_fixed_at is None or file.start_fixed_at <= last)


def works_on(day: date) -> bool:
    """Whether administrations work on this day; what a single town has closed is not asked."""
    return is_working_day(day, state_calendar())


def state_calendar() -> WorkingCalendar:
    """The days off that all Kommunen share."""
    return WorkingCalendar(extra_holidays=frozenset(session().scalars(select(ExtraHoliday.day))))


def _not_started() -> JoiningFile:
    file = held_file()
    if file.started_at is not None:
        raise Stale(_("Diese Kommune ist schon gestartet."))
    if file.refused_at is not None or file.withdrawn_at is not None or file.admitted_at is None:
        raise Invalid(_("Ein Starttermin ist erst möglich, wenn der Antrag angenommen ist."))
    return file


def _check_moment(starts_at: datetime, at: datetime) -> None:
    if starts_at <= at:
        raise Invalid(fields={"starts_at": _("Der Start liegt in der Vergangenheit.")})
    if starts_at > at + LONGEST_AHEAD:
        raise Invalid(fields={"starts_at": _("Bitte legen Sie einen Termin in den nächsten drei Jahren fest.")})


def _tell_town(file: JoiningFile, at: datetime) -> None:
    """The town's own "soon here" page tells the date as well, if the town has been set up."""
    session().flush()
    tenant_id = session().scalar(select(Tenant.id).where(Tenant.municipality_id == file.municipality_id))
    if tenant_id is not None:
        plan_start(tenant_id, file.starts_at, at=at)
    restate(at=at)
