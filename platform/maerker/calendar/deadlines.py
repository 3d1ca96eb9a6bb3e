"""By when something has to be done, counted in working days.

A due moment is **exclusive**: the first instant at which it is too late. A period that ends with a day ends at its
24:00, which is written as 00:00 of the following day, local time. Who shows it to people says the last day:
``last_day(due)``, never the date of the moment itself.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from maerker.calendar.holidays import STATES, public_holidays
from maerker.clock import BERLIN

_ONE_DAY = timedelta(days=1)
_OFTEN_CLOSED = frozenset({(12, 24), (12, 31)})


@dataclass(frozen=True)
class WorkingCalendar:
    """On which days a town's administration works.

    `state` is the two letters of the Bundesland. `closing_days` are the town's own, `extra_holidays` single ones the
    state proclaimed. `version` is stored with every due moment that was computed from this calendar.
    Raises ValueError for an unknown state.
    """

    state: str = "BB"
    closed_on_24_and_31_december: bool = True
    closing_days: frozenset[date] = field(default_factory=frozenset)
    extra_holidays: frozenset[date] = field(default_factory=frozenset)
    version: int = 1

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"{self.state!r} is none of the sixteen states")


def is_working_day(day: date, calendar: WorkingCalendar) -> bool:
    """Whether the administration works on this day: Monday to Friday, no holiday, no closing day.

    Raises YearUnknown outside 1991 to 2100.
    """
    if day.weekday() >= 5 or day in calendar.closing_days or day in calendar.extra_holidays:
        return False
    if calendar.closed_on_24_and_31_december and (day.month, day.day) in _OFTEN_CLOSED:
        return False
    return day not in public_holidays(calendar.state, day.year)


def next_working_day(day: date, calendar: WorkingCalendar) -> date:
    """The first working day after this one; the day itself never counts."""
    day += _ONE_DAY
    while not is_working_day(day, calendar):
        day += _ONE_DAY
    return day


def due_after_working_days(received: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """By when something that arrived at `received` has to be done if the town has so many working days for it.

    The day of arrival does not count (§ 187 (1) BGB); the period ends with the end of its last day (§ 188 (1) BGB),
    in the town's time: what arrives on Friday, Saturday or Sunday is due at the end of Wednesday for three days.
    The answer is aware, in Europe/Berlin, exclusive: 00:00 of the day after the last one.
    Raises ValueError for a naive moment or less than one day.
    """
    if days < 1:
        raise ValueError("a period has at least one working day")
    day = local_day(received)
    for _ in range(days):
        day = next_working_day(day, calendar)
    return datetime.combine(day + _ONE_DAY, time(), BERLIN)


def last_day(due: datetime) -> date:
    """The day to tell people: the last one on which there is still time. Wednesday for Thursday 00:00."""
    return (_in_berlin(due) - timedelta(microseconds=1)).date()


def end_of_day(moment: datetime) -> datetime:
    """The midnight after the day of a moment, in the town's time: a day may have 23 or 25 hours."""
    return datetime.combine(local_day(moment) + _ONE_DAY, time(), BERLIN)


def is_overdue(due: datetime, at: datetime) -> bool:
    """Whether it is too late at `at`; the due moment itself is already too late."""
    return at >= due


def local_day(moment: datetime) -> date:
    """The day in the town on which something happened. Raises ValueError for a naive moment."""
    return _in_berlin(moment).date()


def _in_berlin(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(BERLIN)
