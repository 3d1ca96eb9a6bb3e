"""One town or joining file after the other: one that fails keeps nobody else from what is due."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError

from maerker.database.base import session

log = structlog.get_logger()


def for_each(
    owners: Iterable[UUID], act: Callable[[UUID], object], *, slot: str,
    scope: Callable[[UUID], AbstractContextManager[None]] | None = None,
) -> int:
    """Act for each owner in a transaction of its own, in its scope (`tenant_scope`, `file_scope`) if one is given.

    What goes wrong for one is rolled back and logged under the name of the slot, and its turn comes again. Returns for
    how many it went wrong. A database that is away is nobody's fault alone and ends it: that error is raised.
    """
    waiting = list(owners)
    session().commit()
    failed = 0
    for owner in waiting:
        with scope(owner) if scope else nullcontext():  # a line of the log names whose scope is open
            failed += not _succeeds(act, owner, slot, {} if scope else {"owner": str(owner)})
    return failed


def _succeeds(act: Callable[[UUID], object], owner: UUID, slot: str, whose: dict[str, str]) -> bool:
    try:
        act(owner)
        session().commit()
    except Exception as problem:
        session().rollback()
        if isinstance(problem, DBAPIError) and problem.connection_invalidated:
            raise
        log.error("slot failed for one", slot=slot, exc_info=problem, **whose)
        return False
    return True
