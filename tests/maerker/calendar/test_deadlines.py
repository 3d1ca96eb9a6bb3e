"""Working days and due moments: every worked example of the promise, and the edges of the calendar."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import assume, given
from hypothesis import strategies as st

import maerker
from maerker.calendar.deadlines import (
    WorkingCalendar,
    due_after_working_days,
    is_overdue,
    is_working_day,
    last_day,
    local_day,
    next_working_day,
)
from maerker.calendar.holidays import STATES, YearUnknown, public_holidays
from maerker.clock import BERLIN, now

BRANDENBURG = WorkingCalendar()
OPEN_ON_CHRISTMAS_EVE = WorkingCalendar(closed_on_24_and_31_december=False)

days = st.dates(date(1991, 1, 1), date(2099, 11, 30))
moments = st.datetimes(datetime(1991, 1, 1), datetime(2099, 11, 30), timezones=st.just(UTC))  # noqa: DTZ001
calendars = st.builds(
    WorkingCalendar,
    state=st.sampled_from(sorted(STATES)),
    closed_on_24_and_31_december=st.booleans(),
    closing_days=st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=20),
    extra_holidays=st.frozensets(st.dates(date(2025, 1, 1), date(2027, 12, 31)), max_size=3),
)


def berlin(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


def test_the_clock_is_aware_and_can_be_held():
    with time_machine.travel(berlin(2026, 11, 27, 20), tick=False):
        assert now() == berlin(2026, 11, 27, 20)
        assert now().tzinfo is UTC


@pytest.mark.parametrize(
    ("received", "last", "calendar"),
    [
        pytest.param(berlin(2026, 11, 27, 20), date(2026, 12, 2), BRANDENBURG, id="Friday evening"),
        pytest.param(berlin(2026, 11, 28, 9), date(2026, 12, 2), BRANDENBURG, id="Saturday"),
        pytest.param(berlin(2026, 11, 29, 23, 59), date(2026, 12, 2), BRANDENBURG, id="Sunday"),
        pytest.param(berlin(2026, 11, 30, 0, 0), date(2026, 12, 3), BRANDENBURG, id="Monday, first minute"),
        pytest.param(berlin(2026, 4, 2), date(2026, 4, 9), BRANDENBURG, id="Thursday before Easter"),
        pytest.param(berlin(2026, 12, 22), date(2026, 12, 29), BRANDENBURG, id="24 December closed"),
        pytest.param(berlin(2026, 12, 22), date(2026, 12, 28), OPEN_ON_CHRISTMAS_EVE, id="24 December open"),
        pytest.param(berlin(2026, 12, 30), date(2027, 1, 6), BRANDENBURG, id="turn of the year"),
        pytest.param(berlin(2026, 12, 30), date(2027, 1, 5), OPEN_ON_CHRISTMAS_EVE, id="turn of the year, 31st open"),
        pytest.param(berlin(2026, 5, 12), date(2026, 5, 18), BRANDENBURG, id="Ascension Day"),
        pytest.param(berlin(2026, 5, 22), date(2026, 5, 28), BRANDENBURG, id="Whit Monday"),
        pytest.param(berlin(2025, 10, 29), date(2025, 11, 4), BRANDENBURG, id="Reformation Day on a Friday"),
        pytest.param(berlin(2024, 2, 27), date(2024, 3, 1), BRANDENBURG, id="leap day counts"),
        pytest.param(berlin(2024, 2, 29), date(2024, 3, 5), BRANDENBURG, id="received on the leap day"),
        pytest.param(berlin(2023, 2, 27), date(2023, 3, 2), BRANDENBURG, id="no leap day"),
        pytest.param(berlin(2026, 6, 29), date(2026, 7, 2), BRANDENBURG, id="turn of the month"),
        pytest.param(berlin(2026, 3, 27, 20), date(2026, 4, 1), BRANDENBURG, id="clocks go forward on 29 March"),
        pytest.param(berlin(2026, 10, 23, 20), date(2026, 10, 28), BRANDENBURG, id="clocks go back on 25 October"),
    ],
)
def test_three_working_days(received: datetime, last: date, calendar: WorkingCalendar):
    due = due_after_working_days(received, 3, calendar)
    assert last_day(due) == last
    assert due == datetime.combine(last + timedelta(days=1), time(), BERLIN)


def test_the_due_moment_is_local_midnight_summer_and_winter():
    assert due_after_working_days(berlin(2026, 3, 26), 1, BRANDENBURG).astimezone(UTC).hour == 23
    assert due_after_working_days(berlin(2026, 3, 27), 1, BRANDENBURG).astimezone(UTC).hour == 22
    assert due_after_working_days(berlin(2026, 10, 22), 1, BRANDENBURG).astimezone(UTC).hour == 22
    assert due_after_working_days(berlin(2026, 10, 23), 1, BRANDENBURG).astimezone(UTC).hour == 23


def test_the_day_is_the_towns_day_not_that_of_utc():
    friday_in_utc_saturday_in_cottbus = datetime(2026, 6, 5, 22, 30, tzinfo=UTC)
    assert local_day(friday_in_utc_saturday_in_cottbus) == date(2026, 6, 6)
    thursday_in_utc_friday_in_cottbus = datetime(2026, 6, 4, 22, 30, tzinfo=UTC)
    assert last_day(due_after_working_days(thursday_in_utc_friday_in_cottbus, 1, BRANDENBURG)) == date(2026, 6, 8)


def test_the_last_day_is_what_people_are_told_whatever_the_zone():
    due = berlin(2026, 12, 3, 0, 0)
    assert last_day(due) == last_day(due.astimezone(UTC)) == date(2026, 12, 2)
    assert last_day(berlin(2026, 12, 2, 18)) == date(2026, 12, 2)


def test_a_due_moment_is_exclusive():
    due = berlin(2026, 12, 3, 0, 0)
    assert not is_overdue(due, due - timedelta(microseconds=1))
    assert is_overdue(due, due)


def test_closing_days_and_extra_holidays_do_not_count():
    calendar = WorkingCalendar(
        closing_days=frozenset({date(2026, 11, 30)}), extra_holidays=frozenset({date(2026, 12, 1)})
    )
    assert last_day(due_after_working_days(berlin(2026, 11, 27), 3, calendar)) == date(2026, 12, 4)


def test_holidays_of_brandenburg():
    assert public_holidays("BB", 2026) == {
        date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 5), date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 14),
        date(2026, 5, 24), date(2026, 5, 25), date(2026, 10, 3), date(2026, 10, 31), date(2026, 12, 25),
        date(2026, 12, 26),
    }  # fmt: skip


def test_other_states_by_setting():
    epiphany, corpus_christi, womens_day = date(2026, 1, 6), date(2026, 6, 4), date(2027, 3, 8)
    assert is_working_day(epiphany, BRANDENBURG)
    assert not is_working_day(epiphany, WorkingCalendar(state="BY"))
    assert not is_working_day(corpus_christi, WorkingCalendar(state="NW"))
    assert is_working_day(womens_day, BRANDENBURG)
    assert not is_working_day(womens_day, WorkingCalendar(state="BE"))
    assert is_working_day(date(2025, 10, 31), WorkingCalendar(state="BE"))


def test_christmas_eve_and_new_years_eve_are_a_switch():
    for day in (date(2026, 12, 24), date(2026, 12, 31)):
        assert not is_working_day(day, BRANDENBURG)
        assert is_working_day(day, OPEN_ON_CHRISTMAS_EVE)
    assert is_working_day(date(2026, 12, 23), BRANDENBURG)


@pytest.mark.parametrize("state", ["", "XX", "Augsburg", "bb"])
def test_no_calendar_for_an_unknown_state(state: str):
    with pytest.raises(ValueError, match="sixteen states"):
        WorkingCalendar(state=state)


def test_a_naive_moment_and_an_empty_period_are_refused():
    with pytest.raises(ValueError, match="time zone"):
        due_after_working_days(datetime(2026, 11, 27), 3, BRANDENBURG)  # noqa: DTZ001
    with pytest.raises(ValueError, match="time zone"):
        last_day(datetime(2026, 11, 27))  # noqa: DTZ001
    with pytest.raises(ValueError, match="at least one"):
        due_after_working_days(berlin(2026, 11, 27), 0, BRANDENBURG)


def test_years_without_known_holidays_are_refused_instead_of_guessed():
    with pytest.raises(YearUnknown):
        is_working_day(date(1990, 10, 3), BRANDENBURG)
    with pytest.raises(YearUnknown):
        due_after_working_days(berlin(2100, 12, 30), 3, BRANDENBURG)


@given(moments, st.integers(1, 30), calendars)
def test_the_period_holds_exactly_its_working_days(received: datetime, count: int, calendar: WorkingCalendar):
    last = last_day(due_after_working_days(received, count, calendar))
    assert is_working_day(last, calendar)
    first = local_day(received)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    assert sum(is_working_day(day, calendar) for day in days) == count


@given(moments, st.integers(1, 10), calendars)
def test_more_days_never_end_sooner(received: datetime, count: int, calendar: WorkingCalendar):
    due = due_after_working_days(received, count, calendar)
    assert due > received
    assert due_after_working_days(received, count + 1, calendar) > due


@given(moments, moments, calendars)
def test_what_came_first_is_due_first(one: datetime, other: datetime, calendar: WorkingCalendar):
    assume(one <= other)
    assert due_after_working_days(one, 3, calendar) <= due_after_working_days(other, 3, calendar)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=1)), calendars)
def test_the_hour_of_arrival_does_not_matter(moment: datetime, later: timedelta, calendar: WorkingCalendar):
    other = moment + later
    assume(local_day(moment) == local_day(other))
    assert due_after_working_days(moment, 3, calendar) == due_after_working_days(other, 3, calendar)


@given(days, calendars)
def test_nothing_between_a_day_and_the_next_working_day_is_one(day: date, calendar: WorkingCalendar):
    following = next_working_day(day, calendar)
    assert following > day
    assert is_working_day(following, calendar)
    between = (day + timedelta(days=n) for n in range(1, (following - day).days))
    assert not any(is_working_day(skipped, calendar) for skipped in between)


@given(moments, calendars, days)
def test_a_further_closing_day_never_shortens_a_period(received: datetime, calendar: WorkingCalendar, closed: date):
    stricter = WorkingCalendar(
        calendar.state,
        calendar.closed_on_24_and_31_december,
        calendar.closing_days | {closed},
        calendar.extra_holidays,
    )
    assert due_after_working_days(received, 3, stricter) >= due_after_working_days(received, 3, calendar)


def test_only_germany_is_imported_and_the_other_countries_stay_available():
    script = """
import json, sys
import maerker.calendar.deadlines
loaded = [name for name in sys.modules if name.startswith("holidays.countries")]
import holidays
print(json.dumps([loaded, len(holidays.Poland(years=2026))]))
"""
    environment = {"PYTHONPATH": str(Path(maerker.__file__).parents[1])}
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    loaded, polish_holidays = json.loads(answer.stdout)
    assert loaded == ["holidays.countries.germany"]
    assert polish_holidays > 10
