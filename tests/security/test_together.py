"""Two at the same moment: one wins, the other is told, and nothing is done twice or by half."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from maerker.jobs.worker import prepare_worker, run_posting
from tenants.profile.town import load_town
from tenants.reports.actions import take_step
from tenants.reports.place_actions import set_place
from tenants.reports.status import Verb
from tenants.reports.step import Step
from tests.makers import Here, MadeTown, a_report, an_actor, report_row, signed_in
from tests.world import Mailbox, Visitor


def wait_until_someone_waits() -> None:
    """Until another connection stands before a row that this one holds."""
    question = text(
        "SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE datname = current_database()"
        " AND wait_event_type = 'Lock' AND usename = 'maerker_tenants'"
    )
    with Here.world.engine("tenants").connect() as connection:
        for _ in range(1500):
            if connection.execute(question).one()[0]:
                return
            connection.rollback()
    raise AssertionError("Nobody waits: the second one did not reach the row.")


def while_held(hold: Callable[[], object], town: MadeTown, act: Callable[[], int]) -> int:
    """Do `hold` in an open transaction, let `act` run into it from another thread, commit, and return act's answer."""
    with ThreadPoolExecutor(1) as pool:
        with Here.world.scope(town.tenant_id):
            hold()
            second = pool.submit(act)
            wait_until_someone_waits()
        return second.result(timeout=30)


def step(town: MadeTown, number: str, verb: Verb, **fields: object) -> None:
    take_step(
        number, verb, Step(version=1, **fields), town=load_town(town.tenant_id), by=an_actor(), at=now()  # type: ignore
    )


def posted(editor: Visitor, path: str, **fields: str) -> Callable[[], int]:
    editor.get("/redaktion/stil")
    return lambda: editor.post(path, fields).status_code


def events(town: MadeTown, number: str) -> list[str]:
    with Here.world.scope(town.tenant_id):
        rows = session().execute(text(
            "SELECT verb FROM report_events e JOIN reports r ON r.id = e.report_id WHERE r.number = :n ORDER BY e.id"
        ), {"n": number})
        return list(rows.scalars())


def publications(town: MadeTown) -> int:
    with Here.world.scope(town.tenant_id):
        return session().execute(
            text("SELECT count(*) FROM publications WHERE tenant_id = current_tenant()")
        ).scalar_one()


@pytest.mark.parametrize(("first", "second"), [
    ({"verb": Verb.reject, "reason": "personal_data", "public_text": "Das geht nicht."}, {"verb": "publish"}),
    ({"verb": Verb.publish}, {"verb": "reject", "reason": "insult", "public_text": "Nein."}),
    ({"verb": Verb.publish}, {"verb": "publish"}),
    ({"verb": Verb.note, "internal_text": "Erst anrufen!"}, {"verb": "publish"}),
])
def test_of_two_editors_at_once_the_second_is_told(
    town: MadeTown, first: dict[str, object], second: dict[str, str]
) -> None:
    """The second one's page was looked up before the first one's transaction ended: it must be looked at again."""
    number = a_report(town)
    editor = signed_in(town, "admin")
    fields = {"version": "1", **second}
    act = posted(editor, f"/redaktion/{number}/{fields.pop('verb')}", **fields)
    status = while_held(lambda: step(town, number, **first), town, act)  # type: ignore[arg-type]
    assert status == 409
    assert events(town, number) == ["submit", str(first["verb"])]
    assert publications(town) == (1 if first["verb"] is Verb.publish else 0)
    with Here.world.scope(town.tenant_id):
        assert report_row(number).version == 2


def test_a_pin_set_at_the_desk_while_the_report_is_rejected_changes_nothing(town: MadeTown) -> None:
    number = a_report(town, lat=None, lon=None)
    editor = signed_in(town)
    act = posted(editor, f"/redaktion/{number}/ort", lat=str(town.lat), lon=str(town.lon))
    rejected = {"verb": Verb.reject, "reason": "test_or_spam", "public_text": "Nein."}
    assert while_held(lambda: step(town, number, **rejected), town, act) == 409  # type: ignore[arg-type]
    assert events(town, number) == ["submit", "reject"]


def test_two_pins_at_once_are_one(town: MadeTown) -> None:
    number = a_report(town, lat=None, lon=None)
    editor = signed_in(town)
    act = posted(editor, f"/redaktion/{number}/ort", lat=str(town.lat + 0.01), lon=str(town.lon))

    def first() -> None:
        set_place(report_row(number).tracking_hash, lat=town.lat, lon=town.lon, town=load_town(town.tenant_id),
                  by=an_actor(), at=now())

    assert while_held(first, town, act) == 409
    with Here.world.scope(town.tenant_id):
        assert report_row(number).lat == town.lat


def test_eight_editors_click_at_the_same_moment(town: MadeTown) -> None:
    number = a_report(town)
    editors = [signed_in(town, name) for name in ("redaktion", "admin") * 4]
    for editor in editors:
        editor.get("/redaktion/stil")
    gate = threading.Barrier(len(editors))

    def click(editor: Visitor) -> int:
        gate.wait(timeout=20)
        return editor.post(f"/redaktion/{number}/publish", {"version": "1"}).status_code

    with ThreadPoolExecutor(len(editors)) as pool:
        statuses = sorted(pool.map(click, editors))
    assert set(statuses) <= {303, 409}, "A double click of the same person is answered with what it did."
    assert events(town, number) == ["submit", "publish"]


def test_two_workers_on_one_posting_send_one_mail(town: MadeTown, mailbox: Mailbox) -> None:
    a_report(town)
    prepare_worker(Here.world.platform.app("town"), Here.world.platform.outboxes)
    with Here.world.scope(town.tenant_id):
        numbers = list(session().execute(text("SELECT id FROM outbox WHERE kind LIKE 'mail_%'")).scalars())
    gate = threading.Barrier(4)

    def work(_: int) -> None:
        gate.wait(timeout=20)
        for number in numbers:
            run_posting("reports", str(town.tenant_id), number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(mailbox.to(f"karin.melder@{town.slug}")) == 1
    assert len(mailbox.to(f"redaktion@{town.slug}")) == 1


def test_numbers_given_at_the_same_moment_differ(town: MadeTown) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda _: a_report(town), range(12)))
    assert len(set(numbers)) == 12


def test_first_requests_at_the_same_moment_make_one_application() -> None:
    platform = Here.world.platform_with()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: platform.app("console"), range(8)))
    assert len({id(app) for app in made}) == 1


def test_failed_sign_ins_at_the_same_moment_are_all_counted(town: MadeTown) -> None:
    Redis.from_url(Here.world.settings.redis_url).flushdb()
    platform = Here.world.platform_with(rate_logins=4)
    guessers = [Visitor(platform, town.host, "198.51.100.150") for _ in range(12)]
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda one: one.sign_in("redaktion", "geraten, falsch").status_code, guessers))
    assert statuses.count(422) <= 4 + 3, "No more get through than were under way when the last one was counted."
    assert Visitor(platform, town.host, "198.51.100.150").sign_in("redaktion", "x").status_code == 429
