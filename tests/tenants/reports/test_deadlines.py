"""The promise's three clocks."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maerker.calendar.deadlines import WorkingCalendar, is_working_day, last_day
from maerker.clock import BERLIN
from tenants.reports.deadlines import Clock, DueMoments, NextDue, Promise, Stops, due_moments, next_due, running

BRANDENBURG = WorkingCalendar()
moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def berlin(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("received", "public_by"),
    [
        pytest.param(berlin(2026, 11, 23, 9), berlin(2026, 11, 24, 18), id="Monday morning -> Tuesday"),
        pytest.param(berlin(2026, 11, 23, 14), berlin(2026, 11, 24, 18), id="by 14:00 includes 14:00"),
        pytest.param(berlin(2026, 11, 23, 14, 1), berlin(2026, 11, 25, 18), id="Monday after 14:00 -> Wednesday"),
        pytest.param(berlin(2026, 11, 27, 13), berlin(2026, 11, 30, 18), id="Friday noon -> Monday"),
        pytest.param(berlin(2026, 11, 27, 20), berlin(2026, 12, 1, 18), id="Friday evening -> Tuesday"),
        pytest.param(berlin(2026, 11, 28, 9), berlin(2026, 12, 1, 18), id="Saturday -> Tuesday"),
        pytest.param(berlin(2026, 11, 29, 23), berlin(2026, 12, 1, 18), id="Sunday -> Tuesday"),
        pytest.param(berlin(2026, 4, 2, 10), berlin(2026, 4, 7, 18), id="Maundy Thursday morning -> Tuesday"),
        pytest.param(berlin(2026, 4, 2, 16), berlin(2026, 4, 8, 18), id="Maundy Thursday afternoon -> Wednesday"),
        pytest.param(berlin(2026, 4, 3, 10), berlin(2026, 4, 8, 18), id="Good Friday -> Wednesday"),
        pytest.param(berlin(2026, 12, 23, 10), berlin(2026, 12, 28, 18), id="over Christmas"),
        pytest.param(berlin(2026, 12, 30, 15), berlin(2027, 1, 5, 18), id="over the turn of the year"),
        pytest.param(berlin(2026, 3, 27, 15), berlin(2026, 3, 31, 18), id="clocks go forward"),
        pytest.param(berlin(2026, 10, 23, 15), berlin(2026, 10, 27, 18), id="clocks go back"),
        pytest.param(datetime(2026, 7, 1, 12, 30, tzinfo=UTC), berlin(2026, 7, 3, 18), id="14:30 local is 12:30 UTC"),
    ],
)
def test_publication(received: datetime, public_by: datetime):
    assert due_moments(received, BRANDENBURG).publication == public_by


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (berlin(2026, 11, 27, 20), date(2026, 12, 2)),
        (berlin(2026, 11, 28), date(2026, 12, 2)),
        (berlin(2026, 11, 29), date(2026, 12, 2)),
        (berlin(2026, 4, 2), date(2026, 4, 9)),
        (berlin(2026, 12, 22), date(2026, 12, 29)),
    ],
)
def test_first_answer_and_forwarding(received: datetime, last: date):
    due = due_moments(received, BRANDENBURG)
    assert last_day(due.first_answer) == last_day(due.forwarding) == last


def test_a_sharper_promise():
    promise = Promise(first_answer_days=2, forwarding_days=1, publication_cutoff=time(16), publish_by=time(12))
    due = due_moments(berlin(2026, 11, 23, 15, 30), BRANDENBURG, promise)
    assert due.publication == berlin(2026, 11, 24, 12)
    assert last_day(due.first_answer) == date(2026, 11, 25)
    assert last_day(due.forwarding) == date(2026, 11, 24)


@pytest.mark.parametrize(
    "weaker",
    [
        {"first_answer_days": 4},
        {"first_answer_days": 0},
        {"forwarding_days": 4},
        {"forwarding_days": -1},
        {"publication_cutoff": time(13, 59)},
        {"publish_by": time(18, 1)},
        {"publish_by": time(17, tzinfo=UTC)},
    ],
)
def test_a_weaker_promise_cannot_be_made(weaker: dict[str, object]):
    with pytest.raises(ValueError):
        Promise(**weaker)  # type: ignore[arg-type]


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        due_moments(datetime(2026, 11, 27), BRANDENBURG)  # noqa: DTZ001


@given(moments)
def test_publication_is_always_an_evening_of_a_working_day_at_most_the_second(received: datetime):
    due = due_moments(received, BRANDENBURG)
    assert due.publication.time() == time(18)
    assert is_working_day(last_day(due.publication), BRANDENBURG)
    assert received < due.publication < due.first_answer


@given(moments, st.integers(1, 3), st.integers(1, 3), st.times(time(14)), st.times(max_value=time(18)))
def test_a_sharper_promise_is_never_due_later(
    received: datetime, answer: int, forward: int, cutoff: time, publish_by: time
):
    usual = due_moments(received, BRANDENBURG)
    sharp = due_moments(received, BRANDENBURG, Promise(answer, forward, cutoff, publish_by))
    assert sharp.publication <= usual.publication
    assert sharp.first_answer <= usual.first_answer
    assert sharp.forwarding <= usual.forwarding
    assert sharp.publication > received


DUE = due_moments(berlin(2026, 11, 23, 9), BRANDENBURG, Promise(first_answer_days=3, forwarding_days=2))
LATER = berlin(2026, 11, 24, 9)


def test_the_nearest_running_clock_comes_first():
    assert next_due(DUE, Stops()) == NextDue(Clock.PUBLICATION, DUE.publication)
    assert [item.clock for item in running(DUE, Stops())] == [Clock.PUBLICATION, Clock.FORWARDING, Clock.FIRST_ANSWER]


@pytest.mark.parametrize(
    ("stops", "expected"),
    [
        (Stops(released_at=LATER), Clock.FORWARDING),
        (Stops(released_at=LATER, forwarded_at=LATER), Clock.FIRST_ANSWER),
        (Stops(released_at=LATER, accepted_at=LATER), Clock.FIRST_ANSWER),
        (Stops(answered_at=LATER), Clock.PUBLICATION),
        (Stops(released_at=LATER, answered_at=LATER), Clock.FORWARDING),
        (Stops(released_at=LATER, answered_at=LATER, accepted_at=LATER), None),
        (Stops(released_at=LATER, answered_at=LATER, forwarded_at=LATER), None),
        (Stops(released_at=LATER, ended_at=LATER), None),
        (Stops(ended_at=LATER), None),
    ],
)
def test_what_stops_which_clock(stops: Stops, expected: Clock | None):
    nearest = next_due(DUE, stops)
    assert (nearest.clock if nearest else None) == expected


def test_of_two_clocks_due_together_the_answer_is_shown():
    together = DueMoments(LATER + timedelta(days=9), LATER, LATER)
    assert next_due(together, Stops()) == NextDue(Clock.FIRST_ANSWER, LATER)
