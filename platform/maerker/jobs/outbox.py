"""Postings: what has to be done after a commit, written in the same transaction as the change (law 6).

A posting holds ids and nothing personal. The relay hands it to a queue; the job finishes it. A posting taken
but unfinished is handed out again after a while.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer, String, Table, Text, insert
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import session
from maerker.database.mixins import moment

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)


class OutboxColumns:
    """Columns of an outbox table. `kind` names the handler, the ids say of what."""

    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    detail_id: Mapped[int | None] = mapped_column(BigInteger)
    posted_at: Mapped[datetime] = moment()
    not_before: Mapped[datetime | None] = moment()
    taken_at: Mapped[datetime | None] = moment()
    done_at: Mapped[datetime | None] = moment()
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    problem: Mapped[str] = mapped_column(Text, server_default="")


@dataclass(frozen=True)
class Posting:
    """One thing to be done, before it is written."""

    kind: str
    subject_id: int
    detail_id: int | None = None


def post(table: Table, postings: Iterable[Posting], *, at: datetime, done: bool = False) -> None:
    """Write postings in the running transaction, in one statement. `done`: as finished (the demo's past)."""
    rows: list[dict[str, Any]] = [
        {
            "kind": item.kind, "subject_id": item.subject_id, "detail_id": item.detail_id, "posted_at": at,
            "done_at": at if done else None,
        }
        for item in postings
    ]
    if rows:
        session().execute(insert(table).values(rows))


def wait_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 15 s, doubling, at most half an hour."""
    wait: timedelta = FIRST_WAIT * 2 ** min(attempts, 12)
    return min(wait, LONGEST_WAIT)


@dataclass(frozen=True)
class Taken:
    """A posting that the relay has claimed."""

    owner_id: uuid.UUID
    id: int
    kind: str
    attempts: int
