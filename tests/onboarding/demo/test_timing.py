"""The demo's stories happen in the past, in order, in office hours, whenever it is loaded."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maerker.calendar.deadlines import WorkingCalendar, is_working_day
from maerker.clock import BERLIN
from onboarding.demo.stories import DemoTown, Story, read_towns
from onboarding.demo.timing import closing_day, is_told, received_at, step_moments

CALENDAR = WorkingCalendar()
TOWNS = list(read_towns())
STORIES = [story for town in TOWNS for story in town.stories]
LOAD_MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(now=LOAD_MOMENTS, story=st.sampled_from(STORIES))
@settings(max_examples=300)
def test_a_history_is_in_order_and_in_the_past(now: datetime, story: Story) -> None:
    received = received_at(story, now)
    moments = [received, *step_moments(story, received, now, CALENDAR)]
    assert moments == sorted(moments)
    assert len(set(moments)) == len(moments)
    assert moments[-1] < now


@given(now=LOAD_MOMENTS, story=st.sampled_from([story for story in STORIES if story.days_ago > 100]))
@settings(max_examples=200)
def test_the_office_works_on_working_days(now: datetime, story: Story) -> None:
    received = received_at(story, now)
    for step, moment in zip(story.steps, step_moments(story, received, now, CALENDAR), strict=True):
        if step.after_days < 40:
            assert is_working_day(moment.astimezone(BERLIN).date(), CALENDAR), step
            assert 7 <= moment.astimezone(BERLIN).hour < 18


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.slug)
def test_some_wait_today_and_some_are_long_overdue(town: DemoTown) -> None:
    now = datetime(2026, 11, 24, 12, 0, tzinfo=BERLIN)
    waiting = [story for story in town.stories if not story.steps]
    assert any(received_at(story, now) > now - timedelta(days=1) for story in waiting)
    assert any(received_at(story, now) < now - timedelta(days=5) for story in waiting)


def test_nobody_reports_ice_in_july() -> None:
    winter = [story for story in STORIES if story.category == "winter"]
    assert len(winter) == 4
    assert not any(is_told(story, datetime(2026, 7, 20, 9, 0, tzinfo=BERLIN)) for story in winter)
    assert all(is_told(story, datetime(2026, 1, 20, 9, 0, tzinfo=BERLIN)) for story in winter)


def test_a_report_of_today_never_lies_ahead() -> None:
    early = datetime(2026, 5, 5, 3, 0, tzinfo=BERLIN)
    today = [story for story in STORIES if story.days_ago == 0]
    assert today
    assert all(early - timedelta(hours=1) < received_at(story, early) < early for story in today)


@given(now=LOAD_MOMENTS, days=st.integers(-90, 90))
def test_closing_days_are_weekdays(now: datetime, days: int) -> None:
    assert closing_day(now, days).weekday() < 5
