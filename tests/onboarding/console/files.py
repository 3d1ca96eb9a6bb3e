"""Joining files for the tests of the console: one that came over HTTP, or many in given states at once."""

import itertools
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from bench.statements import counted
from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.actions import admit, file_of
from onboarding.applications.models import JoiningFile
from tests.makers import Here
from tests.makers_joining import InFile, a_file, a_kommune
from tests.world import Visitor

_numbers = itertools.count(1)


def id_of(person: InFile) -> uuid.UUID:
    """The file that somebody works in."""
    with Here.world.no_scope("console"):
        found = file_of(person.kommune.id)
    assert found is not None
    return found


def an_admitted_file() -> tuple[uuid.UUID, InFile]:
    """A file whose application the operator took, with its contact signed in; nothing else is done."""
    person = a_file()
    file_id = id_of(person)
    with Here.world.no_scope("console"), file_scope(file_id):
        admit(by=Actor(kind="operator", id=1, name="Frau Trieb"), at=now())
    Here.world.work()
    Here.world.mailbox.mails.clear()
    return file_id, person


def files_at_once(number: int, **values: Any) -> tuple[str, list[uuid.UUID]]:
    """Files of Kommunen that share one word in their names, which is returned with the ids. Nobody works in them."""
    word = f"sippe{next(_numbers)}x{uuid.uuid4().hex[:6]}"
    ids = [uuid.uuid4() for _ in range(number)]
    for file_id in ids:
        kommune = a_kommune()
        with Here.world.no_scope("console"), file_scope(file_id):
            session().execute(
                text("UPDATE municipalities SET name = :name WHERE id = :id"),
                {"name": values.get("name", "Ort") + f" {word}", "id": kommune.id},
            )
            session().add(JoiningFile(
                file_id=file_id, municipality_id=kommune.id, reference=f"T-{uuid.uuid4().hex[:12]}",
                **{"applied_at": now(), "confirmed_at": now(), "turn_since": now(), "turn": "operator",
                   **{key: value for key, value in values.items() if key != "name"}},
            ))
            session().flush()
    return word, ids


def long_ago(**span: float) -> datetime:
    return now() - timedelta(**span)


def events_of(file_id: uuid.UUID) -> list[Any]:
    """What the history of a file says, the oldest first."""
    with Here.world.no_scope("console"):
        return list(session().execute(
            text("SELECT act, by_name, details FROM file_events WHERE file_id = :file ORDER BY id"), {"file": file_id}
        ))


def acts_of(file_id: uuid.UUID) -> list[str]:
    return [row.act for row in events_of(file_id)]


def recorded(account_id: int) -> list[str]:
    """What the operator's record says that somebody did, the oldest first."""
    with Here.world.no_scope("console"):
        return list(session().scalars(
            text("SELECT act FROM operator_audit WHERE account_id = :id ORDER BY id"), {"id": account_id}
        ))


def statements_of(visitor: Visitor, path: str) -> int:
    """How many statements a page takes."""
    with counted() as asked:
        assert visitor.get(path).status_code == 200
    return asked.number
