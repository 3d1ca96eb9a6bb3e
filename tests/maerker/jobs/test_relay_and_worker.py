"""Postings are handed out in turns, done once, tried again, and never in another town's scope."""

from datetime import timedelta

import pytest
import time_machine
from redis import Redis
from rq import Queue
from sqlalchemy import select, update

from maerker.clock import now
from maerker.database.base import session
from maerker.jobs.outbox import Posting, post
from maerker.jobs.relay import BATCH, FULL, Relay, claim
from maerker.jobs.worker import prepare_worker, run_posting
from tenants.application import OUTBOXES
from tenants.reports.actions import OUTBOX
from tenants.reports.models import OutboxPosting
from tests.makers import Here, MadeTown, a_report, a_tenant
from tests.world import Mailbox


def postings(town: MadeTown) -> list[OutboxPosting]:
    with Here.world.scope(town.tenant_id):
        return list(session().scalars(select(OutboxPosting).order_by(OutboxPosting.id)))


def test_one_town_with_many_postings_does_not_starve_the_others(mailbox: Mailbox) -> None:
    Here.world.work()
    busy, quiet = a_tenant(), a_tenant()
    with Here.world.scope(busy.tenant_id):
        post(OUTBOX, [Posting("mail_editors", n) for n in range(BATCH + 50)], at=now())
    a_report(quiet)
    with Here.world.engine("relay").connect() as connection:
        taken = connection.execute(claim(OUTBOXES[0], timedelta(seconds=120))).all()
        connection.rollback()
    assert quiet.tenant_id in {row[0] for row in taken}
    with Here.world.scope(busy.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now()))


def test_a_full_queue_is_left_until_it_is_shorter_and_stops_no_other(town: MadeTown, mailbox: Mailbox) -> None:
    redis = Redis.from_url(Here.world.settings.redis_url)
    mails, images = (Queue(name, connection=redis) for name in ("mail", "images"))
    relay = Relay(Here.world.engine("relay"), redis, Here.world.platform.outboxes, 120)
    with Here.world.scope(town.tenant_id):
        post(OUTBOX, [Posting("mail_editors", n) for n in range(BATCH + 50)], at=now())
    assert (relay.once(), mails.count) == (BATCH, BATCH)
    other = a_tenant()
    with Here.world.scope(other.tenant_id):
        post(OUTBOX, [Posting("mail_editors", 1), Posting("render_photos", 1)], at=now())
    assert (relay.once(), mails.count, images.count) == (1, BATCH, 1)
    redis.ltrim(mails.key, 0, FULL - 2)
    assert (relay.once(), mails.count) == (51, FULL - 1 + 51)
    assert str(other.tenant_id) in mails.job_ids[FULL - 1 + 1], "the other town's is the second of those that came"
    redis.delete(mails.key, images.key)


def test_a_failing_mail_server_delays_and_loses_nothing(town: MadeTown, mailbox: Mailbox) -> None:
    mailbox.refuse = "451 4.3.0 bitte spaeter"
    a_report(town)
    Here.world.work()
    waiting = postings(town)
    assert [posting.done_at for posting in waiting] == [None, None]
    assert all(posting.attempts >= 1 for posting in waiting), "on a slow machine the next try may have come already"
    assert all(posting.problem.startswith("MailDelayed") for posting in waiting)
    mailbox.refuse = ""
    with time_machine.travel(now() + timedelta(minutes=5)):
        Here.world.work()
    assert all(posting.done_at for posting in postings(town))
    assert len(mailbox.to(f"karin.melder@{town.slug}")) == 1


def test_an_address_that_is_refused_for_good_is_over_and_says_so(town: MadeTown, mailbox: Mailbox) -> None:
    mailbox.refuse = "550 5.1.1 no such user"
    a_report(town)
    Here.world.work()
    assert all(posting.done_at and posting.problem.startswith("MailRefused") for posting in postings(town))


def test_the_same_job_twice_sends_one_mail(town: MadeTown, mailbox: Mailbox) -> None:
    a_report(town)
    Here.world.work()
    for posting in postings(town):
        run_posting("reports", str(town.tenant_id), posting.id)
    assert len(mailbox.to(f"karin.melder@{town.slug}")) == 1


def test_another_towns_posting_is_not_found_in_a_towns_scope(town: MadeTown, mailbox: Mailbox) -> None:
    other = a_tenant()
    a_report(other)
    prepare_worker(Here.world.platform.app("town"), Here.world.platform.outboxes)
    for posting in postings(other):
        run_posting("reports", str(town.tenant_id), posting.id)
    assert mailbox.to(other.slug) == []
    assert all(posting.done_at is None for posting in postings(other))


def test_the_worker_between_two_towns_writes_in_each_ones_name(town: MadeTown, mailbox: Mailbox) -> None:
    other = a_tenant()
    for made in (town, other, town, other):
        a_report(made)
    Here.world.work()
    for made in (town, other):
        mails = mailbox.to(f"karin.melder@{made.slug}")
        assert len(mails) == 2
        assert all(made.slug in str(mail["From"]).lower() for mail in mails)
        assert all(made.host in mail.as_string() for mail in mails)


def test_emptied_redis_loses_no_posting(town: MadeTown, mailbox: Mailbox) -> None:
    redis = Redis.from_url(Here.world.settings.redis_url)
    a_report(town)
    relay = Relay(Here.world.engine("relay"), redis, Here.world.platform.outboxes, 120)
    assert relay.once() > 0
    redis.flushdb()
    Here.world.work()
    assert mailbox.to(f"karin.melder@{town.slug}") == []
    with time_machine.travel(now() + timedelta(seconds=130)):
        Here.world.work()
    assert len(mailbox.to(f"karin.melder@{town.slug}")) == 1


def test_a_broken_posting_is_written_down_and_put_off(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id):
        post(OUTBOX, [Posting("mail_receipt", 987654321)], at=now())
    Here.world.work()
    (posting,) = postings(town)
    assert posting.attempts >= 1
    assert posting.not_before is not None
    assert posting.problem
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now()))


def test_a_posting_that_nobody_knows_stops_no_other(town: MadeTown, mailbox: Mailbox) -> None:
    with Here.world.scope(town.tenant_id):
        post(OUTBOX, [Posting("of_a_newer_version", 1)], at=now())
    a_report(town)
    Here.world.work()
    unknown, *others = postings(town)
    assert unknown.done_at is None
    assert all(posting.done_at for posting in others)
    with Here.world.scope(town.tenant_id):
        session().execute(update(OutboxPosting).values(done_at=now()))


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 15), (1, 30), (5, 480), (7, 1800), (100, 1800)])
def test_the_waits_double_up_to_half_an_hour(attempts: int, seconds: int) -> None:
    from maerker.jobs.outbox import wait_after

    assert wait_after(attempts) == timedelta(seconds=seconds)
