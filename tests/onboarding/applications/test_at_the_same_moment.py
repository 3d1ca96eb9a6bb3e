"""Two who act on one file at the same moment act one after the other."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, text

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Problem, Stale
from onboarding.applications import actions
from onboarding.applications.entries import entries, save_entry
from onboarding.applications.models import FileEvent, FilePerson, JoiningFile
from tests.makers import Here
from tests.makers_joining import JOINING_HOST, a_file, a_kommune, applied, file_id_of
from tests.world import Visitor

OPERATOR = Actor(kind="operator", id=None, name="Anke Betrieb")
REASON = "Das ist keine Kommune des Landes."


def at_once(app: str, file_id: uuid.UUID, *acts: Callable[[], Any]) -> list[str]:
    """Each act in its own transaction that has read the file before the others begin. The names of the refusals."""
    meeting, application = threading.Barrier(len(acts)), Here.world.platform.app(app)

    def do(act: Callable[[], Any]) -> str:
        with application.app_context(), file_scope(file_id):
            actions.this_file()
            meeting.wait()
            try:
                act()
            except Problem as problem:
                return type(problem).__name__
            session().commit()
            return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return [result.result() for result in [pool.submit(do, act) for act in acts]]


def test_an_application_is_admitted_or_refused_and_never_both() -> None:
    file_id = file_id_of(a_file())
    at_once(
        "console", file_id, lambda: actions.admit(by=OPERATOR, at=now()),
        lambda: actions.refuse(REASON, by=OPERATOR, at=now()),
    )
    with Here.world.no_scope("console"):
        admitted, refused = session().execute(
            select(JoiningFile.admitted_at, JoiningFile.refused_at).where(JoiningFile.file_id == file_id)).one()
    assert (admitted is None) is not (refused is None)


def test_an_admitted_application_is_not_refused_any_more() -> None:
    file_id = file_id_of(a_file())
    with Here.world.no_scope("console"), file_scope(file_id):
        actions.admit(by=OPERATOR, at=now())
        with pytest.raises(Stale):
            actions.refuse(REASON, by=OPERATOR, at=now())


def test_of_two_first_people_one_is_let_in() -> None:
    kommune = a_kommune()
    applied(kommune)
    applied(kommune, email=f"fremd-{kommune.email}", name="Fremde Frau")
    with Here.world.no_scope("console"):
        people = session().scalars(select(FilePerson).where(FilePerson.email.endswith(kommune.email))).all()
        file_id, numbers = people[0].file_id, [person.id for person in people]

    def confirm(number: int) -> Callable[[], None]:
        return lambda: actions.confirm(actions.the_person(number), at=now())

    at_once("joining", file_id, *(confirm(number) for number in numbers))
    with Here.world.no_scope("console"), file_scope(file_id):
        inside = [bool(one.let_in_at) for one in session().scalars(select(FilePerson))]
    assert sorted(inside) == [False, True]


def test_two_who_fill_in_an_empty_field_do_not_overwrite_each_other() -> None:
    file_id = file_id_of(a_file())

    def fill(street: str) -> Callable[[], Any]:
        by = Actor(kind="joining", name=street)
        return lambda: save_entry("street", street, by=by, at=now(), version=0)

    refusals = at_once("joining", file_id, fill("Am Markt 1"), fill("Rathausplatz 2"))
    assert sorted(refusals) == ["", "Stale"]
    with Here.world.no_scope("joining"), file_scope(file_id):
        saved = entries()["street"]
    assert saved.value == saved.saved_by, "the one who was told that it is saved"


def test_a_stranger_does_not_write_history_in_somebodys_name() -> None:
    anna = a_file()
    stranger = Visitor(Here.world.platform, JOINING_HOST, address="198.51.100.9")
    stranger.get(f"/antrag/{anna.kommune.id}")
    stranger.post(f"/antrag/{anna.kommune.id}", {"name": "Irgend Wer", "email": anna.kommune.email})
    with Here.world.no_scope("console"):
        last = session().execute(
            select(FileEvent.act, FileEvent.by_id, FileEvent.by_name).where(FileEvent.file_id == file_id_of(anna))
            .order_by(FileEvent.id.desc()).limit(1)).one()
    assert tuple(last) == ("applied", None, "Irgend Wer")


def test_what_has_ended_in_a_file_goes_after_a_month() -> None:
    from onboarding.applications.periodic import erase_what_has_ended

    file_id = file_id_of(a_file())
    Here.world.work()
    with Here.world.no_scope("console"), file_scope(file_id):
        for change in ("file_links SET expires_at", "file_outbox SET done_at"):
            long_ago = f"UPDATE {change} = now() - interval '31 days' WHERE file_id = current_file()"
            session().execute(text(long_ago))
    with Here.world.no_scope("console"):
        erase_what_has_ended(Here.world.settings)
    with Here.world.no_scope("console"):
        for table, left in (("file_links", 0), ("file_outbox", 0), ("file_sessions", 1)):
            number = session().scalar(text(f"SELECT count(*) FROM {table} WHERE file_id = :id"), {"id": file_id})
            assert (table, number) == (table, left)
