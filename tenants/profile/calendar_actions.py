"""When a town's offices are closed. Each change counts the calendar's version up and stands in the town's log.

Due moments are stored with each report; a change here touches none of them (see `tenants.reports.recompute`).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import WorkingCalendar, due_after_working_days, is_working_day, last_day, local_day
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.wording import gettext as _
from tenants.profile.changes import ChangedMeanwhile, begin_change, note_change
from tenants.profile.models import ClosingDay, Profile
from tenants.profile.town import Town

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


@dataclass(frozen=True)
class Effect:
    """What a change means for one report: received at 15:00 of a day, answered by the end of which day."""

    received: date
    before: date
    after: date


def effect_of(change: WorkingCalendar, town: Town, first: date, at: datetime) -> Effect:
    """By an example: a report of today, or of the day before the first day that changes, if that lies later."""
    received = max(local_day(at), first - _ONE_DAY)
    return Effect(received, answer_due(received, town.calendar, town), answer_due(received, change, town))


def answer_due(received: date, calendar: WorkingCalendar, town: Town) -> date:
    """The last day on which a report of a day, 15:00, can be answered in time."""
    arrived = datetime.combine(received, time(15), BERLIN)
    return last_day(due_after_working_days(arrived, town.promise.first_answer_days, calendar))


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
    first: date, last: date, reason: str, *, town: Town, version: int, by: Actor, at: datetime
) -> int:
    """The offices are closed from the first to the last day. Returns how many working days fall away.

    Raises Invalid with the sentence for each field, Stale when the calendar is not the version that was seen.
    """
    begin_change()
    profile = _profile(version)
    _demand_sound(first, last, at)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    lost = sum(is_working_day(day, town.calendar) for day in days)
    if not lost:
        raise Invalid(fields={"first": _("In diesem Zeitraum ist ohnehin kein Arbeitstag.")})
    values = [{"day": day, "reason": reason} for day in days]
    session().execute(insert(ClosingDay).values(values).on_conflict_do_nothing())
    profile.calendar_version += 1
    closed = replace(town.calendar, closing_days=town.calendar.closing_days | set(days))
    note_change("closing_added", by=by, at=at, first=first.isoformat(), last=last.isoformat(), reason=reason, days=lost,
                **_in_details(effect_of(closed, town, first, at)))
    return lost


def remove_closing(first: date, last: date, *, town: Town, version: int, by: Actor, at: datetime) -> None:
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
    opened = replace(town.calendar, closing_days=town.calendar.closing_days - set(gone))
    note_change("closing_removed", by=by, at=at, first=min(gone).isoformat(), last=max(gone).isoformat(),
                **_in_details(effect_of(opened, town, min(gone), at)))


def switch_december_days(closed: bool, *, town: Town, version: int, by: Actor, at: datetime) -> None:
    """Whether the offices are closed on 24 and 31 December, which are no holidays. Raises Stale."""
    begin_change()
    profile = _profile(version)
    if profile.closed_on_24_and_31_december != closed:
        profile.closed_on_24_and_31_december = closed
        profile.calendar_version += 1
        switched = replace(town.calendar, closed_on_24_and_31_december=closed)
        next_one = date(local_day(at).year, 12, 24)
        note_change("december_switched", by=by, at=at, closed=closed,
                    **_in_details(effect_of(switched, town, next_one, at)))


def _profile(version: int) -> Profile:
    profile = session().scalars(
        select(Profile).with_for_update().execution_options(populate_existing=True)
    ).one()
    if profile.calendar_version != version:
        raise ChangedMeanwhile(_(
            "Jemand anderes hat den Kalender gerade geändert. Bitte sehen Sie nach und speichern Sie dann noch einmal."
        ))
    return profile


def _in_details(effect: Effect) -> dict[str, str]:
    return {name: getattr(effect, name).isoformat() for name in ("received", "before", "after")}


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
