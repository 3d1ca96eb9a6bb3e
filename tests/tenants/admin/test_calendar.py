"""Closing days and the December switch in the office; deadlines change by an explicit act alone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from maerker.calendar.deadlines import is_working_day, local_day
from maerker.clock import now
from maerker.database.base import session
from tenants.profile.town import load_town
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, an_editor, move, report_row, signed_in
from tests.tenants.admin.office import after, version_on, words

ROOM = "/verwaltung/kalender"


def next_working_days(town: MadeTown, number: int) -> list[date]:
    """Days after today that are working days now."""
    calendar, day, found = town.town.calendar, local_day(now()), []
    while len(found) < number:
        day += timedelta(days=1)
        if is_working_day(day, calendar):
            found.append(day)
    return found


def close(town: MadeTown, first: date, last: date | None = None, reason: str = "Betriebsausflug") -> str:
    admin = signed_in(town, "admin")
    version = version_on(admin.get(ROOM))
    return after(admin, admin.post(f"{ROOM}/schliesstage", {
        "first": first.isoformat(), "last": last.isoformat() if last else "", "reason": reason, "version": version,
    }))


def test_a_closing_day_says_what_it_changes_before_and_after(town: MadeTown) -> None:
    before = town.town.calendar
    day = next_working_days(town, 1)[0]
    said = close(town, day)
    assert "1 Arbeitstag fällt weg." in said
    assert "zu beantworten; vorher war es" in said
    calendar = town.town.calendar
    assert calendar.version == before.version + 1
    assert not is_working_day(day, calendar)
    assert "Betriebsausflug" in said


def test_a_range_is_one_line_and_is_removed_as_one(town: MadeTown) -> None:
    days = next_working_days(town, 8)
    close(town, days[0], days[-1], "Umzug")
    admin = signed_in(town, "admin")
    page = admin.get(ROOM)
    assert page.text.count("Umzug") == 1
    said = after(admin, admin.post(f"{ROOM}/schliesstage/entfernen", {
        "first": days[0].isoformat(), "last": days[-1].isoformat(), "version": version_on(page),
    }))
    assert "Wieder geöffnet" in said
    assert all(is_working_day(day, town.town.calendar) for day in days)


def test_past_days_stay_and_what_is_not_there_cannot_be_removed(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id):
        session().execute(text("INSERT INTO closing_days (day, reason) VALUES ('2025-05-02', 'Brückentag')"))
    admin = signed_in(town, "admin")
    page = admin.get(ROOM)
    assert "Vergangene Schließtage (1)" in words(page)
    typed = {"first": "2025-05-02", "last": "2025-05-02", "version": version_on(page)}
    assert admin.post(f"{ROOM}/schliesstage/entfernen", typed).status_code == 404
    assert date(2025, 5, 2) in town.town.calendar.closing_days


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("", "", "Bitte geben Sie den ersten Tag an."),
        ("bald", "", "Bitte geben Sie das Datum so an: 31.12.2026."),
        ("2020-01-02", "", "Der erste Tag liegt in der Vergangenheit."),
        ("9999-12-31", "", "Der Zeitraum liegt zu weit in der Zukunft."),
    ],
)
def test_days_that_cannot_be_are_refused(town: MadeTown, first: str, last: str, sentence: str) -> None:
    admin = signed_in(town, "admin")
    version = version_on(admin.get(ROOM))
    typed = {"first": first, "last": last, "reason": "Inventur", "version": version}
    answer = admin.post(f"{ROOM}/schliesstage", typed)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="Inventur"' in answer.text


def test_a_range_has_an_order_an_end_and_a_working_day(town: MadeTown) -> None:
    admin, days = signed_in(town, "admin"), next_working_days(town, 2)
    version = version_on(admin.get(ROOM))
    saturday = days[0] + timedelta(days=(5 - days[0].weekday()) % 7)
    for first, last, sentence in (
        (days[1], days[0], "Der letzte Tag liegt vor dem ersten."),
        (days[0], days[0] + timedelta(days=92), "Bitte höchstens drei Monate auf einmal."),
        (saturday, saturday + timedelta(days=1), "In diesem Zeitraum ist ohnehin kein Arbeitstag."),
    ):
        answer = admin.post(f"{ROOM}/schliesstage", {
            "first": f"{first:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}", "version": version,
        })
        assert answer.status_code == 422
        assert sentence in words(answer)


def test_the_december_days_are_switched_and_two_admins_do_not_cross(town: MadeTown) -> None:
    first, second = signed_in(town, "admin"), signed_in(town, "admin")
    version = version_on(first.get(ROOM))
    second.get(ROOM)
    said = after(first, first.post(f"{ROOM}/dezember", {"closed": "0", "version": version}))
    assert "Der 24. und der 31. Dezember sind jetzt Arbeitstage." in said
    assert not town.town.calendar.closed_on_24_and_31_december
    late = second.post(f"{ROOM}/dezember", {"closed": "0", "version": version})
    assert late.status_code == 409
    assert "Jemand anderes hat den Kalender gerade geändert" in words(late)
    assert version_on(late) == str(int(version) + 1)


def test_promised_deadlines_stay_until_they_are_recomputed_on_purpose(town: MadeTown) -> None:
    waiting, answered, closed = a_report(town), a_published_report(town), a_published_report(town)
    move(town, answered, Verb.answer, public_text="Wir sehen uns das an.")
    move(town, closed, Verb.finish, public_text="Behoben.")
    stored = moments(town)
    days = next_working_days(town, 3)
    said = close(town, days[0], days[1])
    assert moments(town) == stored
    assert "noch mit dem früheren Kalender gerechnet" in said
    admin = signed_in(town, "admin")
    confirm = admin.get(f"{ROOM}/fristen")
    assert "Niemand bekommt dazu eine E-Mail." in words(confirm)
    said = after(admin, admin.post(f"{ROOM}/fristen", {"version": version_on(confirm)}))
    assert "neu berechnet" in said
    assert "noch mit dem früheren Kalender" not in said
    fresh = moments(town)
    assert fresh[waiting]["first_answer_due_at"] > stored[waiting]["first_answer_due_at"]
    assert fresh[waiting]["next_due_at"] == min(
        fresh[waiting][f"{clock}_due_at"] for clock in ("publication", "first_answer", "forwarding")
    )
    assert fresh[answered]["publication_due_at"] == stored[answered]["publication_due_at"]
    assert fresh[answered]["first_answer_due_at"] == stored[answered]["first_answer_due_at"]
    assert fresh[closed] == stored[closed]
    assert "Fristen neu berechnet" in words(an_editor(town).get(f"/redaktion/{waiting}"))
    assert "Fristen neu berechnet" not in words(an_editor(town).get(f"/redaktion/{closed}"))
    assert "Alle Fristen stimmen" in words(admin.get(f"{ROOM}/fristen"))


def test_a_recomputing_that_was_confirmed_for_an_older_calendar_is_refused(town: MadeTown) -> None:
    a_report(town)
    days = next_working_days(town, 2)
    close(town, days[0])
    admin = signed_in(town, "admin")
    version = version_on(admin.get(f"{ROOM}/fristen"))
    stored = moments(town)
    close(town, days[1], reason="Umzug")
    admin.get(ROOM)
    assert admin.post(f"{ROOM}/fristen", {"version": version}).status_code == 409
    assert moments(town) == stored


def test_closing_days_are_the_towns_own(town: MadeTown) -> None:
    other = a_tenant()
    day = next_working_days(town, 1)[0]
    close(town, day)
    assert is_working_day(day, other.town.calendar)
    with Here.world.scope(other.tenant_id):
        assert load_town(other.tenant_id).calendar.version == 1


def moments(town: MadeTown) -> dict[str, dict[str, object]]:
    """What is stored of each report's clocks."""
    names = ("publication_due_at", "first_answer_due_at", "forwarding_due_at", "next_due_at")
    with Here.world.scope(town.tenant_id):
        numbers = session().execute(text("SELECT number FROM reports")).scalars().all()
        return {number: {name: getattr(report_row(number), name) for name in names} for number in numbers}
