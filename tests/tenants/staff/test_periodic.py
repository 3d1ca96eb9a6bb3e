"""Accounts that nobody uses end, with a warning before; training is recorded by the gate."""

from datetime import date
from typing import Any

import pytest

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.errors import NotThere
from tenants.staff import periodic
from tenants.staff.actions import record_training
from tests.makers import PASSWORD, Here, MadeTown, a_tenant, a_visitor
from tests.tenants.admin.test_people import account_id, ask
from tests.world import Mailbox

OPERATOR = Actor(kind="operator", id=7, name="Schulungsteam")


def run(act: Any) -> None:
    """As the schedule does it: as the role eraser, without a scope of its own."""
    eraser = Here.world.platform.eraser()
    with eraser.app_context():
        act(Here.world.settings)
        session().commit()


def look_after(town: MadeTown) -> None:
    """What the nightly job does with one town."""
    with Here.world.platform.eraser().app_context(), tenant_scope(town.tenant_id):
        periodic.look_after_people(now())
        session().commit()


def idle(town: MadeTown, username: str, days: int) -> None:
    ask(
        town, "UPDATE staff_accounts SET enabled_at = now() - interval '500 days',"
        " last_seen_at = now() - make_interval(days => :days), email = username || :domain"
        " WHERE username = :name", days=days, name=username, domain=f"@{town.slug}.example",
    )


def state_of(town: MadeTown, username: str) -> tuple[bool, bool]:
    """Whether the account was warned, and whether it is closed."""
    row = ask(town, "SELECT ends_warned_at IS NOT NULL, disabled_at IS NOT NULL FROM staff_accounts"
              " WHERE username = :name", name=username)[0]
    return row[0], row[1]


def test_an_unused_account_is_warned_then_closed(town: MadeTown, mailbox: Mailbox) -> None:
    idle(town, "redaktion", 170)
    idle(town, "rat", 100)
    look_after(town)
    assert (state_of(town, "redaktion"), state_of(town, "rat")) == ((True, False), (False, False))
    Here.world.work()
    (mail,) = mailbox.to(f"redaktion@{town.slug}.example")
    assert "Ihr Konto endet bald" in str(mail["Subject"])
    look_after(town)
    Here.world.work()
    assert len(mailbox.to(f"redaktion@{town.slug}.example")) == 1
    idle(town, "redaktion", 185)
    ask(town, "UPDATE staff_accounts SET ends_warned_at = now() - interval '15 days' WHERE username = 'redaktion'")
    look_after(town)
    assert state_of(town, "redaktion") == (True, True)
    assert a_visitor(town).sign_in("redaktion", PASSWORD).status_code == 422
    reasons = ask(town, "SELECT details->>'reason' FROM staff_audit WHERE act = 'account_disabled'")
    assert [row[0] for row in reasons] == ["unused"]


def test_a_warning_of_today_closes_nothing_today_however_long_it_has_been(town: MadeTown) -> None:
    idle(town, "redaktion", 400)
    for _ in range(2):
        look_after(town)
    assert state_of(town, "redaktion") == (True, False)


def test_who_signs_in_after_the_warning_stays(town: MadeTown, mailbox: Mailbox) -> None:
    idle(town, "redaktion", 170)
    look_after(town)
    assert a_visitor(town).sign_in("redaktion", PASSWORD).status_code == 303
    Here.world.work()
    assert mailbox.to(f"redaktion@{town.slug}.example") == []
    ask(town, "UPDATE staff_accounts SET ends_warned_at = ends_warned_at - interval '200 days'")
    look_after(town)
    assert state_of(town, "redaktion") == (True, False)


def test_the_last_admin_is_never_closed_by_the_clock(town: MadeTown) -> None:
    idle(town, "admin", 400)
    ask(town, "UPDATE staff_accounts SET ends_warned_at = now() - interval '20 days' WHERE username = 'admin'")
    look_after(town)
    assert state_of(town, "admin") == (True, False)


def test_the_towns_own_period_counts(town: MadeTown) -> None:
    other = a_tenant()
    ask(town, "UPDATE profiles SET account_idle_days = 60")
    for each in (town, other):
        idle(each, "rat", 61)
        ask(each, "UPDATE staff_accounts SET ends_warned_at = now() - interval '15 days' WHERE username = 'rat'")
    run(periodic.end_unused_accounts)
    assert (state_of(town, "rat")[1], state_of(other, "rat")[1]) == (True, False)


def test_links_that_ended_long_ago_are_erased(town: MadeTown) -> None:
    number = account_id(town, "rat")
    for days in (1, 40):
        ask(
            town, "INSERT INTO staff_links (account_id, purpose, seed, token_hash, made_at, expires_at) VALUES"
            " (:id, 'invitation', gen_random_uuid(), CAST(:hash AS bytea), now(),"
            " now() - make_interval(days => :days))",
            id=number, hash=f"hash {days}", days=days,
        )
    run(periodic.erase_old_links)
    assert [bytes(row[0]) for row in ask(town, "SELECT token_hash FROM staff_links")] == [b"hash 1"]


def test_the_gate_records_a_training_as_the_operators_role(town: MadeTown) -> None:
    number = account_id(town, "rat")
    with Here.world.scope(town.tenant_id, app="console"):
        record_training(number, date(2026, 11, 20), by=OPERATOR, at=now())
    assert ask(town, "SELECT trained_on FROM staff_accounts WHERE id = :id", id=number)[0][0] == date(2026, 11, 20)
    (line,) = ask(town, "SELECT details FROM staff_audit WHERE act = 'training_recorded'")
    assert line[0] == {"account": number, "trained_on": "2026-11-20", "by_kind": "operator", "by_name": "Schulungsteam"}
    with Here.world.scope(town.tenant_id, app="console"):
        record_training(number, None, by=OPERATOR, at=now())
    assert ask(town, "SELECT trained_on FROM staff_accounts WHERE id = :id", id=number)[0][0] is None


def test_a_training_of_another_towns_person_is_not_there(town: MadeTown) -> None:
    theirs = account_id(a_tenant(), "rat")
    with pytest.raises(NotThere), Here.world.scope(town.tenant_id, app="console"):
        record_training(theirs, date(2026, 11, 20), by=OPERATOR, at=now())


def test_the_operators_role_has_somebody_invited(town: MadeTown, mailbox: Mailbox) -> None:
    from tenants.staff.links import make_link
    from tenants.staff.models import LinkPurpose

    ask(town, "UPDATE staff_accounts SET email = 'erste@admin.example', password_hash = '' WHERE username = 'admin'")
    number = account_id(town, "admin")
    with Here.world.scope(town.tenant_id, app="console"):
        make_link(number, LinkPurpose.invitation, Here.world.settings, at=now())
    Here.world.work()
    (mail,) = mailbox.to("erste@admin.example")
    assert "Ihre Einladung" in str(mail["Subject"])


