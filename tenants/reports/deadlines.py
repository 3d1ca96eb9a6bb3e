"""What the service promise owes a reporter, as three clocks for each report.

Pure: no database, no web. The moments are stored with the report and the calendar version they came from; a later
change of the calendar recomputes them only by an explicit, logged act.
"""

from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import NamedTuple

from maerker.calendar.deadlines import (
    WorkingCalendar,
    due_after_working_days,
    is_working_day,
    local_day,
    next_working_day,
)
from maerker.clock import BERLIN


class Clock(StrEnum):
    """What the town owes, in the order in which a tie is shown."""

    PUBLICATION = "publication"
    FIRST_ANSWER = "first_answer"
    FORWARDING = "forwarding"


@dataclass(frozen=True)
class Promise:
    """A town's figures: the state-wide promise, or sharper ones, never weaker.

    `first_answer_days` and `forwarding_days` are working days (1 to 3). What is entered by `publication_cutoff`
    (14:00 or later) is public by `publish_by` (18:00 or earlier) of the next working day; both are local times.
    Raises ValueError for a figure that promises less than the state-wide text.
    """

    first_answer_days: int = 3
    forwarding_days: int = 3
    publication_cutoff: time = time(14)
    publish_by: time = time(18)

    def __post_init__(self) -> None:
        if not 1 <= self.first_answer_days <= 3 or not 1 <= self.forwarding_days <= 3:
            raise ValueError("the promise allows one to three working days")
        if self.publication_cutoff.tzinfo or self.publish_by.tzinfo:
            raise ValueError("the promise's hours are local times without a zone")
        if self.publication_cutoff < time(14):
            raise ValueError("what is entered by 14:00 must be public on the next working day")
        if self.publish_by > time(18):
            raise ValueError("the promise allows publication until 18:00 at the latest")


@dataclass(frozen=True)
class DueMoments:
    """The three moments at which a report becomes overdue; each exclusive, aware, in Europe/Berlin."""

    publication: datetime
    first_answer: datetime
    forwarding: datetime


@dataclass(frozen=True)
class Stops:
    """What has happened to a report so far, as far as it stops a clock. An automatic mail is none of these.

    `released_at`: the release decision, whichever it was. `answered_at`: the first answer a person worded (to the
    reporter alone, if the report is not public; the reason of a rejection counts). `forwarded_at`: passed on to who is
    competent. `accepted_at`: a department accepted it, so that there is nothing to forward. `ended_at`: the
    case ended in another way.
    """

    released_at: datetime | None = None
    answered_at: datetime | None = None
    forwarded_at: datetime | None = None
    accepted_at: datetime | None = None
    ended_at: datetime | None = None


class NextDue(NamedTuple):
    """The clock that runs out first, and when."""

    clock: Clock
    due: datetime


def due_moments(received: datetime, calendar: WorkingCalendar, promise: Promise | None = None) -> DueMoments:
    """By when a report that came in at `received` has to be public, answered, and passed on if others are competent.

    Points 1, 3 and 5 of the service promise; days are counted as in §§ 187, 188 BGB. Without a promise the
    state-wide one holds. Raises ValueError for a naive moment.
    """
    promise = promise or Promise()
    return DueMoments(
        publication=_publication_due(received, calendar, promise),
        first_answer=due_after_working_days(received, promise.first_answer_days, calendar),
        forwarding=due_after_working_days(received, promise.forwarding_days, calendar),
    )


def running(moments: DueMoments, stops: Stops) -> tuple[NextDue, ...]:
    """The clocks that nothing has stopped yet, the nearest first."""
    stopped = {
        Clock.PUBLICATION: stops.released_at,
        Clock.FIRST_ANSWER: stops.answered_at,
        Clock.FORWARDING: stops.forwarded_at or stops.accepted_at,
    }
    left = [
        NextDue(clock, getattr(moments, clock.value))
        for clock in Clock
        if stopped[clock] is None and stops.ended_at is None
    ]
    return tuple(sorted(left, key=lambda item: item.due))


def next_due(moments: DueMoments, stops: Stops) -> NextDue | None:
    """What the town owes next, for the order of the inbox; None if it has kept everything it promised."""
    left = running(moments, stops)
    return left[0] if left else None


def _publication_due(received: datetime, calendar: WorkingCalendar, promise: Promise) -> datetime:
    """Entered in time on a working day: the next one. Later, or on another day: as if entered on the next one.

    So Saturday -> Tuesday 18:00, since it counts as entered on Monday morning.
    """
    day = local_day(received)
    local_time = received.astimezone(BERLIN).time()
    if not is_working_day(day, calendar) or local_time > promise.publication_cutoff:
        day = next_working_day(day, calendar)
    return datetime.combine(next_working_day(day, calendar), promise.publish_by, BERLIN)
