"""When the demo's stories happened, counted back from the moment at which it is loaded.

Nothing lies in the future, offices work on working days only, and a history stays in its order. What would lie in the
future because the demo is loaded early in the day or after a weekend is moved to shortly before now.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from maerker.calendar.deadlines import WorkingCalendar, is_working_day, next_working_day
from maerker.clock import BERLIN
from onboarding.demo.stories import Story

_LAST_SAME_DAY = time(14, 30)
_OPENS = time(7, 20)
_MINUTES_OPEN = 8 * 60
_BETWEEN_STEPS = timedelta(minutes=12)


def received_at(story: Story, now: datetime) -> datetime:
    """When the report came in (aware, Berlin time), at the latest minutes before `now`."""
    day = now.astimezone(BERLIN).date() - timedelta(days=story.days_ago)
    moment = datetime.combine(day, story.time, BERLIN)
    latest = now - timedelta(minutes=Random(story.key).randint(4, 50))
    return min(moment, latest).astimezone(BERLIN)


def is_told(story: Story, now: datetime) -> bool:
    """Whether the story fits its season: nobody reports ice in July."""
    return received_at(story, now).month in story.only_months


def step_moments(story: Story, received: datetime, now: datetime, calendar: WorkingCalendar) -> Iterator[datetime]:
    """The moment of each step of the story, in order, each after the one before and before `now`; the last is that of
    `still_there`, if it is said."""
    chance = Random(story.key)
    previous = received
    days = [step.after_days for step in story.steps] + ([story.still_there[0]] if story.still_there else [])
    for after_days in days:
        moment = _in_office_hours(received, after_days, chance, calendar)
        moment = max(moment, previous + _BETWEEN_STEPS)
        if moment >= now:
            moment = (previous + (now - previous) / 2).replace(microsecond=0)
        yield moment
        previous = moment


def closing_day(now: datetime, in_days: int) -> date:
    """A closing day that many days from now, moved off the weekend."""
    day = now.astimezone(BERLIN).date() + timedelta(days=in_days)
    return day - timedelta(days=max(0, day.weekday() - 4))


def _in_office_hours(received: datetime, days: int, chance: Random, calendar: WorkingCalendar) -> datetime:
    day = received.date()
    if days == 0 and is_working_day(day, calendar) and _OPENS <= received.time() <= _LAST_SAME_DAY:
        return received + timedelta(minutes=chance.randint(25, 110))
    for _ in range(max(1, days)):
        day = next_working_day(day, calendar)
    return datetime.combine(day, _OPENS, BERLIN) + timedelta(minutes=chance.randint(0, _MINUTES_OPEN))
