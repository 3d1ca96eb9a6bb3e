"""What a change of the calendar means, by the examples that were worked out by hand (docs/glossary.md: Arbeitstag)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import text

from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from tenants.profile.calendar_actions import (
    Closing,
    Effect,
    add_closing,
    answer_due,
    closings,
    effect_of,
    remove_closing,
    switch_december_days,
)
from tests.makers import Here, MadeTown, an_actor, berlin

AT = berlin(2026, 11, 16, 10)
BY = an_actor()


def test_the_days_before_christmas_as_worked_out_by_hand(town: MadeTown) -> None:
    own = town.town
    opened = replace(own.calendar, closed_on_24_and_31_december=False)
    assert answer_due(date(2026, 12, 22), own.calendar, own) == date(2026, 12, 29)
    assert answer_due(date(2026, 12, 22), opened, own) == date(2026, 12, 28)
    assert effect_of(opened, own, date(2026, 12, 24), AT) == Effect(
        date(2026, 12, 23), date(2026, 12, 30), date(2026, 12, 29)
    )


def test_the_example_is_a_report_of_today_when_the_days_lie_near(town: MadeTown) -> None:
    own = town.town
    closed = replace(own.calendar, closing_days=frozenset({date(2026, 11, 16), date(2026, 11, 17)}))
    assert effect_of(closed, own, date(2026, 11, 16), AT) == Effect(
        date(2026, 11, 16), date(2026, 11, 19), date(2026, 11, 20)
    )


def test_days_in_a_row_for_one_reason_are_one_line(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id):
        for first, last, reason in (("2026-11-26", "2026-11-27", "Umzug"), ("2026-11-30", "2026-11-30", "Umzug"),
                                    ("2026-12-01", "2026-12-01", "Inventur")):
            version = session().execute(text("SELECT calendar_version FROM profiles")).scalar_one()
            add_closing(date.fromisoformat(first), date.fromisoformat(last), reason, town=town.town, version=version,
                        by=BY, at=AT)
        assert closings() == [
            Closing(date(2026, 11, 26), date(2026, 11, 27), "Umzug"),
            Closing(date(2026, 11, 30), date(2026, 11, 30), "Umzug"),
            Closing(date(2026, 12, 1), date(2026, 12, 1), "Inventur"),
        ]


def test_of_a_range_that_has_begun_the_past_stays(town: MadeTown) -> None:
    own = town.town
    with Here.world.scope(town.tenant_id):
        add_closing(date(2026, 11, 16), date(2026, 11, 20), "Umzug", town=own, version=1, by=BY, at=AT)
        remove_closing(date(2026, 11, 16), date(2026, 11, 20), town=own, version=2, by=BY, at=berlin(2026, 11, 18, 9))
        assert closings() == [Closing(date(2026, 11, 16), date(2026, 11, 17), "Umzug")]
        with pytest.raises(NotThere):
            remove_closing(date(2026, 11, 16), date(2026, 11, 17), town=own, version=3, by=BY,
                           at=berlin(2026, 11, 18, 9))


def test_the_version_counts_each_change_and_refuses_an_older_one(town: MadeTown) -> None:
    own = town.town
    with Here.world.scope(town.tenant_id):
        switch_december_days(False, town=own, version=1, by=BY, at=AT)
        with pytest.raises(Stale):
            switch_december_days(True, town=own, version=1, by=BY, at=AT)
        switch_december_days(False, town=own, version=2, by=BY, at=AT)  # as it is already: no new version
        assert session().execute(text("SELECT calendar_version FROM profiles")).scalar_one() == 2
        with pytest.raises(Invalid):
            add_closing(date(2026, 11, 21), date(2026, 11, 22), "", town=own, version=2, by=BY, at=AT)
