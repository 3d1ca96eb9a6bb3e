"""The relay: hands postings to the queues, one town after the other, so that none starves the others.

It claims by UPDATE ... RETURNING, which works over all shards of a cluster (law 3), and never finishes a
posting. Where Redis is away it gives the claimed postings back and waits.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, func, or_, select, tuple_, update
from sqlalchemy.exc import OperationalError

from maerker.clock import now
from maerker.jobs.handlers import QUEUES, Outbox
from maerker.jobs.outbox import Taken
from maerker.jobs.priority import give_way

BATCH = 200
PAUSE = 0.25
JOB = "maerker.jobs.worker.run_posting"
JOB_TIMEOUT = 120
log = structlog.get_logger()


class Relay:
    """Reads a list of outboxes as the role `relay`, which sees postings and nothing else."""

    def __init__(self, engine: Engine, redis: "Redis", outboxes: Sequence[Outbox], retry_seconds: int) -> None:
        self._engine = engine
        self._outboxes = outboxes
        self._retry = timedelta(seconds=retry_seconds)
        self._queues = {name: Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES}

    def forever(self) -> None:
        """Until the process is ended, giving way to those that answer people. Servers that are away are waited for."""
        give_way()
        while True:
            try:
                moved = self.once()
            except (OperationalError, RedisError) as away:
                log.warning("relay waits", reason=type(away).__name__)
                moved = 0
                time.sleep(1)
            if moved < BATCH:
                time.sleep(PAUSE)

    def once(self) -> int:
        """Claim and hand over one batch of each outbox. Returns how many."""
        return sum(self._move(outbox) for outbox in self._outboxes)

    def _move(self, outbox: Outbox) -> int:
        with self._engine.begin() as connection:
            rows = connection.execute(claim(outbox, self._retry)).all()
        taken = sorted((Taken(*row) for row in rows), key=lambda item: item.id)
        try:
            self._enqueue(outbox, taken)
        except RedisError:
            self._give_back(outbox, taken)
            raise
        return len(taken)

    def _enqueue(self, outbox: Outbox, taken: Sequence[Taken]) -> None:
        """One round trip for each queue: a batch one by one cost as much CPU as half of its reports."""
        jobs: dict[str, list[Any]] = {}
        for item in taken:
            try:
                queue = outbox.handler(item.kind).queue
            except LookupError:  # written by a newer version: it waits for a relay that knows it, the others go on
                log.error("posting of an unknown kind", kind=item.kind, posting=item.id, owner=str(item.owner_id))
                continue
            jobs.setdefault(queue, []).append(Queue.prepare_data(
                JOB, (outbox.name, str(item.owner_id), item.id),
                job_id=f"{outbox.name}-{item.owner_id}-{item.id}-{item.attempts}-{int(time.time() * 1000)}",
                timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=86400,
            ))
        for queue, datas in jobs.items():
            self._queues[queue].enqueue_many(datas)

    def _give_back(self, outbox: Outbox, taken: Sequence[Taken]) -> None:
        keys = [(item.owner_id, item.id) for item in taken]
        with self._engine.begin() as connection:
            connection.execute(
                update(outbox.table).where(tuple_(outbox.owner_column, outbox.table.c.id).in_(keys))
                .values(taken_at=None)
            )


def claim(outbox: Outbox, retry: timedelta) -> Any:
    """Take up to BATCH postings that wait, the first of each owner (town, file) before the second of any."""
    at, table, owner = now(), outbox.table, outbox.owner_column
    free = (
        table.c.done_at.is_(None)
        & or_(table.c.taken_at.is_(None), table.c.taken_at < at - retry)
        & or_(table.c.not_before.is_(None), table.c.not_before <= at)
    )
    turn = func.row_number().over(partition_by=owner, order_by=table.c.id).label("turn")
    waiting = select(owner.label("owner"), table.c.id, turn).where(free).subquery()
    chosen = select(waiting.c.owner, waiting.c.id).order_by(waiting.c.turn, waiting.c.id).limit(BATCH)
    return (
        update(table)
        .where(tuple_(owner, table.c.id).in_(chosen), free)
        .values(taken_at=at)
        .returning(owner, table.c.id, table.c.kind, table.c.attempts)
    )
