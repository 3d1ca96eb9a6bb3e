"""The relay: hands postings to the queues, one town after the other, so that none starves the others.

It claims by UPDATE ... RETURNING, which works over all shards of a cluster (law 3), and never finishes a
posting. A queue is kept short: what waits in the outbox can still be overtaken by another town's, and is not
posted again because it has waited for long. Where Redis is away it gives the claimed postings back and waits.
"""

import time
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

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
FULL = 100  # jobs waiting in a queue: more would be done no sooner
PAUSE = 0.25
JOB = "maerker.jobs.worker.run_posting"
JOB_TIMEOUT = 120
log = structlog.get_logger()


class Relay:
    """Reads a list of outboxes as the role `relay`, which sees postings and nothing else."""

    def __init__(self, engine: Engine, redis: "Redis", outboxes: Sequence[Outbox], retry_seconds: int) -> None:
        self._engine = engine
        self._redis = redis
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
        """Claim and hand over one batch of each outbox, without what is for a full queue. Returns how many."""
        full = self._full_queues()
        return sum(self._move(outbox, full) for outbox in self._outboxes)

    def _full_queues(self) -> set[str]:
        with self._redis.pipeline(transaction=False) as asked:
            for queue in self._queues.values():
                asked.llen(queue.key)
            lengths = asked.execute()
        return {name for name, length in zip(self._queues, lengths, strict=True) if length >= FULL}

    def _move(self, outbox: Outbox, full: Collection[str]) -> int:
        left = [handler.kind for handler in outbox.handlers if handler.queue in full]
        with self._engine.begin() as connection:
            rows = connection.execute(claim(outbox, self._retry, left)).all()
        taken = in_turn([Taken(*row) for row in rows])
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
                whose = {outbox.owner.removesuffix("_id"): str(item.owner_id)}  # tenant or file
                log.error("posting of an unknown kind", kind=item.kind, posting=item.id, **whose)
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


def in_turn(taken: Sequence[Taken]) -> list[Taken]:
    """The first of each owner before the second of any, each one's own in the order of their posting."""
    turns: Counter[UUID] = Counter()
    numbered = []
    for item in sorted(taken, key=lambda item: item.id):
        numbered.append((turns[item.owner_id], item))
        turns[item.owner_id] += 1
    return [item for _, item in sorted(numbered, key=lambda pair: pair[0])]


def claim(outbox: Outbox, retry: timedelta, left: Collection[str] = ()) -> Any:
    """Take up to BATCH postings that wait, the first of each owner (town, file) before the second of any; those of the
    kinds that are `left` go on waiting."""
    at, table, owner = now(), outbox.table, outbox.owner_column
    free = (
        table.c.done_at.is_(None)
        & or_(table.c.taken_at.is_(None), table.c.taken_at < at - retry)
        & or_(table.c.not_before.is_(None), table.c.not_before <= at)
    )
    if left:
        free &= table.c.kind.not_in(left)
    turn = func.row_number().over(partition_by=owner, order_by=table.c.id).label("turn")
    waiting = select(owner.label("owner"), table.c.id, turn).where(free).subquery()
    chosen = select(waiting.c.owner, waiting.c.id).order_by(waiting.c.turn, waiting.c.id).limit(BATCH)
    return (
        update(table)
        .where(tuple_(owner, table.c.id).in_(chosen), free)
        .values(taken_at=at)
        .returning(owner, table.c.id, table.c.kind, table.c.attempts)
    )
