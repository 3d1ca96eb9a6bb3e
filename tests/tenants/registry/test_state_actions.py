"""A town goes from state to state by the table of moves and by no other way."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from tenants.registry import state_actions as actions
from tenants.registry.models import Tenant, TenantState
from tests.makers import Here, MadeTown, a_tenant, a_visitor
from tests.trials import set_town

AT = now()
ACTS = {
    TenantState.trial: lambda town: actions.begin_trial(town.tenant_id),
    TenantState.live: lambda town: actions.start_town(town.tenant_id, at=AT),
    TenantState.paused: lambda town: actions.pause_town(town.tenant_id, at=AT),
    TenantState.leaving: lambda town: actions.announce_leaving(town.tenant_id, form_closed=False),
    TenantState.closed: lambda town: actions.close_town(town.tenant_id),
}


def row_of(town: MadeTown) -> Tenant:
    with Here.world.no_scope("console"):
        return session().scalars(
            select(Tenant).where(Tenant.id == town.tenant_id).execution_options(populate_existing=True)
        ).one()


@pytest.mark.parametrize(("before", "wanted"), list(product(TenantState, ACTS)))
def test_each_state_is_reached_from_where_the_table_says(before: TenantState, wanted: TenantState) -> None:
    town = a_tenant(state=before)
    version = row_of(town).config_version
    already = before is wanted or (wanted is TenantState.live and before in actions.STARTED)
    allowed = before in actions.REACHED_FROM[wanted] and not already
    with Here.world.no_scope("console"):
        if allowed or already:
            assert ACTS[wanted](town) is allowed
        else:
            with pytest.raises(Stale):
                ACTS[wanted](town)
            session().rollback()
    after = row_of(town)
    assert after.state is (wanted if allowed else before)
    assert after.config_version == version + allowed


def test_the_start_is_dated_once() -> None:
    town = a_tenant(state=TenantState.trial)
    with Here.world.no_scope("console"):
        assert actions.start_town(town.tenant_id, at=AT)
        assert not actions.start_town(town.tenant_id, at=AT + timedelta(hours=1))
    assert row_of(town).started_at == AT
    assert a_visitor(town).get("/").status_code == 200


def test_a_start_is_planned_moved_and_taken_back_until_it_has_happened() -> None:
    town = a_tenant(state=TenantState.joining)
    for planned in (AT + timedelta(days=3), AT + timedelta(days=9), None):
        with Here.world.no_scope("console"):
            actions.plan_start(town.tenant_id, planned, at=AT)
        assert row_of(town).starts_at == planned
    with Here.world.no_scope("console"):
        with pytest.raises(Invalid):
            actions.plan_start(town.tenant_id, AT, at=AT)
        session().rollback()
        actions.start_town(town.tenant_id, at=AT)
        session().commit()
        with pytest.raises(Stale):
            actions.plan_start(town.tenant_id, AT + timedelta(days=1), at=AT)
        session().rollback()


def test_a_pause_has_its_moments_and_ends_without_them(town: MadeTown) -> None:
    with Here.world.no_scope("console"):
        with pytest.raises(Invalid):
            actions.pause_town(town.tenant_id, at=AT, until=AT)
        session().rollback()
        actions.pause_town(town.tenant_id, at=AT, until=AT + timedelta(days=30))
    row = row_of(town)
    assert (row.state, row.paused_from, row.paused_until) == (TenantState.paused, AT, AT + timedelta(days=30))
    assert "geht es am" in a_visitor(town).get("/").text
    with Here.world.no_scope("console"):
        assert actions.resume_town(town.tenant_id)
        assert not actions.resume_town(town.tenant_id)
    row = row_of(town)
    assert (row.state, row.paused_from, row.paused_until) == (TenantState.live, None, None)


def test_a_notice_to_leave_can_be_withdrawn(town: MadeTown) -> None:
    with Here.world.no_scope("console"):
        actions.announce_leaving(town.tenant_id, form_closed=True)
        assert actions.resume_town(town.tenant_id)
    row = row_of(town)
    assert (row.state, row.form_closed_while_leaving) == (TenantState.live, False)


@pytest.mark.parametrize("state", [TenantState.joining, TenantState.trial, TenantState.closed])
def test_what_has_not_started_or_is_over_is_not_resumed(state: TenantState) -> None:
    town = a_tenant(state=state)
    with Here.world.no_scope("console"):
        with pytest.raises(Stale):
            actions.resume_town(town.tenant_id)
        session().rollback()


def test_a_town_that_is_not_there_is_not_started(town: MadeTown) -> None:
    with Here.world.no_scope("console"):
        with pytest.raises(NotThere):
            actions.start_town(town.municipality_id, at=AT)
        session().rollback()


def test_the_towns_own_role_changes_no_state(town: MadeTown) -> None:
    set_town(town, state=TenantState.trial)
    with Here.world.scope(town.tenant_id):
        with pytest.raises(Exception, match="permission denied"):
            actions.start_town(town.tenant_id, at=AT)
        session().rollback()
    assert row_of(town).state is TenantState.trial
