"""The worker: does postings, one at a time, in the scope of the posting's town or joining file.

A posting is locked, done and finished in one transaction. What fails is written down with its reason and
becomes due again later; the row stays until it is done, so a worker that is killed loses nothing.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import structlog
from flask import Flask
from redis import Redis
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import ColumnElement, select, update

from maerker.clock import now
from maerker.database.base import session
from maerker.jobs.handlers import MAY_WAIT, FinishedWithProblem, Outbox
from maerker.jobs.outbox import wait_after
from maerker.jobs.priority import Patience, give_way
from maerker.jobs.relay import JOB
from maerker.settings import Settings

log = structlog.get_logger()


class Bench:
    """What the jobs of this process work with: the application and the outboxes, set once at the start."""

    app: Flask
    outboxes: Sequence[Outbox] = ()
    patience: Patience | None = None


def prepare_worker(app: Flask, outboxes: Sequence[Outbox]) -> None:
    Bench.app = app
    Bench.outboxes = outboxes


def run_worker(redis: "Redis", queues: Sequence[str]) -> None:
    """Work until the process is ended, giving way to those that answer people."""
    give_way()
    Bench.patience = Patience()
    make_worker(redis, queues).work(logging_level="WARNING")


def make_worker(redis: "Redis", queues: Sequence[str]) -> SimpleWorker:
    """A worker that does postings and nothing else: who writes into Redis must not run code here.

    JSON and never pickle; and whatever function a job names, only `run_posting` is called (see `PostingJob`).
    """
    known = [Queue(name, connection=redis, serializer=JSONSerializer, job_class=PostingJob) for name in queues]
    return SimpleWorker(known, connection=redis, serializer=JSONSerializer, job_class=PostingJob)


class PostingJob(Job):
    """A job as it is read from Redis, believed for its posting alone: no other function, callback or address."""

    @property
    def func(self) -> Any:
        if self.func_name != JOB or self.instance is not None:
            raise PermissionError("Redis holds a job that is no posting")
        return run_posting

    def restore(self, raw_data: Any) -> Any:
        restored = super().restore(raw_data)
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        return restored


def run_posting(outbox_name: str, owner: str, posting_id: int) -> None:
    """One posting, from a queue. Doing it twice does it once: a finished one is left alone."""
    outbox = next(item for item in Bench.outboxes if item.name == outbox_name)
    owner_id = uuid.UUID(owner)
    with Bench.app.app_context(), outbox.scope(owner_id):
        structlog.contextvars.bind_contextvars(posting=posting_id)
        try:
            _do(outbox, owner_id, posting_id)
            session().commit()
        except Exception as problem:
            session().rollback()
            log.warning("posting failed", kind_of_problem=type(problem).__name__)
            _put_off(outbox, owner_id, posting_id, problem)
            session().commit()
        finally:
            structlog.contextvars.unbind_contextvars("posting")


def _do(outbox: Outbox, owner_id: uuid.UUID, posting_id: int) -> None:
    table = outbox.table
    row = session().execute(
        select(table)
        .where(*_named(outbox, owner_id, posting_id), table.c.done_at.is_(None))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return
    settings: Settings = Bench.app.config["SETTINGS"]
    problem, handler = "", outbox.handler(row.kind)
    if Bench.patience is not None:
        Bench.patience.note(now() - (row.not_before or row.posted_at), MAY_WAIT[handler.queue])
    try:
        handler.act(row, settings)
    except FinishedWithProblem as reason:
        problem = str(reason)
    _write(outbox, owner_id, posting_id, done_at=now(), problem=problem)


def _put_off(outbox: Outbox, owner_id: uuid.UUID, posting_id: int, problem: Exception) -> None:
    attempts = session().execute(
        select(outbox.table.c.attempts).where(*_named(outbox, owner_id, posting_id))
    ).scalar_one_or_none()
    if attempts is None:
        return
    _write(
        outbox, owner_id, posting_id, attempts=attempts + 1, taken_at=None,
        not_before=now() + wait_after(attempts), problem=f"{type(problem).__name__}: {problem}"[:500],
    )


def _write(outbox: Outbox, owner_id: uuid.UUID, posting_id: int, **values: Any) -> None:
    session().execute(update(outbox.table).where(*_named(outbox, owner_id, posting_id)).values(**values))


def _named(outbox: Outbox, owner_id: uuid.UUID, posting_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return outbox.owner_column == owner_id, outbox.table.c.id == posting_id
