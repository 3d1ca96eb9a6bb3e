"""The start of a Kommune: set, moved, taken back; days off; the calendar that shows several together."""

import re
import uuid
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.errors import Invalid, Stale
from onboarding.applications.start import cancel_start, fix_start, works_on
from tests.makers import Here
from tests.makers_joining import _plain as plain
from tests.makers_joining import a_file
from tests.makers_operators import an_operator
from tests.onboarding.console.files import acts_of, an_admitted_file, files_at_once, id_of, long_ago, recorded
from tests.world import Mailbox

OPERATOR = Actor(kind="operator", id=1, name="Frau Trieb")


def working_day(ahead: int = 60) -> date:
    """A working day so many days ahead, or the next one after it."""
    day = now().astimezone(BERLIN).date() + timedelta(days=ahead)
    with Here.world.no_scope("console"):
        while not works_on(day):
            day += timedelta(days=1)
    return day


def a_sunday(ahead: int = 60) -> date:
    day = now().astimezone(BERLIN).date() + timedelta(days=ahead)
    return day + timedelta(days=6 - day.weekday())


def starts_at(file_id: uuid.UUID) -> datetime | None:
    with Here.world.no_scope("console"):
        found: datetime | None = session().scalar(
            text("SELECT starts_at FROM joining_files WHERE file_id = :file"), {"file": file_id})
    return found


def test_a_start_is_fixed_moved_and_taken_back_and_everybody_hears_of_it(mailbox: Mailbox) -> None:
    (file_id, person), support = an_admitted_file(), an_operator("support")
    first, second = working_day(60), working_day(70)
    support.get(f"/akten/{file_id}/start")
    assert support.post(f"/akten/{file_id}/start", {"day": first.isoformat(), "hour": "8:00"}).status_code == 303
    Here.world.work()
    mail = mailbox.to(person.kommune.email)[-1]
    assert "Der Starttermin steht fest" in mail["Subject"]
    assert "8:00 Uhr" in plain(mail)
    assert "Beitrittserklärung, Serviceversprechen, Auftragsverarbeitungsvertrag" in " ".join(plain(mail).split())
    fixed = starts_at(file_id)
    assert fixed is not None
    assert fixed.astimezone(BERLIN).replace(tzinfo=None) == datetime.combine(first, datetime.min.time()).replace(hour=8)
    support.get(f"/akten/{file_id}/start")
    support.post(f"/akten/{file_id}/start", {"day": second.isoformat(), "hour": "10:30"})
    Here.world.work()
    assert "Neuer Starttermin" in mailbox.to(person.kommune.email)[-1]["Subject"]
    page = support.get(f"/akten/{file_id}/start").text
    assert "10:30 Uhr" in page
    assert support.post(f"/akten/{file_id}/start/aufheben", {"reason": "weg"}).status_code == 422
    support.post(f"/akten/{file_id}/start/aufheben", {"reason": "Die Schulung fällt aus; wir suchen einen neuen Tag."})
    Here.world.work()
    assert "Die Schulung fällt aus" in plain(mailbox.to(person.kommune.email)[-1])
    assert starts_at(file_id) is None
    assert acts_of(file_id)[-3:] == ["start_fixed", "start_moved", "start_cancelled"]
    assert recorded(support.account_id)[-3:] == ["start_fixed", "start_fixed", "start_cancelled"]
    assert "Der Starttermin wurde verschoben" in person.visitor.get("/akte/verlauf").text


def test_what_keeps_no_start_from_happening_is_said_beside_the_date() -> None:
    file_id, _ = an_admitted_file()
    page = an_operator().get(f"/akten/{file_id}/start").text
    before, _, besides = page.partition("Hält den Start nicht auf")
    assert "Einrichtung" in before[before.index("Vor dem Start fehlt noch"):], "without a place there is no start"
    for step in ("Freigabe der Verarbeitung", "nach § 4 BbgDSG vor dem Start nötig", "Schulung"):
        assert step in besides[:besides.index("</ul>")]
    assert "Einrichtung" not in besides[:besides.index("</ul>")]


def test_a_day_off_is_asked_about_before_it_is_taken() -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    typed = {"day": a_sunday().isoformat(), "hour": "09:00"}
    support.get(f"/akten/{file_id}/start")
    asked = support.post(f"/akten/{file_id}/start", typed)
    assert asked.status_code == 422
    assert "An diesem Tag arbeitet die Verwaltung nicht." in asked.text
    assert f'value="{typed["day"]}"' in asked.text
    assert starts_at(file_id) is None
    assert support.post(f"/akten/{file_id}/start", {**typed, "sure": "1"}).status_code == 303
    assert "Dieser Tag ist kein Arbeitstag." in support.get(f"/akten/{file_id}/start").text


