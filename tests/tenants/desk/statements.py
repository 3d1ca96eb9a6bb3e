"""Counts what one request asks the database, as the budget of the desk counts it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from maerker.database.base import db
from tests.makers import Here

NOT_COUNTED = ("SET ", "RESET ", "BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of the towns' application while this is open, without BEGIN, SET LOCAL, SET ROLE, COMMIT."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, _p: Any, _context: Any, _many: bool) -> None:
        if not statement.upper().startswith(NOT_COUNTED):
            seen.append(statement)

    with Here.world.platform.app("town").app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
