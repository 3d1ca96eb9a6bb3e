"""Makers for what changes around an agreement: a Kommune that has one, an announced change, a released processing."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from onboarding.contracts.file_models import (
    ChangeAnswer,
    CopySide,
    CopyState,
    CopyWay,
    DocumentState,
    FileCopy,
    FileDocument,
)
from onboarding.contracts.models import SubprocessorChange
from onboarding.contracts.periodic import take_effect
from onboarding.contracts.rows import Subprocessing
from onboarding.contracts.subprocessor_answers import announce
from tests.makers import Here
from tests.makers_documents import at_the_file
from tests.makers_joining import InFile, admitted, file_id_of
from tests.onboarding.contracts.console import as_superuser

ANKE = Actor(kind="operator", id=None, name="Anke Brandt")
SIDES = (CopySide.municipality, CopySide.operator)


def a_mailer(name: str = "") -> Subprocessing:
    """A sub-processor with a name of its own."""
    return Subprocessing(
        name=name or f"Postbote {uuid4().hex[:8]} AG", seat="Rostock", country="Deutschland",
        service="Versand von E-Mails", data="E-Mail-Adresse, Inhalt der Nachricht",
    )


def signed(file_id: UUID, kind: str, *, made_at: datetime | None = None, sides: tuple[CopySide, ...] = SIDES) -> int:
    """A document of this kind in a file, with an accepted copy of each of these sides. Its id."""
    at = made_at or now()
    with at_the_file(file_id):
        current = session()
        document = FileDocument(
            kind=kind, text_version=1, data={}, state=DocumentState.ready, made_at=at, sha256="ab" * 32
        )
        current.add(document)
        current.flush()
        for side in sides:
            current.add(FileCopy(
                document_id=document.id, side=side, way=CopyWay.scan, state=CopyState.accepted, file="a",
                sha256="ab" * 32, size=1, uploaded_at=at, checked_at=at,
                signatories=[{"name": "Christine Herrmann", "function": "Bürgermeisterin"}],
            ))
        current.flush()
        return int(document.id)


def with_agreement(file: InFile | None = None, *, made_at: datetime | None = None) -> InFile:
    """Somebody of a Kommune whose agreement both sides have signed."""
    file = file or admitted()
    signed(file_id_of(file), "data_processing_agreement", made_at=made_at)
    return file


def released(file: InFile | None = None, *, made_at: datetime | None = None) -> InFile:
    """Somebody of a Kommune that has released the processing as well."""
    file = with_agreement(file, made_at=made_at)
    signed(file_id_of(file), "processing_release", made_at=made_at, sides=(CopySide.municipality,))
    return file


def announced(new: Subprocessing | None = None, **changes: Any) -> int:
    """A change that was announced just now, with its mails under way. Its id."""
    at = changes.pop("at", None) or now()
    planned: dict[str, Any] = {
        "what": "Der Versand der E-Mails geht an einen anderen Dienst.", "new": new or a_mailer(),
        "takes_effect_on": local_day(at) + timedelta(days=31), **changes,
    }
    with Here.world.no_scope("console"):
        return int(announce(**planned, by=ANKE, at=at).id)


def on_the_day(change_id: int, days: int = 0) -> datetime:
    """Noon of the day on which a change takes effect, or so many days later."""
    with Here.world.no_scope("console"):
        day = session().get_one(SubprocessorChange, change_id).takes_effect_on
    return datetime(day.year, day.month, day.day, 11, tzinfo=now().tzinfo) + timedelta(days=days)


def let_it_take_effect(at: datetime) -> None:
    """The periodic job, at this moment."""
    with Here.world.no_scope("console"):
        take_effect(at)


def answer_of(file: InFile, change_id: int) -> ChangeAnswer:
    """What the file keeps of the Kommune's answer."""
    file_id = file_id_of(file)
    with at_the_file(file_id):
        row = session().scalars(select(ChangeAnswer).where(ChangeAnswer.change_id == change_id)).one()
        session().expunge(row)
        return row


@contextmanager
def own_registers() -> Iterator[None]:
    """Sub-processors and changes are the same for all files: nothing of other tests before, nothing left behind.

    What is under way is done first, so that no posting names a change that is gone.
    """
    _empty_registers()
    yield
    Here.world.work()
    _empty_registers()


def _empty_registers() -> None:
    with as_superuser() as connection:
        for table in ("file_change_answers", "subprocessor_changes", "subprocessors", "platform_changes"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.commit()


@contextmanager
def in_file(file: InFile) -> Iterator[UUID]:
    """The console's side of one file; the answer is its id."""
    file_id = file_id_of(file)
    with at_the_file(file_id):
        yield file_id
