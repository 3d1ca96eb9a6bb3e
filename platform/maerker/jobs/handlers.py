"""Which posting is done by what, in which queue. A queue names its database role."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from maerker.database.scope import file_scope, tenant_scope
from maerker.settings import Settings

QUEUES = {"mail": "tenants", "images": "tenants", "file_mail": "console", "documents": "console"}
APPLICATIONS = {"tenants": "town", "console": "console"}  # database role of a worker -> the application it works as
PATIENT = frozenset({"images"})  # queues with a worker of their own, so that nothing waits for them
MAY_WAIT = {  # behind the pages of a busy machine, before it gets a share of its own
    "mail": timedelta(minutes=1), "images": timedelta(minutes=10), "file_mail": timedelta(minutes=1),
    "documents": timedelta(seconds=5),  # somebody is looking at the page that shows it
}
OWNERS = {"tenant_id": tenant_scope, "file_id": file_scope}


def queues_of(role: str) -> list[str]:
    """The queues that workers of this database role serve."""
    return [name for name, served_by in QUEUES.items() if served_by == role]


@dataclass(frozen=True)
class Handler:
    """Does one kind of posting. `act` gets the posting's row and the settings; raising means: try again."""

    kind: str
    queue: str
    act: Callable[[Any, Settings], None]


@dataclass(frozen=True)
class Outbox:
    """An outbox table with its handlers; the composition root lists all of them for relay and worker.

    `owner` is the first column of its key: postings belong to a town or to a joining file.
    """

    name: str
    table: Table
    handlers: tuple[Handler, ...]
    owner: str = "tenant_id"

    @property
    def owner_column(self) -> Any:
        return self.table.c[self.owner]

    def scope(self, owner_id: UUID) -> AbstractContextManager[None]:
        """The scope in which its postings are done."""
        return OWNERS[self.owner](owner_id)

    def handler(self, kind: str) -> Handler:
        """Raises LookupError for a kind nobody does: a fault of ours, seen as a problem of the posting."""
        for handler in self.handlers:
            if handler.kind == kind:
                return handler
        raise LookupError(f"Nobody does postings of the kind {kind}.")


class FinishedWithProblem(Exception):
    """The posting is over although it could not be done (an address that the mail server refuses for good)."""
