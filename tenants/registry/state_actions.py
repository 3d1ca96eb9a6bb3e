"""Where a town stands on the platform, and how it gets from there to the next place (domain.md section 5).

Run as the console; who did it is written into the operator's audit by the caller. After the commit the caller
forgets the kept pages of the town's hosts (`hosts_of`, `maerker.web.page_cache.forget_pages`): the change itself
is seen by the first request after the commit, because the host look-up returns state and version.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.wording import gettext as _
from tenants.registry.models import Tenant, TenantState
from tenants.registry.switch import wait_for_holders

STARTED = frozenset({TenantState.live, TenantState.paused, TenantState.leaving})

# From where a state can be reached. Closed is the end.
REACHED_FROM: Mapping[TenantState, frozenset[TenantState]] = {
    TenantState.trial: frozenset({TenantState.joining}),
    TenantState.live: frozenset({TenantState.joining, TenantState.trial, TenantState.paused, TenantState.leaving}),
    TenantState.paused: frozenset({TenantState.live}),
    TenantState.leaving: frozenset({TenantState.live, TenantState.paused}),
    TenantState.closed: frozenset({TenantState.leaving}),
}


def begin_trial(tenant_id: uuid.UUID) -> bool:
    """From now on the town's staff and testers use the whole portal; everybody else still reads "soon here"."""
    return _go(tenant_id, TenantState.trial)


def plan_start(tenant_id: uuid.UUID, starts_at: datetime | None, *, at: datetime) -> None:
    """Fix the hour of the start, which the "soon here" page tells; None takes it back.

    Raises Stale after the start, Invalid for an hour that is over.
    """
    tenant = _locked(tenant_id)
    if tenant.state not in REACHED_FROM[TenantState.live] - STARTED:
        raise Stale(_("%(town)s ist schon gestartet.", town=tenant.name))
    if starts_at is not None and starts_at <= at:
        raise Invalid(fields={"starts_at": _("Der Start liegt in der Vergangenheit.")})
    _write(tenant, starts_at=starts_at)


def start_town(tenant_id: uuid.UUID, *, at: datetime) -> bool:
    """The first day: the town is live for everybody; False if it was already.

    Whoever is just writing something of the trial is waited for; afterwards nothing of a trial is written any more,
    so that `erase_trial`, which follows, leaves nothing behind. Raises Stale for a town that has left.
    """
    tenant = _locked(tenant_id)
    if tenant.state in STARTED:
        return False
    return _go(tenant_id, TenantState.live, started_at=at)


def pause_town(tenant_id: uuid.UUID, *, at: datetime, until: datetime | None = None) -> bool:
    """The form is closed, with the town's own message; reports stay readable. `until` is said on every page.

    Of a town that pauses already the end is moved. False if all is so already.
    """
    if until is not None and until <= at:
        raise Invalid(fields={"until": _("Das Ende der Pause liegt in der Vergangenheit.")})
    tenant = _locked(tenant_id)
    if tenant.state is not TenantState.paused:
        if tenant.state not in REACHED_FROM[TenantState.paused]:
            raise Stale(_("%(town)s ist nicht in Betrieb. Es gibt nichts zu pausieren.", town=tenant.name))
        return _go(tenant_id, TenantState.paused, paused_from=at, paused_until=until)
    if tenant.paused_until == until:
        return False
    _write(tenant, paused_until=until)
    return True


def resume_town(tenant_id: uuid.UUID) -> bool:
    """The pause is over, or the notice to leave is withdrawn. Raises Stale before the town's start."""
    if _locked(tenant_id).state not in STARTED:
        raise Stale(_("Diese Kommune pausiert nicht."))
    return _go(
        tenant_id, TenantState.live, paused_from=None, paused_until=None, form_closed_while_leaving=False
    )


def announce_leaving(tenant_id: uuid.UUID, *, form_closed: bool) -> bool:
    """The town is going to leave: its pages stay readable, its form open or closed as it was agreed."""
    return _go(tenant_id, TenantState.leaving, form_closed_while_leaving=form_closed)


def close_town(tenant_id: uuid.UUID) -> bool:
    """The town has left: its hosts say so (410) and show nothing else."""
    return _go(tenant_id, TenantState.closed)


def _go(tenant_id: uuid.UUID, state: TenantState, **values: Any) -> bool:
    """False if the town is there already; nothing is changed then."""
    tenant = _locked(tenant_id)
    if tenant.state is state:
        return False
    if tenant.state not in REACHED_FROM[state]:
        raise Stale(_("Dieser Schritt ist beim jetzigen Stand der Kommune nicht möglich."))
    _write(tenant, state=state, **values)
    return True


def _locked(tenant_id: uuid.UUID) -> Tenant:
    """The town as it is now, for a change; two changes at once follow one another."""
    wait_for_holders(tenant_id)
    tenant = session().get(Tenant, tenant_id, with_for_update=True, populate_existing=True)
    if tenant is None:
        raise NotThere()
    return tenant


def _write(tenant: Tenant, **values: Any) -> None:
    for name, value in values.items():
        setattr(tenant, name, value)
    tenant.config_version = Tenant.config_version + 1
    session().flush()
