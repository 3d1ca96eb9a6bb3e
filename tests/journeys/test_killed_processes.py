"""kill -9 of each part while 200 citizens report: nothing that was answered with success is lost or doubled.

Design law 6. Web worker, job worker, Valkey and PostgreSQL are killed in turn; each citizen tries again like a
person would. Afterwards every success has exactly one report, and every mail has come, a repeat with the same
Message-ID.
"""

import re
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.journeys.instance import Browser, LostAnswer, RunningInstance, a_town_on, running_instance, wait_for
from tests.makers import MadeTown

CITIZENS = 200
AT_ONCE = 4
STEPS = (
    ("/hinweise/neu", {"street": "Bahnhofstraße", "house_number": "12", "district": "Sandow"}),
    ("/hinweise/neu/anliegen", {"category": "roads", "description": "Vor dem Haus ist ein tiefes Schlagloch."}),
    ("/hinweise/neu/fotos", {}),
)


def persevere(act: object, seconds: float = 90.0) -> object:
    """Do it again until it is answered, as a person with patience does."""
    assert callable(act)
    deadline = time.monotonic() + seconds
    while True:
        try:
            return act()
        except LostAnswer:
            assert time.monotonic() < deadline, "no answer for a minute and a half"
            time.sleep(0.2)


def report_once(port: int, host: str, email: str) -> str:
    """One citizen fills in the form and sends it, again and again until a success page comes; its number."""
    browser = Browser(port, host)
    for path, fields in (*STEPS, ("/hinweise/neu/kontakt", {"email": email})):
        persevere(lambda path=path: browser.get(path))
        answer = persevere(lambda path=path, fields=fields: browser.post(path, fields))
        assert answer.status == 303, (path, answer.status)  # type: ignore[attr-defined]
    persevere(lambda: browser.get("/hinweise/neu/pruefen"))
    form = {name: browser.hidden(name) for name in ("submission", "seen")}
    assert all(form.values()), form
    answer = persevere(lambda: browser.post("/hinweise/neu/pruefen", form))
    assert answer.location == "/hinweise/neu/danke", answer.status  # type: ignore[attr-defined]
    page = persevere(lambda: browser.get("/hinweise/neu/danke"))
    found = re.search(r"20\d\d-\d{6}", page.page)  # type: ignore[attr-defined]
    assert found
    return found.group(0)


def cruelty(instance: RunningInstance, done: "list[str]", over: threading.Event) -> list[str]:
    """Kill each part in turn as the work goes on; what was killed."""
    killed = []
    plan = ["web worker", "worker", "valkey", "postgres", "web worker", "worker"]
    for n, name in enumerate(plan, start=1):
        while len(done) < n * CITIZENS // (len(plan) + 1) and not over.is_set():
            over.wait(0.05)
        if name == "web worker":
            instance.kill_a_web_worker()
        else:
            instance.kill(name)
        killed.append(name)
    return killed


@pytest.mark.failure
def test_killed_parts_lose_and_double_nothing(tmp_path: Path) -> None:
    with running_instance(tmp_path) as instance:
        town = a_town_on(instance)
        numbers: list[str] = []
        over = threading.Event()
        with ThreadPoolExecutor(AT_ONCE + 1) as people:
            killer = people.submit(cruelty, instance, numbers, over)
            jobs = [
                people.submit(lambda n=n: numbers.append(
                    report_once(instance.port, town.host, f"citizen{n}@example.org")
                ))
                for n in range(CITIZENS)
            ]
            for job in jobs:
                job.result()
            over.set()
            assert len(killer.result()) == 6
        assert_each_success_is_one_report(instance, town, numbers)
        assert_every_mail_came(instance, numbers)


def assert_each_success_is_one_report(instance: RunningInstance, town: MadeTown, numbers: list[str]) -> None:
    engine = create_engine(instance.settings.database_url_of("tenants"))
    with engine.connect() as connection:
        connection.execute(text(f"SET LOCAL maerker.tenant = '{town.tenant_id}'"))
        rows = connection.execute(text("SELECT number, count(*) FROM reports GROUP BY number")).all()
    engine.dispose()
    assert len(set(numbers)) == CITIZENS
    assert dict(Counter(number for number, _ in rows)) == dict.fromkeys(numbers, 1)


def assert_every_mail_came(instance: RunningInstance, numbers: list[str]) -> None:
    """One receipt for each citizen and one notice for the editors; repeats carry the same Message-ID."""
    engine = create_engine(instance.settings.database_url_of("relay"), pool_pre_ping=True)

    def all_done() -> bool:
        with engine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM outbox WHERE done_at IS NULL")).scalar_one() == 0

    wait_for(all_done, instance.process, seconds=300)  # on a busy machine mails wait for a minute first
    engine.dispose()
    mails = instance.mails()
    receipts = {str(mail["Message-ID"]): str(mail["To"]) for mail in mails if "citizen" in str(mail["To"])}
    assert sorted(receipts.values()) == sorted(f"citizen{n}@example.org" for n in range(CITIZENS))
    notices = {str(mail["Message-ID"]) for mail in mails if "redaktion@" in str(mail["To"])}
    assert len(notices) == len(numbers)
