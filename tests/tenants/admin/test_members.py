"""Who belongs to a Fachbereich: members, deputies and absence, from the office to the clerk's desk."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import text

from maerker.calendar.deadlines import BERLIN, local_day
from maerker.clock import now
from maerker.database.base import session
from tenants.departments.queries import works_for
from tenants.reports.status import Verb
from tenants.staff.models import StaffAccount
from tests.makers import Here, MadeTown, a_clerk, a_published_report, a_tenant, move, signed_in
from tests.tenants.admin.office import after, department_id, words

LIST = "/verwaltung/fachbereiche"
MONDAY = date(2026, 11, 23)


def account(town: MadeTown, username: str) -> int:
    with Here.world.scope(town.tenant_id):
        asked = text("SELECT id FROM staff_accounts WHERE username = :name")
        return int(session().execute(asked, {"name": username}).scalar_one())


def set_part(town: MadeTown, username: str, short_name: str, **columns: object) -> None:
    """A membership as it would be stored."""
    given = {"is_deputy": False, "away_from": None, "away_until": None, "stand_in_id": None, **columns}
    with Here.world.scope(town.tenant_id):
        session().execute(text(
            "INSERT INTO staff_memberships (account_id, department_id, is_deputy, away_from, away_until, stand_in_id)"
            " VALUES (:account, :department, :is_deputy, :away_from, :away_until, :stand_in_id)"
            " ON CONFLICT (tenant_id, account_id, department_id) DO UPDATE SET is_deputy = EXCLUDED.is_deputy,"
            " away_from = EXCLUDED.away_from, away_until = EXCLUDED.away_until, stand_in_id = EXCLUDED.stand_in_id"
        ), {"account": account(town, username), "department": department_id(town, short_name), **given})


def works_today(town: MadeTown, username: str, day: date) -> set[int]:
    with Here.world.scope(town.tenant_id):
        from sqlalchemy import func, select

        row = session().scalar(
            select(func.array(works_for(StaffAccount.id, day).scalar_subquery()))
            .where(StaffAccount.username == username)
        )
        return set(row or ())


def test_an_admin_adds_and_removes_a_member_and_the_clerk_sees_the_reports(town: MadeTown) -> None:
    admin, clerk, green = signed_in(town, "admin"), a_clerk(town), department_id(town, "Grün")
    number = a_published_report(town, category="waste")
    move(town, number, Verb.accept, department_id=green)
    assert clerk.get(f"/redaktion/{number}").status_code == 404
    admin.get(f"{LIST}/{green}")
    person = str(account(town, "tiefbau"))
    said = after(admin, admin.post(f"{LIST}/{green}/mitglieder", {"account_id": person, "part": "0"}))
    assert "Torsten Kubitz gehört jetzt zu „Grün und Ordnung“" in said
    assert clerk.get(f"/redaktion/{number}").status_code == 200
    again = admin.post(f"{LIST}/{green}/mitglieder", {"account_id": person, "part": "0"})
    assert again.status_code == 422
    assert "gehört schon dazu" in words(again)
    assert "Abwesenheit und Rolle : Torsten Kubitz" in words(admin.get(f"{LIST}/{green}"))
    here = f"{LIST}/{green}/mitglieder/{person}/entfernen"
    assert "Ihr Konto und alles, was sie getan hat, bleiben." in words(admin.get(here))
    assert "gehört nicht mehr zu" in after(admin, admin.post(here))
    assert clerk.get(f"/redaktion/{number}").status_code == 404


def test_who_stands_in_works_the_reports_for_the_time_of_the_absence(town: MadeTown) -> None:
    admin, roads = signed_in(town, "admin"), department_id(town, "Tiefbau")
    number, reader = a_published_report(town), signed_in(town, "redaktion")
    move(town, number, Verb.accept, department_id=roads)
    today = local_day(now())
    member = f"{LIST}/{roads}/mitglieder/{account(town, 'tiefbau')}"
    admin.get(member)
    said = after(admin, admin.post(member, {
        "part": "0", "away_from": today.isoformat(), "away_until": (today + timedelta(days=9)).isoformat(),
        "stand_in_id": str(account(town, "rat")),
    }))
    assert "In dieser Zeit sieht und bearbeitet Ruth Schulze die Hinweise." in said
    assert "abwesend" in words(admin.get(f"{LIST}/{roads}"))
    assert roads in works_today(town, "rat", today)
    assert roads not in works_today(town, "rat", today + timedelta(days=10))
    assert reader.get(f"/redaktion/{number}").status_code == 200


def test_shortly_after_midnight_the_new_day_has_begun(town: MadeTown) -> None:
    """At 0:30 it is still yesterday in UTC; the office counts its own days."""
    tomorrow = local_day(now()) + timedelta(days=1)
    with time_machine.travel(datetime.combine(tomorrow, time(0, 30), BERLIN), tick=False):
        admin, roads = signed_in(town, "admin"), department_id(town, "Tiefbau")
        member = f"{LIST}/{roads}/mitglieder/{account(town, 'tiefbau')}"
        admin.get(member)
        after(admin, admin.post(member, {
            "part": "0", "away_from": tomorrow.isoformat(), "away_until": tomorrow.isoformat(), "stand_in_id": "",
        }))
        page = words(admin.get(f"{LIST}/{roads}"))
    assert "abwesend" in page
    assert "bald abwesend" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"away_from": "2026-13-40"}, "Bitte geben Sie das Datum so an"),
        ({"away_from": "2999-01-05"}, "Bitte geben Sie den ersten und den letzten Tag der Abwesenheit an."),
        ({"away_from": "5.1.2999", "away_until": "4.1.2999"}, "Der letzte Tag liegt vor dem ersten."),
        ({"away_from": "2001-01-01", "away_until": "2001-01-05"}, "Diese Abwesenheit ist schon vorbei."),
        ({"stand_in_id": "7777777777"}, "Eine Vertretung braucht den Zeitraum der Abwesenheit."),
        ({"away_from": "2999-01-05", "away_until": "2999-01-06", "stand_in_id": "7777777777"},
         "Bitte wählen Sie eine Person aus der Liste."),
    ],
)
def test_an_absence_that_cannot_be_is_refused_with_a_sentence(
    town: MadeTown, typed: dict[str, str], sentence: str
) -> None:
    admin = signed_in(town, "admin")
    member = f"{LIST}/{department_id(town, 'Tiefbau')}/mitglieder/{account(town, 'tiefbau')}"
    admin.get(member)
    answer = admin.post(member, {"part": "0", **typed})
    assert answer.status_code == 422
    assert sentence in words(answer)


def test_a_deputy_steps_in_only_while_a_member_is_away_who_named_nobody(town: MadeTown) -> None:
    roads = department_id(town, "Tiefbau")
    set_part(town, "rat", "Tiefbau", is_deputy=True)
    week = {"away_from": MONDAY, "away_until": MONDAY + timedelta(days=4)}
    assert works_today(town, "rat", MONDAY) == set()
    set_part(town, "tiefbau", "Tiefbau", **week)
    days = [day for n in range(-1, 6) if roads in works_today(town, "rat", day := MONDAY + timedelta(days=n))]
    assert days == [MONDAY + timedelta(days=n) for n in range(5)]
    set_part(town, "tiefbau", "Tiefbau", **week, stand_in_id=account(town, "redaktion"))
    assert works_today(town, "rat", MONDAY) == set()
    assert works_today(town, "redaktion", MONDAY) == {roads}
    assert works_today(town, "tiefbau", MONDAY) == {roads}


def test_another_towns_people_and_members_are_a_404(town: MadeTown) -> None:
    other, admin = a_tenant(), signed_in(town, "admin")
    own, foreign = department_id(town, "Tiefbau"), department_id(other, "Tiefbau")
    theirs = account(other, "tiefbau")
    for department, person in ((foreign, theirs), (own, theirs), (own, 2**62)):
        for path in ("", "/entfernen"):
            assert admin.get(f"{LIST}/{department}/mitglieder/{person}{path}").status_code == 404
            admin.get(LIST)
            assert admin.post(f"{LIST}/{department}/mitglieder/{person}{path}", {"part": "0"}).status_code == 404
    admin.get(LIST)
    assert admin.post(f"{LIST}/{own}/mitglieder", {"account_id": str(theirs), "part": "0"}).status_code == 422


def test_the_day_counts_as_it_is_in_the_town(town: MadeTown) -> None:
    """At 23:30 UTC it is the next day in Berlin already: a stand-in who begins then is let in."""
    from maerker.identity.sessions import hash_token
    from tenants.staff.queries import account_of_session

    roads = department_id(town, "Tiefbau")
    set_part(town, "tiefbau", "Tiefbau", away_from=MONDAY, away_until=MONDAY, stand_in_id=account(town, "rat"))
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with Here.world.scope(town.tenant_id):
        session().execute(text(
            "INSERT INTO staff_sessions (token_hash, account_id, created_at, seen_at, expires_at)"
            " VALUES (:hash, :account, :at, :at, :end)"
        ), {"hash": hash_token("t" * 43), "account": account(town, "rat"), "at": late, "end": late + timedelta(days=1)})
        found = account_of_session("t" * 43, late)
    assert found is not None
    assert found.departments == {roads}
