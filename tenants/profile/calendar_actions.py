"""When a town's offices are closed. Each change counts the calendar's version up and stands in the town's log.

Due moments are stored with each report; a change here touches none of them (see `tenants.reports.recompute`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import WorkingCalendar, is_working_day, local_day
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.wording import gettext as _
from tenants.profile.changes import begin_change, note_change
from tenants.profile.models import ClosingDay, Profile

LONGEST_RANGE = 92
FURTHEST = timedelta(days=3 * 366)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Closing:
    """Days in a row on which the offices are closed for one reason; both days belong to it."""

    first: date
    last: date
    reason: str

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def closings() -> list[Closing]:
    """All closing days of the town, as ranges, the earliest first."""
    ranges: list[Closing] = []
    for row in session().scalars(select(ClosingDay).order_by(ClosingDay.day)):
        before = ranges[-1] if ranges else None
        if before is not None and before.last + _ONE_DAY == row.day and before.reason == row.reason:
            ranges[-1] = Closing(before.first, row.day, row.reason)
        else:
            ranges.append(Closing(row.day, row.day, row.reason))
    return ranges


def add_closing(
    first: date, last: date, reason: str, *, calendar: WorkingCalendar, version: int, by: Actor, at: datetime
) -> int:
    """The offices are closed from the first to the last day. Returns how many working days fall away.

    Raises Invalid with the sentence for each field, Stale when the calendar is not the version that was seen.
    """
    begin_change()
    profile = _profile(version)
    _demand_sound(first, last, at)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    lost = sum(is_working_day(day, calendar) for day in days)
    if not lost:
        raise Invalid(fields={"first": _("In diesem Zeitraum ist ohnehin kein Arbeitstag.")})
    values = [{"day": day, "reason": reason} for day in days]
    session().execute(insert(ClosingDay).values(values).on_conflict_do_nothing())
    profile.calendar_version += 1
    note_change("closing_added", by=by, at=at, first=first.isoformat(), last=last.isoformat(), reason=reason, days=lost)
    return lost


def remove_closing(first: date, last: date, *, version: int, by: Actor, at: datetime) -> None:
    """The offices are open after all. Past days stay: what was due then was counted with them.

    Raises NotThere when no such day lies ahead, Stale.
    """
    begin_change()
    profile = _profile(version)
    today = local_day(at)
    gone = session().scalars(
        delete(ClosingDay).where(ClosingDay.day >= max(first, today), ClosingDay.day <= last)
        .returning(ClosingDay.day)
    ).all()
    if not gone:
        raise NotThere()
    profile.calendar_version += 1
    note_change("closing_removed", by=by, at=at, first=min(gone).isoformat(), last=max(gone).isoformat())


def switch_december_days(closed: bool, *, version: int, by: Actor, at: datetime) -> None:
    """Whether the offices are closed on 24 and 31 December, which are no holidays. Raises Stale."""
    begin_change()
    profile = _profile(version)
    if profile.closed_on_24_and_31_december != closed:
        profile.closed_on_24_and_31_december = closed
        profile.calendar_version += 1
        note_change("december_switched", by=by, at=at, closed=closed)


def _profile(version: int) -> Profile:
    profile = session().scalars(
        select(Profile).with_for_update().execution_options(populate_existing=True)
    ).one()
    if profile.calendar_version != version:
        raise Stale(_(
            "Jemand anderes hat den Kalender gerade geändert. Bitte sehen Sie nach und speichern Sie dann noch einmal."
        ))
    return profile


def _demand_sound(first: date, last: date, at: datetime) -> None:
    problems = {}
    today = local_day(at)
    if first < today:
        problems["first"] = _("Der erste Tag liegt in der Vergangenheit.")
    elif first > today + FURTHEST:
        problems["first"] = _("Der Zeitraum liegt zu weit in der Zukunft.")
    if last < first:
        problems["last"] = _("Der letzte Tag liegt vor dem ersten.")
    elif (last - first).days >= LONGEST_RANGE:
        problems["last"] = _("Bitte höchstens drei Monate auf einmal.")
    if problems:
        raise Invalid(fields=problems)
