"""The first day: at its hour, once, and not while a gate is open. The trial before it leaves nothing behind."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid
from maerker.jobs.schedule import Schedule
from onboarding.applications import actions
from onboarding.applications.start import cancel_start
from onboarding.provisioning import start
from onboarding.provisioning.periodic import SLOTS
from onboarding.provisioning.start import _due, begin_trial_of, start_due, start_file
from tests.makers import Here
from tests.makers_joining import _plain as plain
from tests.onboarding.provisioning.set_up_file import ANKE, MadeFile, an_admitted_file, close_gates, plan
from tests.world import Mailbox, Visitor


def run_slots() -> None:
    """What the schedule does, each slot as its own role."""
    apps = {"console": Here.world.platform.app("console"), "eraser": Here.world.platform.eraser()}
    Schedule(apps, SLOTS).run_due(0.0)


def town(tenant_id: Any) -> tuple[str, str]:
    with Here.world.no_scope("console"):
        host, state = session().execute(text(
            "SELECT h.host, t.state FROM tenants t JOIN tenant_hosts h ON h.tenant_id = t.id WHERE t.id = :id"
        ), {"id": tenant_id}).one()
        return str(host), str(state)


def ready() -> tuple[MadeFile, Any]:
    file = an_admitted_file()
    tenant_id = file.provision()
    close_gates(file)
    return file, tenant_id


def test_at_its_hour_the_town_goes_live_by_itself(mailbox: Mailbox) -> None:
    file, tenant_id = ready()
    plan(file, now() + timedelta(hours=1))
    run_slots()
    assert town(tenant_id)[1] == "joining"
    plan(file, now() - timedelta(minutes=1))
    run_slots()
    host, state = town(tenant_id)
    assert state == "live"
    assert Visitor(Here.world.platform, host).get("/").status_code == 200
    assert file.read().started_at is not None
    Here.world.work()
    subjects = [str(mail["Subject"]) for mail in mailbox.to(file.kommune.email)]
    assert sum("gestartet" in subject for subject in subjects) == 1
    assert any("gestartet" in str(mail["Subject"]) for mail in mailbox.to("maerker@neustadt.example"))
    (told,) = [mail for mail in mailbox.to(Here.world.settings.operator_email) if "gestartet" in str(mail["Subject"])]
    assert "Der Start hat stattgefunden" in plain(told)
    assert "Denken Sie an das Versprechen" not in plain(told)


def test_while_a_gate_is_open_nobody_starts_and_both_sides_are_told_once(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    close_gates(file, leave="service_promise")
    plan(file, now() - timedelta(minutes=1))
    for _ in range(3):
        run_slots()
    assert town(tenant_id)[1] == "joining"
    assert file.acts().count("start_refused") == 1
    Here.world.work()
    [mail] = [mail for mail in mailbox.to(file.kommune.email) if "nicht möglich" in str(mail["Subject"])]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Serviceversprechen" in body.get_content()
    assert "Beitrittserklärung" not in body.get_content()
    close_gates(file)
    run_slots()
    assert town(tenant_id)[1] == "live"


def test_a_start_refused_days_ago_needs_a_new_date(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    plan(file, now() - timedelta(days=3))
    run_slots()
    close_gates(file)
    run_slots()
    assert town(tenant_id)[1] == "joining"
    plan(file, now() - timedelta(minutes=1))
    run_slots()
    assert town(tenant_id)[1] == "live"


def test_a_schedule_that_was_away_catches_up(mailbox: Mailbox) -> None:
    file, tenant_id = ready()
    plan(file, now() - timedelta(days=3))
    run_slots()
    assert town(tenant_id)[1] == "live"


def test_two_schedules_at_once_start_once(mailbox: Mailbox) -> None:
    file, tenant_id = ready()
    plan(file, now() - timedelta(minutes=1))
    app, at = Here.world.platform.app("console"), now()

    def one() -> int:
        with app.app_context():
            return len(start_due(Here.world.settings, at))

    with ThreadPoolExecutor(4) as pool:
        started = [result.result() for result in [pool.submit(one) for _ in range(4)]]
    assert sum(started) >= 1
    assert file.acts().count("started") == 1
    assert town(tenant_id)[1] == "live"


def test_the_trial_begins_once_and_its_reports_are_gone_after_the_start(mailbox: Mailbox) -> None:
    file, tenant_id = ready()
    for expected in (True, False):
        with Here.world.no_scope("console"):
            assert begin_trial_of(file.id, Here.world.settings, by=ANKE, at=now()) is expected
    assert town(tenant_id)[1] == "trial"
    with Here.world.scope(tenant_id):
        session().execute(text("INSERT INTO report_numbers (year, trial, last) VALUES (2026, true, 4)"))
    plan(file, now() - timedelta(minutes=1))
    run_slots()
    with Here.world.scope(tenant_id):
        assert session().execute(text("SELECT count(*) FROM report_numbers WHERE trial")).scalar_one() == 0
    assert file.acts().count("trial_begun") == 1


def test_who_withdrew_does_not_start(mailbox: Mailbox) -> None:
    file, tenant_id = ready()
    with Here.world.no_scope("console"), file_scope(file.id):
        actions.withdraw("Die Vertretung hat anders beschlossen.", by=ANKE, at=now())
        session().commit()
    plan(file, now() - timedelta(minutes=1))
    run_slots()
    assert town(tenant_id)[1] == "joining"
    with Here.world.platform.app("console").app_context(), pytest.raises(Invalid):
        start_file(file.id, Here.world.settings, by=ANKE, at=now())


def test_a_date_fixed_before_the_set_up_is_told_by_the_towns_own_page(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    moment = (now() + timedelta(days=30)).replace(microsecond=0)
    plan(file, moment)
    tenant_id = file.provision()
    with Here.world.no_scope("console"):
        assert session().execute(
            text("SELECT starts_at FROM tenants WHERE id = :id"), {"id": tenant_id}).scalar_one() == moment
    later = moment + timedelta(days=1)
    plan(file, later)
    run_slots()
    with Here.world.no_scope("console"):
        assert session().execute(
            text("SELECT starts_at FROM tenants WHERE id = :id"), {"id": tenant_id}).scalar_one() == later


def test_a_start_that_was_taken_back_a_moment_before_does_not_happen(mailbox: Mailbox) -> None:
    file, tenant_id = ready()
    plan(file, now() - timedelta(minutes=1))
    with Here.world.no_scope("console"):
        assert file.id in _due(now())
        cancel_start(file.id, "Der Bürgermeister ist krank geworden.", by=ANKE, at=now())
    with Here.world.no_scope("console"):
        assert not start_file(file.id, Here.world.settings, by=ANKE, at=now(), only_if_due=True).started
    assert town(tenant_id)[1] == "joining"


def test_who_takes_an_application_up_again_needs_a_new_date(mailbox: Mailbox) -> None:
    file, tenant_id = ready()
    plan(file, now() + timedelta(days=2))
    with Here.world.no_scope("joining"), file_scope(file.id):
        actions.withdraw("Wir warten die Wahl ab.", by=ANKE, at=now())
        session().commit()
        actions.take_up_again(by=ANKE, at=now())
    with Here.world.no_scope("console"):
        assert start_due(Here.world.settings, now() + timedelta(days=200)) == [], "nor before the worker has come by"
    Here.world.work()
    assert file.read().starts_at is None
    assert file.acts()[-1] == "start_dropped"
    assert town(tenant_id)[1] == "joining"


def test_one_file_that_fails_keeps_no_other_from_starting(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    (bad, bad_town), (good, good_town) = ready(), ready()
    plan(bad, now() - timedelta(minutes=10))
    plan(good, now() - timedelta(minutes=5))
    start_town = start.start_town

    def broken(tenant_id: Any, **options: Any) -> bool:
        if tenant_id == bad_town:
            raise RuntimeError("a fault of ours")
        return start_town(tenant_id, **options)

    monkeypatch.setattr(start, "start_town", broken)
    run_slots()
    assert (town(bad_town)[1], town(good_town)[1]) == ("joining", "live")


def test_a_trial_is_not_begun_in_a_file_that_rests(mailbox: Mailbox) -> None:
    file, _tenant_id = ready()
    with Here.world.no_scope("joining"), file_scope(file.id):
        actions.withdraw("Wir warten die Wahl ab.", by=ANKE, at=now())
    with Here.world.platform.app("console").app_context(), pytest.raises(Invalid):
        begin_trial_of(file.id, Here.world.settings, by=ANKE, at=now())
