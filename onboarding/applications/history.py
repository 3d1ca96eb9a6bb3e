"""The file's history: every act of either side, readable by both. Written in the transaction of the act."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.jobs.outbox import Posting, post
from onboarding.applications.models import FILE_OUTBOX, FileEvent


def note(act: str, *, by: Actor, at: datetime, step: str = "", **details: Any) -> int:
    """Append an act to the current file's history; empty details are left out. Returns the event's id."""
    kept = {key: value for key, value in details.items() if value not in ("", None, [], {})}
    return int(session().scalars(
        insert(FileEvent).values(
            at=at, act=act, step=step, by_kind=by.kind, by_id=by.id, by_name=by.name, details=kept,
        ).returning(FileEvent.id)
    ).one())


def do_later(*postings: Posting, at: datetime, done: bool = False) -> None:
    """Have something done for the current file after the commit (mails, documents)."""
    post(FILE_OUTBOX, postings, at=at, done=done)


def history(most: int = 200) -> Iterable[FileEvent]:
    """What happened in the current file, the newest first."""
    return session().scalars(select(FileEvent).order_by(FileEvent.at.desc(), FileEvent.id.desc()).limit(most)).all()


def history_page(page: int, size: int = 30) -> tuple[list[FileEvent], int]:
    """One page of the history, the newest first, and how many pages there are (at least one)."""
    number = session().scalar(select(func.count()).select_from(FileEvent)) or 0
    rows = session().scalars(
        select(FileEvent).order_by(FileEvent.at.desc(), FileEvent.id.desc()).limit(size).offset((page - 1) * size)
    )
    return list(rows), max(1, -(-number // size))
