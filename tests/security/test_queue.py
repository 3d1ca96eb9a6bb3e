"""Who can write into Redis can delay mails, and nothing more: no code is run, no address called, nothing is read."""

import json
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy import text

from maerker.jobs.relay import JOB, Relay
from maerker.jobs.worker import make_worker, prepare_worker
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_report, a_tenant, code_of, move
from tests.world import Mailbox

VICTIM = "tests.security.test_queue.touched"
touches: list[Any] = []


def touched(*arguments: Any, **_: Any) -> None:
    """What a forged job would like to call."""
    touches.append(arguments)


@pytest.fixture
def redis() -> "Redis":
    touches.clear()
    Here.world.work()
    prepare_worker(Here.world.platform.app("town"), Here.world.platform.outboxes)
    return Redis.from_url(Here.world.settings.redis_url)


def work(redis: "Redis") -> None:
    make_worker(redis, ["mail"]).work(burst=True, logging_level="CRITICAL")


def queue(redis: "Redis") -> Queue:
    return Queue("mail", connection=redis, serializer=JSONSerializer)


@pytest.mark.parametrize("function", [
    VICTIM, "os.system", "subprocess.check_output", "maerker.jobs.worker.prepare_worker",
])
def test_a_forged_job_calls_no_other_function(redis: "Redis", function: str, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    job = queue(redis).enqueue(function, f"touch {trace}")
    work(redis)
    assert touches == []
    assert not trace.exists()
    assert job.get_status(refresh=True) == "failed"


def test_a_forged_method_is_not_called(redis: "Redis") -> None:
    job = Job.create(JOB, args=("reports", "x", 1), connection=redis, serializer=JSONSerializer)
    job._instance = "text"
    job._func_name = "upper"
    queue(redis).enqueue_job(job)
    work(redis)
    assert job.get_status(refresh=True) == "failed"


def test_a_forged_callback_or_webhook_is_not_called(redis: "Redis", town: MadeTown) -> None:
    job = queue(redis).enqueue(JOB, "reports", str(town.tenant_id), 987654321)
    redis.hset(job.key, mapping={
        "success_callback_name": VICTIM, "failure_callback_name": VICTIM, "stopped_callback_name": VICTIM,
        "webhooks": json.dumps([{"url": "http://127.0.0.1:1/", "statuses": ["finished", "failed"]}]),
    })
    broken = queue(redis).enqueue(JOB, "no such outbox", str(town.tenant_id), 1)
    redis.hset(broken.key, "failure_callback_name", VICTIM)
    work(redis)
    assert touches == []


@pytest.mark.parametrize("arguments", [
    ("reports", "'; DROP TABLE reports", 1), ("reports", None, 1), ("", "", ""), (), ("reports", "x" * 36, "1 OR 1=1"),
])
def test_forged_arguments_do_nothing(redis: "Redis", mailbox: Mailbox, arguments: tuple[Any, ...]) -> None:
    queue(redis).enqueue(JOB, *arguments)
    work(redis)
    assert mailbox.mails == []


def test_a_posting_of_one_town_is_not_done_in_the_name_of_another(redis: "Redis", mailbox: Mailbox) -> None:
    town, other = a_tenant(), a_tenant()
    a_report(town)
    with Here.world.engine("relay").connect() as connection:
        numbers = connection.execute(text("SELECT id FROM outbox WHERE done_at IS NULL")).scalars().all()
    assert numbers
    for number in numbers:
        queue(redis).enqueue(JOB, "reports", str(other.tenant_id), number)
    work(redis)
    assert mailbox.to(town.slug) == []


def test_the_queue_holds_ids_and_nothing_of_a_person(redis: "Redis", town: MadeTown) -> None:
    number = a_report(town, description="Vertrauliches über das Schlagloch am Haus", phone="0355 998877")
    move(town, number, Verb.publish)
    Relay(Here.world.engine("relay"), redis, Here.world.platform.outboxes, 120).once()
    everything = b"".join(
        json.dumps({k.decode("latin-1"): v.decode("latin-1") for k, v in redis.hgetall(key).items()}).encode()
        + bytes(Job.fetch(key.decode().rpartition(":")[2], redis, JSONSerializer).data)
        for key in redis.keys("rq:job:*")
    )
    assert str(town.tenant_id).encode() in everything
    for word in ("karin", "Melder", "Vertraulich", "998877", code_of(town, number), "Bahnhof"):
        assert word.encode() not in everything, word
