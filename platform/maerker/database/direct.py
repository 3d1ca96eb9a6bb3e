"""Statements handed to the driver itself, inside the session's transaction.

For the few that the busiest requests cannot do without: who answers at this host, the sending of a report. Such a
statement is a constant text with bound values; binding, result and row by SQLAlchemy cost as much of the process's
time again as the driver and the wire do (ADR 0028). All others go through the session.
"""

from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from maerker.database.base import session


def one_row(statement: str, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The one row that a statement gives back, or None. `%(name)s` in it stands for a value.

    Raises what SQLAlchemy would raise: IntegrityError, OperationalError and the others of its DBAPIError, without the
    values. When a connection was lost, those made before it leave the pool too: the server was restarted.
    """
    connection = session().connection()
    driver: psycopg.Connection[tuple[Any, ...]] = connection.connection.driver_connection  # type: ignore[assignment]
    try:
        cursor = driver.execute(statement, values)
        row = cursor.fetchone()
    except psycopg.Error as fault:
        raise _as_usual(connection, driver, statement, fault) from fault
    if cursor.rowcount > 1:
        raise RuntimeError(f"one row expected, got {cursor.rowcount}")
    return row


def _as_usual(
    connection: Connection, driver: "psycopg.Connection[Any]", statement: str, fault: psycopg.Error
) -> BaseException:
    if driver.closed:
        try:
            connection.exec_driver_sql("SELECT 1")
        except DBAPIError as lost:  # SQLAlchemy has met it itself: all connections as old as this one leave the pool
            return lost
    return DBAPIError.instance(statement, None, fault, psycopg.Error, hide_parameters=True)
