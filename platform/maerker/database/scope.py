"""Whose rows may be seen. Without a scope there are none.

The tenant is announced to PostgreSQL at the begin of each transaction by ``SET LOCAL maerker.tenant``; the
policies in the migrations compare it with each row (law 1). ORM statements carry ``tenant_id = ...`` as well.
``SET LOCAL`` takes no bound parameter, so the value is a checked ``uuid.UUID``.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria

from maerker.database.base import session
from maerker.database.mixins import TenantOwned

_tenant: ContextVar[uuid.UUID | None] = ContextVar("maerker_tenant", default=None)


class NoScope(RuntimeError):
    """Code asked for the town it works for, but no scope is open: a fault of ours."""


def current_tenant() -> uuid.UUID:
    """The town the running request or job works for. Raises NoScope outside a scope."""
    tenant = _tenant.get()
    if tenant is None:
        raise NoScope("No tenant scope is open.")
    return tenant


@contextmanager
def tenant_scope(tenant_id: uuid.UUID) -> Iterator[None]:
    """Work for one town: all that is read and written inside belongs to it.

    Left by an exception, the transaction is rolled back: half a unit of work is never carried on without a town.
    """
    if not isinstance(tenant_id, uuid.UUID):
        raise TypeError("A tenant scope needs a uuid.UUID.")
    token = _tenant.set(tenant_id)
    current = session()
    try:
        if current.in_transaction():
            _announce(current.connection(), tenant_id)
        yield
    except BaseException:
        current.rollback()
        raise
    finally:
        _tenant.reset(token)
        if current.in_transaction():
            _announce(current.connection(), _tenant.get())


def enter_tenant(tenant_id: uuid.UUID) -> None:
    """Open the scope for the rest of this request; `leave_tenant` closes it when the request ends."""
    _tenant.set(uuid.UUID(str(tenant_id)))
    current = session()
    if current.in_transaction():
        _announce(current.connection(), tenant_id)


def leave_tenant() -> None:
    _tenant.set(None)


@contextmanager
def contacts_scope() -> Iterator[None]:
    """Read contact data of the current town: the desk, the tracking page and mail jobs do (law 5)."""
    connection = session().connection()
    connection.execute(text("SET LOCAL ROLE maerker_contacts"))
    yield
    connection.execute(text("RESET ROLE"))


def _announce(connection: Connection, tenant_id: uuid.UUID | None) -> None:
    value = "" if tenant_id is None else str(tenant_id)
    connection.exec_driver_sql(f"SET LOCAL maerker.tenant = '{value}'")


@event.listens_for(Session, "after_begin")
def _announce_at_begin(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    tenant = _tenant.get()
    if tenant is not None:
        _announce(connection, tenant)


@event.listens_for(Session, "do_orm_execute")
def _second_wall(state: ORMExecuteState) -> None:
    """Add `tenant_id = <current>` to each ORM statement that touches a tenant-owned table."""
    if state.is_column_load or state.is_relationship_load or not (
        state.is_select or state.is_update or state.is_delete
    ):
        return
    tenant = _tenant.get()
    if tenant is not None:
        state.statement = state.statement.options(
            with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == tenant, include_aliases=True)
        )
