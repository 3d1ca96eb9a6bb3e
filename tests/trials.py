"""A town in its trial, for the stories: testers who came by the link, the start, and what is left of it."""

from datetime import datetime

from sqlalchemy import update

from maerker.clock import now
from maerker.database.base import session
from tenants.registry.models import Tenant, TenantState
from tenants.registry.state_actions import start_town
from tenants.reports.trial import trial_pass
from tenants.reports.trial_end import erase_trial
from tests.makers import Here, MadeTown, a_tenant, a_visitor
from tests.world import Visitor


def a_trial() -> MadeTown:
    return a_tenant(state=TenantState.trial)


def pass_of(town: MadeTown) -> str:
    """The word in the link that testers are given."""
    with Here.world.scope(town.tenant_id):
        return trial_pass(town.tenant_id, Here.world.settings)


def a_tester(town: MadeTown) -> Visitor:
    """Someone who has opened the testers' link."""
    visitor = a_visitor(town)
    answer = visitor.get(f"/probe/{pass_of(town)}")
    assert (answer.status_code, answer.location) == (303, "/")
    visitor.get("/")
    return visitor


def start(town: MadeTown, at: datetime | None = None) -> bool:
    """As the operator's role does at the hour."""
    with Here.world.no_scope("console"):
        return start_town(town.tenant_id, at=at or now())


def erase(town: MadeTown) -> int:
    """As the eraser's role does afterwards; how many reports went."""
    with Here.world.platform.eraser().app_context():
        return erase_trial(town.tenant_id, Here.world.settings)


def set_town(town: MadeTown, **values: object) -> None:
    """Write columns of the registry as the console may."""
    with Here.world.no_scope("console"):
        changed = values | {"config_version": Tenant.config_version + 1}
        session().execute(update(Tenant).where(Tenant.id == town.tenant_id).values(**changed))
