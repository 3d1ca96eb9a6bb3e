"""Two at once at the gate: one copy, one proposal, and no start that a withdrawal runs into."""

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Problem, Stale
from onboarding.applications.actions import this_file, withdraw
from onboarding.applications.overrides import propose_override
from onboarding.contracts.file_review import CHECKS, confirm_copy
from onboarding.steps import Step
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import OPERATOR, PLACE, a_paper, an_admitted_file, at_the_file
from tests.makers_joining import (
    JOINING_HOST,
    file_id_of,
)
from tests.security.test_gate import ANNA, BERT, REASON, a_browser


def at_once(*acts: Any) -> list[Any]:
    """What each act answers or raises when all begin together."""
    def run(act: Any) -> Any:
        try:
            return act()
        except (Problem, DBAPIError) as refusal:
            return type(refusal)

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=60) for done in [pool.submit(run, act) for act in acts]]


def test_two_who_hand_in_at_once_hand_in_one_copy() -> None:
    paper = a_paper()
    form = {"way": "scan", "name_1": "Christine Herrmann", "function_1": "Bürgermeisterin", "on_behalf_1": "head",
            "signed_on": local_day(paper.row.made_at).isoformat()}
    paper.file.visitor.get(f"{PLACE}/{paper.id}/abgeben")
    token = paper.file.visitor.token

    def go() -> int:
        visitor = a_browser()
        for name, value in paper.file.visitor.cookies().items():
            visitor.client.set_cookie(name, value, domain=JOINING_HOST)
        return visitor.post(f"{PLACE}/{paper.id}/abgeben", {
            **form, "csrf_token": token, "files": [(io.BytesIO(a_scan(2)), "Scan.pdf")],
        }, content_type="multipart/form-data").status_code

    assert sorted(at_once(go, go, go)) == [303, 422, 422]
    assert len(paper.copies) == 1


def test_two_who_confirm_one_copy_at_once_confirm_it_once() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))

    number = paper.copies[-1].id

    def one() -> str:
        with at_the_file(paper.file_id):
            confirm_copy(number, CHECKS, "", by=OPERATOR, at=now())
        return "done"

    assert sorted(map(str, at_once(one, one))) == sorted(map(str, ["done", Stale]))


def test_two_who_propose_at_once_leave_one_proposal() -> None:
    person = an_admitted_file()
    file_id = file_id_of(person)

    def by(who: Actor) -> Any:
        def go() -> str:
            with at_the_file(file_id):
                propose_override(Step.service_promise, REASON, by=who, at=now())
            return "done"
        return go

    assert sorted(map(str, at_once(by(ANNA), by(BERT)))) == sorted(map(str, ["done", Stale]))


def test_a_withdrawal_waits_for_a_start_that_is_happening() -> None:
    person = an_admitted_file()
    file_id = file_id_of(person)

    def go() -> str:
        with at_the_file(file_id, "joining"):
            withdraw("", by=Actor(kind="joining", id=1, name="Karla Nagel"), at=now())
        return "withdrawn"

    with ThreadPoolExecutor(1) as pool:
        with at_the_file(file_id):
            session().execute(text("UPDATE joining_files SET started_at = now() WHERE file_id = :id"), {"id": file_id})
            running = pool.submit(at_once, go)
            _until_somebody_waits()
        (outcome,) = running.result(timeout=60)
    assert outcome != "withdrawn"
    with at_the_file(file_id):
        assert this_file().withdrawn_at is None


def _until_somebody_waits() -> None:
    waiting = text("SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE datname = current_database()"
                   " AND wait_event_type = 'Lock' AND usename = 'maerker_joining'")
    for _ in range(1500):
        with Here.world.engine("joining").connect() as connection:
            if connection.execute(waiting).one()[0]:
                return
    raise AssertionError("Nobody waits for the row.")
