"""How many statements a request takes, counted where the driver gets them: from SQLAlchemy or from ourselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import psycopg
from sqlalchemy import Connection, Engine, event, text

SCOPE = ("SET LOCAL", "RESET ROLE")
ARE_YOU_THERE = ";"  # by which SQLAlchemy's pool asks a connection whether it still lives


@dataclass
class Counted:
    """The statements of one request in their order, each with its values; how often it committed.

    BEGIN, COMMIT, what announces a scope and what asks whether the connection lives are not among them.
    """

    statements: list[tuple[str, Any]] = field(default_factory=list)
    commits: int = 0

    @property
    def number(self) -> int:
        return len(self.statements)


@contextmanager
def counted() -> Iterator[Counted]:
    """Counts everything that this process asks of any database inside the block."""
    found = Counted()

    def noting(call: Callable[..., Any]) -> Callable[..., Any]:
        def noted(cursor: Any, words: Any, values: Any = None, **how: Any) -> Any:
            if words != ARE_YOU_THERE and not str(words).lstrip().upper().startswith(SCOPE):
                found.statements.append((str(words), values))
            return call(cursor, words, values, **how)

        return noted

    def commit(_: Connection) -> None:
        found.commits += 1

    event.listen(Engine, "commit", commit)
    try:
        with mock.patch.multiple(psycopg.Cursor, **{
            name: noting(getattr(psycopg.Cursor, name)) for name in ("execute", "executemany")
        }):
            yield found
    finally:
        event.remove(Engine, "commit", commit)


def count(request: Callable[[], int], expected: int) -> Counted:
    """The statements of a request to an application of this process. Raises RuntimeError for another status."""
    with counted() as found:
        status = request()
    if status != expected:
        raise RuntimeError(f"expected {expected}, got {status}")
    return found


def plans(engine: Engine, tenant: str, found: Counted) -> list[str]:
    """EXPLAIN ANALYZE of each reading statement, as the role of `engine` in the scope of one town."""
    shown = []
    for words, values in found.statements:
        if not words.lstrip().upper().startswith(("SELECT", "WITH FOUND")) or "report_contacts" in words:
            continue  # contact data has a role of its own
        with engine.connect() as connection:
            connection.execute(text(f"SET LOCAL maerker.tenant = '{tenant}'"))
            rows = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {words}", values).scalars()
            shown.append("\n".join([" ".join(words.split()), *rows]))
    return shown
