"""Statements handed to the driver itself, inside the session's transaction.

For the few that the busiest requests cannot do without: who answers at this host, the sending of a report. Such a
statement is a constant text with bound values; binding, result and row by SQLAlchemy cost as much of the process's
time again as the driver and the wire do (ADR 0028). All others go through the session.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

from maerker.database.base import session

_LAST = "maerker_last_statement"
_OPEN = "maerker_open_transaction"
Driver = psycopg.Connection[tuple[Any, ...]]


def one_row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The one row that a statement gives back, or None. `%(name)s` in it stands for a value.

    Raises what SQLAlchemy would raise: IntegrityError, OperationalError and the others of its DBAPIError, without the
    values. When a connection was lost, those made before it leave the pool too: the server was restarted.
    """
    current = session()
    connection = connection_of(current)
    return _ask(connection, _driver(connection), statement, values, with_commit=bool(current.info.get(_LAST)))


@contextmanager
def last_statement() -> Iterator[None]:
    """What is asked by `one_row` inside is the last statement of this request, which sends its COMMIT along with it.

    For a door, since requests commit and actions do not (law 6). A row that others wait for is free as soon as it is
    written, not only when Python comes to send the COMMIT. If the statement fails, nothing is committed. What follows
    sees no rows: the scope has ended with the transaction.
    """
    current = session()
    current.info[_LAST] = True
    try:
        yield
    finally:
        del current.info[_LAST]


def one_row_ahead(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The same, read ahead of the transaction if none has begun: BEGIN is then sent with what comes next.

    For what decides whose transaction it will be. Raises as `one_row` does.
    """
    connection = session().connection()
    driver = _driver(connection)
    if driver.pgconn.transaction_status != TransactionStatus.IDLE:
        return _ask(connection, driver, statement, values)
    driver.autocommit = True
    try:
        return _ask(connection, driver, statement, values)
    finally:
        if not driver.closed:
            driver.autocommit = False


def command(connection: Connection, words: str) -> None:
    """Do something in the transaction of this connection that takes no values and gives nothing back.

    Where it has not begun yet, it begins in the same round trip. Raises as `one_row` does.
    """
    driver = _driver(connection)
    if driver.pgconn.transaction_status == TransactionStatus.IDLE:
        words = f"BEGIN; {words}"
    try:
        result = driver.pgconn.exec_(words.encode())
        if result.status != ExecStatus.COMMAND_OK:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
    except psycopg.Error as fault:
        raise _as_usual(connection, driver, words, fault) from fault


def connection_of(current: Session) -> Connection:
    """What the session's transaction works on. Having it looked for by the session took a twentieth of a sending."""
    transaction: SessionTransaction | None
    connection: Connection | None
    transaction, connection = current.info.get(_OPEN, (None, None))
    if connection is None or transaction is not current.get_transaction():
        return current.connection()
    return connection


@event.listens_for(Session, "after_begin")
def _remember(current: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    current.info[_OPEN] = (current.get_transaction(), connection)


def _ask(
    connection: Connection, driver: Driver, statement: str, values: Mapping[str, Any], *, with_commit: bool = False
) -> tuple[Any, ...] | None:
    try:
        if with_commit:
            with driver.pipeline():
                cursor = driver.execute(statement, values)
                driver.commit()
        else:
            cursor = driver.execute(statement, values)
        row = cursor.fetchone()
    except psycopg.Error as fault:
        raise _as_usual(connection, driver, statement, fault) from fault
    if cursor.rowcount > 1:
        raise RuntimeError(f"one row expected, got {cursor.rowcount}")
    return row


def _driver(connection: Connection) -> Driver:
    return connection.connection.driver_connection  # type: ignore[return-value]


def _as_usual(connection: Connection, driver: Driver, statement: str, fault: psycopg.Error) -> BaseException:
    if driver.closed:
        try:
            connection.exec_driver_sql("SELECT 1")
        except DBAPIError as lost:  # SQLAlchemy has met it itself: all connections as old as this one leave the pool
            return lost
    return DBAPIError.instance(statement, None, fault, psycopg.Error, hide_parameters=True)
