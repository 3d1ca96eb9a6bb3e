"""The moment at which a town's state changes, kept apart from what is being done in the state before it.

Whatever is bound to a state (a report of a trial) holds the state while it is written; the change waits for it and
everything after the change sees the new state. Nobody holds the state of a town in ordinary work: the way of a
citizen's report costs nothing more.
"""

import hashlib
import uuid

from sqlalchemy import text

from maerker.database.base import session
from tenants.registry.models import TenantState

_STATE = text("SELECT state FROM tenants WHERE id = :tenant")


def hold_state(tenant_id: uuid.UUID) -> TenantState:
    """The town's state, which stays as it is until this transaction ends."""
    session().execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": _key(tenant_id)})
    return TenantState(session().execute(_STATE, {"tenant": tenant_id}).scalar_one())


def wait_for_holders(tenant_id: uuid.UUID) -> None:
    """Before a change of the state: wait for all who hold it, and let nobody hold it until the change is committed."""
    session().execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _key(tenant_id)})


def _key(tenant_id: uuid.UUID) -> int:
    """A number of 64 bits, PostgreSQL's name for a lock of ours."""
    digest = hashlib.sha256(b"state of a town\x1f" + tenant_id.bytes).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