@pytest.mark.parametrize(("day", "hour", "words"), [
    ("2020-01-06", "08:00", "Der Start liegt in der Vergangenheit."), ("bald", "08:00", "Bitte geben Sie ein Datum an"),
    ("2999-01-07", "08:00", "in den nächsten drei Jahren"), ("2027-02-03", "acht", "Bitte geben Sie eine Uhrzeit an"),
    ("", "", "Bitte geben Sie ein Datum an"),
])
def test_a_moment_that_cannot_be_is_refused_beside_its_field(day: str, hour: str, words: str) -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}/start")
    answer = support.post(f"/akten/{file_id}/start", {"day": day, "hour": hour})
    assert answer.status_code == 422
    assert words in answer.text
    assert starts_at(file_id) is None


def test_an_hour_of_today_that_has_passed_is_named_at_the_hour() -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}/start")
    page = support.post(f"/akten/{file_id}/start", {"day": local_day(now()).isoformat(), "hour": "00:00"}).text
    assert "Uhrzeit: Der Start liegt in der Vergangenheit." in " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize("role", ["trainer", "reader"])
def test_who_may_not_fix_a_start_only_reads_it(role: str) -> None:
    (file_id, _), someone = an_admitted_file(), an_operator(role)
    assert "Termin festlegen" not in someone.get(f"/akten/{file_id}/start").text
    someone.get("/konto")
    assert someone.post(f"/akten/{file_id}/start", {"day": working_day().isoformat()}).status_code == 403


def test_no_start_before_the_application_is_taken_and_none_after_it_happened() -> None:
    waiting, moment = id_of(a_file()), datetime.combine(working_day(), datetime.min.time(), BERLIN)
    with pytest.raises(Invalid), Here.world.no_scope("console"):
        fix_start(waiting, moment, by=OPERATOR, at=now())
    _, (live,) = files_at_once(1, admitted_at=long_ago(days=9), started_at=long_ago(days=1))
    with pytest.raises(Stale), Here.world.no_scope("console"):
        fix_start(live, moment, by=OPERATOR, at=now())
    with pytest.raises(Stale), Here.world.no_scope("console"):
        cancel_start(live, "Es geht doch nicht.", by=OPERATOR, at=now())


def test_the_same_moment_again_changes_nothing_and_mails_nobody() -> None:
    _, (file_id,) = files_at_once(1, admitted_at=long_ago(days=9))
    moment = datetime.combine(working_day(), datetime.min.time(), BERLIN).replace(hour=9)
    for _ in range(2):
        with Here.world.no_scope("console"):
            fix_start(file_id, moment, by=OPERATOR, at=now())
    assert acts_of(file_id) == ["start_fixed"]


def test_the_wished_day_is_written_down_and_shown_in_the_calendar() -> None:
    (file_id, person), support, day = an_admitted_file(), an_operator("support"), working_day(90)
    support.get(f"/akten/{file_id}/start")
    assert support.post(f"/akten/{file_id}/start/wunsch", {"wish": "irgendwann"}).status_code == 422
    support.post(f"/akten/{file_id}/start/wunsch", {"wish": day.isoformat()})
    page = support.get(f"/kalender?monat={day:%Y-%m}").text
    assert re.search(rf'm-starts__wish"><a href="/akten/{file_id}/start">{person.kommune.name}</a><br>gewünscht', page)
    support.post(f"/akten/{file_id}/start/wunsch", {"wish": ""})
    assert f"/akten/{file_id}/start" not in support.get(f"/kalender?monat={day:%Y-%m}").text


def test_a_wish_beyond_every_calendar_is_shown_all_the_same() -> None:
    (file_id, _), support = an_admitted_file(), an_operator("support")
    support.get(f"/akten/{file_id}/start")
    assert support.post(f"/akten/{file_id}/start/wunsch", {"wish": "2999-01-01"}).status_code == 303
    assert "1. Januar 2999" in support.get(f"/akten/{file_id}/start").text


def test_several_on_one_day_are_seen_in_the_calendar_and_on_the_page() -> None:
    day = working_day(1111)  # a day that no other test starts on
    moment = datetime.combine(day, datetime.min.time(), BERLIN).replace(hour=8)
    word, (one, other) = files_at_once(2, admitted_at=long_ago(days=9), starts_at=moment)
    reader = an_operator("reader")
    page = reader.get(f"/kalender?monat={day:%Y-%m}").text
    assert re.search(r"<strong>2 Starts</strong>", page)
    assert "3 Nachweise fehlen" in page
    assert {f"/akten/{one}/start", f"/akten/{other}/start"} <= set(re.findall(r'href="(/akten/[^"]+)"', page))
    assert f"Ort {word}" in page
    support = an_operator("support")
    assert "starten auch:" in support.get(f"/akten/{one}/start").text


@pytest.mark.parametrize("month", ["", "2026-13", "unsinn", "1900-01", "2026-1", "99999-01"])
def test_a_month_that_cannot_be_is_this_one(month: str) -> None:
    answer = an_operator("reader").get(f"/kalender?monat={month}")
    assert answer.status_code == 200
    assert 'class="m-month__day"' in answer.text


def test_holidays_are_no_working_days_in_the_calendar() -> None:
    page = an_operator("reader").get("/kalender?monat=2027-01").text
    assert re.search(r'm-month__off[^>]*>\s*<div class="m-month__day"><span><span class="m-month__weekday">Freitag, '
                     r'</span><span class="m-month__number">1\.', page)
