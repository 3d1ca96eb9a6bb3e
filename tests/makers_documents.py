"""Makers for documents of a joining file: a file that may have them made, its people, signed copies of them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.test import TestResponse

from maerker.audit.actor import SYSTEM, Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.actions import admit, file_of
from onboarding.applications.entries import save_entry
from onboarding.contracts import file_store
from onboarding.contracts.actions import load_first_texts
from onboarding.contracts.file_models import FileCopy, FileDocument
from tests.makers import Here
from tests.makers_joining import InFile, a_file

OPERATOR = Actor(kind="operator", id=None, name="Bea Trieb")
PLACE = "/akte/dokumente"
DETAILS: dict[str, Any] = {
    "official_name": "Stadt Spremberg/Grodk", "street": "Am Markt 1", "postal_code": "03130", "city": "Spremberg",
    "email": "stadt@spremberg.example", "head_name": "Christine Herrmann", "head_title": "Bürgermeisterin",
    "signatories": "head", "first_answer_days": 3, "forwarding_days": 3, "extent": "whole",
    "editors_mailbox": "maerker@spremberg.example", "council_needed": "nein",
    "risk_measures": "adequate", "impact_assessment": "not_needed",
}


@dataclass
class Paper:
    """A document in a file, as its people and the operator see it."""

    file: InFile
    file_id: UUID
    id: int

    @property
    def row(self) -> FileDocument:
        with at_the_file(self.file_id):
            found = session().get_one(FileDocument, (self.file_id, self.id))
            session().expunge(found)
            return found

    @property
    def copies(self) -> list[FileCopy]:
        with at_the_file(self.file_id):
            found = list(session().scalars(
                select(FileCopy).where(FileCopy.document_id == self.id).order_by(FileCopy.id)))
            session().expunge_all()
            return found

    @property
    def pdf(self) -> bytes:
        with at_the_file(self.file_id):
            return file_store.read(Here.world.settings, self.row_file)

    @property
    def row_file(self) -> str:
        return session().get_one(FileDocument, (self.file_id, self.id)).file

    def hand_in(self, *contents: bytes, way: str = "scan", **fields: Any) -> TestResponse:
        """Send the form with these files, as somebody of the Kommune does."""
        visitor, path = self.file.visitor, f"{PLACE}/{self.id}/abgeben"
        if visitor.get(path).status_code != 200:
            visitor.get(f"{PLACE}/{self.id}")
        data = {
            "way": way, "name_1": "Christine Herrmann", "function_1": "Bürgermeisterin", "on_behalf_1": "head",
            "signed_on": local_day(now()).isoformat(), **fields,
            "files": [(io.BytesIO(content), name_of(content, number)) for number, content in enumerate(contents, 1)],
        }
        answer = visitor.post(path, data, content_type="multipart/form-data")
        Here.world.work()
        return answer


@contextmanager
def at_the_file(file_id: UUID, app: str = "console") -> Iterator[None]:
    """A unit of work on one file, as the operator's side does it, committed at its end."""
    with Here.world.no_scope(app), file_scope(file_id):
        yield
        session().commit()


def name_of(content: bytes, number: int) -> str:
    kinds = {b"%PDF": "pdf", b"\xff\xd8\xff\xe0": "jpg", b"\x89PNG": "png"}
    return f"Scan {number}.{kinds.get(content[:4], 'pdf')}"


def the_texts() -> None:
    """The first texts are there, as they are after the set-up of an instance."""
    with Here.world.no_scope("console"):
        load_first_texts(by=SYSTEM, at=now())


def file_id_of(file: InFile) -> UUID:
    with Here.world.no_scope("console"):
        found = file_of(file.kommune.id)
    assert found is not None
    return found


def an_admitted_file(*, at: datetime | None = None, details: dict[str, Any] | None = None, **changes: Any) -> InFile:
    """A file that the operator has admitted, with everything filled in that documents need."""
    the_texts()
    file = a_file()
    file_id, moment = file_id_of(file), at or now()
    with at_the_file(file_id):
        admit(by=OPERATOR, at=moment)
        own = {"slug": f"spremberg-{file_id.hex[-8:]}"}  # the name itself may be another Kommune's by now
        for key, value in {**DETAILS, **own, **(details or {}), **changes}.items():
            save_entry(key, value, by=OPERATOR, at=moment)
    Here.world.work()
    return file


def a_paper(slug: str = "beitrittserklaerung", file: InFile | None = None) -> Paper:
    """A document that was asked for over HTTP and made by the worker."""
    file = file or an_admitted_file()
    file.visitor.get(f"{PLACE}/{slug}/erstellen")
    answer = file.visitor.post(f"{PLACE}/{slug}/erstellen", {"replace": "1"})
    assert answer.status_code == 303, answer.text[:3000]
    Here.world.work()
    return Paper(file, file_id_of(file), int(answer.headers["Location"].rpartition("/")[2]))
