"""A town that is live takes no reports for a while, and goes on again: by command, each time with its audit row."""

import uuid
from datetime import datetime

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, Stale
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.operators.models import OperatorAudit
from onboarding.provisioning.pages import forget_after_commit
from tenants.registry.models import Tenant, TenantState
from tenants.registry.state_actions import pause_town, resume_town


def pause(
    tenant_id: uuid.UUID, settings: Settings, *, until: datetime | None, reason: str, by: Actor, at: datetime
) -> bool:
    """Close the form; what is published stays readable. `until` is said on the pages and ends nothing by itself.

    Of a town that pauses already the end is moved; False if that is so already. `reason` is for the operator's record.
    Raises Invalid, Stale for a town that is not live.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": _("Bitte geben Sie den Grund an.")})
    if not pause_town(tenant_id, at=at, until=until):
        return False
    _note("town_paused", tenant_id, settings, by=by, at=at, reason=reason.strip(),
          moment=until.isoformat() if until else "")
    return True


def resume(tenant_id: uuid.UUID, settings: Settings, *, by: Actor, at: datetime) -> bool:
    """The form is open again; False if it is. Raises Stale: a town that is leaving does not take that back by this."""
    if session().get_one(Tenant, tenant_id, populate_existing=True).state is TenantState.leaving:
        raise Stale(_("Diese Kommune pausiert nicht."))
    if not resume_town(tenant_id):
        return False
    _note("town_resumed", tenant_id, settings, by=by, at=at)
    return True


def _note(act: str, tenant_id: uuid.UUID, settings: Settings, *, by: Actor, at: datetime, **details: str) -> None:
    known = {key: value for key, value in details.items() if value}
    session().add(OperatorAudit(
        at=at, act=act, account_id=by.id if by.kind == "operator" else None,
        details={"slug": session().get_one(Tenant, tenant_id).slug, "tenant": str(tenant_id), "by": by.kind, **known},
    ))
    forget_after_commit(tenant_id, settings)
