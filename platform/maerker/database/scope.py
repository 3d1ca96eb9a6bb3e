"""Whose rows may be seen. Without a scope there are none.

The tenant is announced to PostgreSQL at the begin of each transaction by ``SET LOCAL maerker.tenant``; the
policies in the migrations compare it with each row (law 1). ORM statements carry ``tenant_id = ...`` as well.
``SET LOCAL`` takes no bound parameter, so the value is a checked ``uuid.UUID``. A joining file is announced the
same way by ``SET LOCAL maerker.file``; the operator's console works without one where it looks at all files.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, with_loader_criteria

from maerker.database.base import session
from maerker.database.direct import command, connection_of
from maerker.database.mixins import FileOwned, TenantOwned

_tenant: ContextVar[uuid.UUID | None] = ContextVar("maerker_tenant", default=None)
_file: ContextVar[uuid.UUID | None] = ContextVar("maerker_file", default=None)


class NoScope(RuntimeError):
    """Code asked for the town it works for, but no scope is open: a fault of ours."""


def current_tenant() -> uuid.UUID:
    """The town the running request or job works for. Raises NoScope outside a scope."""
    tenant = _tenant.get()
    if tenant is None:
        raise NoScope("No tenant scope is open.")
    return tenant


def current_file() -> uuid.UUID:
    """The joining file that the running request or job works on. Raises NoScope outside a scope."""
    file = _file.get()
    if file is None:
        raise NoScope("No file scope is open.")
    return file


def open_scopes() -> dict[str, str]:
    """Whose work is being done, as a line of the log says it: `tenant` or `file` with its id, or neither."""
    return {name: str(owner.get()) for name, owner in (("tenant", _tenant), ("file", _file)) if owner.get() is not None}


@contextmanager
def tenant_scope(tenant_id: uuid.UUID) -> Iterator[None]:
    """Work for one town: all that is read and written inside belongs to it.

    Left by an exception, the transaction is rolled back: half a unit of work is never carried on without a town.
    """
    with _scope(_tenant, tenant_id):
        yield


@contextmanager
def file_scope(file_id: uuid.UUID) -> Iterator[None]:
    """Work on one joining file: all that is read and written inside belongs to it. Otherwise as `tenant_scope`."""
    with _scope(_file, file_id):
        yield


@contextmanager
def _scope(owner: ContextVar[uuid.UUID | None], value: uuid.UUID) -> Iterator[None]:
    if not isinstance(value, uuid.UUID):
        raise TypeError("A scope needs a uuid.UUID.")
    token = owner.set(value)
    current = session()
    try:
        if current.in_transaction():
            _announce(connection_of(current), owner)
        yield
    except BaseException:
        current.rollback()
        raise
    finally:
        owner.reset(token)
        if current.in_transaction():
            _announce(connection_of(current), owner)


def enter_tenant(tenant_id: uuid.UUID) -> None:
    """Open the scope for the rest of this request; `leave_scopes` closes it when the request ends."""
    _enter(_tenant, tenant_id)


def enter_file(file_id: uuid.UUID) -> None:
    """Open the scope of a joining file for the rest of this request."""
    _enter(_file, file_id)


def _enter(owner: ContextVar[uuid.UUID | None], value: uuid.UUID) -> None:
    if not isinstance(value, uuid.UUID):
        raise TypeError("A scope needs a uuid.UUID.")
    owner.set(value)
    current = session()
    if current.in_transaction():
        _announce(connection_of(current), owner)


def leave_scopes() -> None:
    """At the end of a request: the next one on this thread begins without a town and without a file."""
    _tenant.set(None)
    _file.set(None)


@contextmanager
def contacts_scope() -> Iterator[None]:
    """Read contact data of the current town: the desk, the tracking page and mail jobs do (law 5)."""
    connection = session().connection()
    connection.execute(text("SET LOCAL ROLE maerker_contacts"))
    yield
    connection.execute(text("RESET ROLE"))


_SETTINGS = {_tenant: "maerker.tenant", _file: "maerker.file"}


def _announce(connection: Connection, owner: ContextVar[uuid.UUID | None]) -> None:
    command(connection, f"SET LOCAL {_SETTINGS[owner]} = '{owner.get() or ''}'")


@event.listens_for(Session, "after_begin")
def _announce_at_begin(_session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    for owner in _SETTINGS:
        if owner.get() is not None:
            _announce(connection, owner)


@event.listens_for(Session, "do_orm_execute")
def _second_wall(state: ORMExecuteState) -> None:
    """Add `tenant_id = <current>` (`file_id = <current>`) to each ORM statement on a table owned that way."""
    if state.is_column_load or state.is_relationship_load or not (
        state.is_select or state.is_update or state.is_delete
    ):
        return
    tenant, file = _tenant.get(), _file.get()
    if tenant is not None:
        state.statement = state.statement.options(
            with_loader_criteria(TenantOwned, lambda cls: cls.tenant_id == tenant, include_aliases=True)
        )
    if file is not None:
        state.statement = state.statement.options(
            with_loader_criteria(FileOwned, lambda cls: cls.file_id == file, include_aliases=True)
        )
