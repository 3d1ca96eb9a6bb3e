"""Reports of a trial: counted apart, erased whole at the start, and never written once it has begun."""

import threading
from typing import Any

import pytest
from sqlalchemy import func, select, text

from maerker.audit.actor import CITIZEN
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Stale
from tenants.profile.town import load_town
from tenants.registry.models import TenantState
from tenants.registry.switch import hold_state
from tenants.reports.actions import submit_report
from tenants.reports.jobs import HANDLERS
from tenants.reports.models import (
    NumberSeries,
    OutboxPosting,
    Report,
    ReportDraft,
    ReportEvent,
    ReportPhoto,
    TrialPublication,
)
from tenants.reports.status import Verb
from tenants.reports.tracking import tracking_code
from tenants.reports.trial import TrialOver
from tenants.reports.trial_end import KINDS_OF_A_REPORT
from tests.makers import Here, MadeTown, a_new_report, a_published_report, a_report, a_tenant, move
from tests.trials import a_trial, erase, start

OF_A_TRIAL: tuple[Any, ...] = (
    Report, ReportEvent, ReportPhoto, OutboxPosting, ReportDraft, TrialPublication, NumberSeries,
)


def count(town: MadeTown, model: Any) -> int:
    with Here.world.scope(town.tenant_id):
        return session().scalar(select(func.count()).select_from(model)) or 0


def contacts(town: MadeTown) -> int:
    with Here.world.scope(town.tenant_id):
        return int(session().execute(text("SELECT count(delete_after) + count(*) FROM report_contacts")).scalar_one())


def test_reports_of_a_trial_have_a_series_of_their_own() -> None:
    town = a_trial()
    year = now().year
    assert [a_report(town) for _ in range(2)] == [f"P{year}-000001", f"P{year}-000002"]
    start(town)
    assert a_report(town) == f"{year}-000001"


def test_what_a_joining_town_tries_is_a_trial_too() -> None:
    assert a_report(a_tenant(state=TenantState.joining)).startswith("P")


def test_at_the_start_everything_of_the_trial_goes_and_nothing_else() -> None:
    town, other, live = a_trial(), a_trial(), a_tenant()
    number = a_published_report(town)
    move(town, number, Verb.answer, public_text="Wir sehen es uns an.")
    a_report(town)
    kept_there, kept_live = a_report(other), a_published_report(live)
    start(town)
    real = a_report(town)
    assert erase(town) == 2
    with Here.world.scope(town.tenant_id):
        assert session().scalars(select(Report.number)).all() == [real]
        assert session().scalars(select(NumberSeries.trial)).all() == [False]
    assert (count(town, ReportEvent), contacts(town), count(town, TrialPublication)) == (1, 1, 0)
    assert count(town, OutboxPosting) == 2, "the mails of the real report"
    with Here.world.scope(other.tenant_id):
        assert session().scalars(select(Report.number)).all() == [kept_there]
    with Here.world.scope(live.tenant_id):
        assert session().scalars(select(Report.number)).all() == [kept_live]


def test_erasing_again_finds_nothing() -> None:
    town = a_trial()
    a_published_report(town)
    start(town)
    assert (erase(town), erase(town)) == (1, 0)
    assert [count(town, model) for model in OF_A_TRIAL] == [0] * len(OF_A_TRIAL)


def test_mails_of_an_erased_report_are_not_sent_any_more(mailbox: Any) -> None:
    town = a_trial()
    a_report(town)
    start(town)
    erase(town)
    Here.world.work()
    assert not mailbox.to(f"@{town.slug}.example")


def test_every_posting_of_a_report_is_known_to_the_eraser() -> None:
    of_reports = {handler.kind for handler in HANDLERS}
    assert of_reports == set(KINDS_OF_A_REPORT), "Say in trial_end.py that this posting belongs to a report."


def test_after_the_start_no_step_is_made_with_a_report_of_the_trial() -> None:
    town = a_trial()
    number = a_report(town)
    start(town)
    with pytest.raises(TrialOver, match="jetzt in Betrieb"):
        move(town, number, Verb.publish)
    assert count(town, TrialPublication) == 0


def test_a_report_on_its_way_at_the_start_is_refused_and_not_left_behind() -> None:
    town = a_trial()
    before = town.town
    start(town)
    new = a_new_report(town)
    code = tracking_code(Here.world.settings, town.tenant_id, new.submission)
    with Here.world.scope(town.tenant_id):
        with pytest.raises(Stale):
            submit_report(new, town=before, code=code, by=CITIZEN, at=now())
        session().rollback()
    assert count(town, Report) == 0


def test_the_start_waits_for_what_is_just_being_written() -> None:
    town = a_trial()
    started = threading.Event()

    def start_meanwhile() -> None:
        start(town)
        started.set()

    switch = threading.Thread(target=start_meanwhile)
    with Here.world.scope(town.tenant_id):
        assert hold_state(town.tenant_id) is TenantState.trial
        switch.start()
        with Here.world.engine("owner").connect() as looking:
            waiting = text(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            while looking.execute(waiting).scalar_one() == 0:
                assert switch.is_alive()
        assert not started.is_set()
        new = a_new_report(town)
        code = tracking_code(Here.world.settings, town.tenant_id, new.submission)
        submit_report(new, town=load_town(town.tenant_id), code=code, by=CITIZEN, at=now())
    switch.join(timeout=30)
    assert started.is_set()
    assert erase(town) == 1
    assert count(town, Report) == 0
