"""How many statements a request takes, counted where SQLAlchemy hands them to the driver."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, event, text

SCOPE = ("SET LOCAL", "RESET ROLE")  # they announce a scope; like BEGIN and COMMIT they are not counted


@dataclass
class Counted:
    """The statements of one request in their order, each with its values; how often it committed."""

    statements: list[tuple[str, Any]] = field(default_factory=list)
    commits: int = 0

    @property
    def number(self) -> int:
        return len(self.statements)


@contextmanager
def counted() -> Iterator[Counted]:
    """Counts everything that this process asks of any database inside the block."""
    found = Counted()

    def statement(_c: Connection, _cursor: Any, words: str, values: Any, _x: Any, _many: bool) -> None:
        if not words.lstrip().upper().startswith(SCOPE):
            found.statements.append((words, values))

    def commit(_: Connection) -> None:
        found.commits += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", commit)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", statement)
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
