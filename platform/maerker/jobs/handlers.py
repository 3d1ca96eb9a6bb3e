"""Which posting is done by what, in which queue. A queue names its database role."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from maerker.settings import Settings

QUEUES = {"mail": "tenants", "images": "tenants"}


@dataclass(frozen=True)
class Handler:
    """Does one kind of posting. `act` gets the posting's row and the settings; raising means: try again."""

    kind: str
    queue: str
    act: Callable[[Any, Settings], None]


@dataclass(frozen=True)
class Outbox:
    """An outbox table with its handlers; the composition root lists all of them for relay and worker."""

    name: str
    table: Table
    handlers: tuple[Handler, ...]

    def handler(self, kind: str) -> Handler:
        """Raises LookupError for a kind nobody does: a fault of ours, seen as a problem of the posting."""
        for handler in self.handlers:
            if handler.kind == kind:
                return handler
        raise LookupError(f"Nobody does postings of the kind {kind}.")


class FinishedWithProblem(Exception):
    """The posting is over although it could not be done (an address that the mail server refuses for good)."""
