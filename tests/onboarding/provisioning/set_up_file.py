"""Makers of files that are ready to be provisioned, and of the proofs that close their gates."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications import actions
from onboarding.applications.entries import save_entry
from onboarding.applications.models import FileEvent, FilePerson, FileRole, JoiningFile
from onboarding.applications.standing import restate
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay, DocumentState, FileCopy, FileDocument
from onboarding.provisioning.from_file import provision_from_file
from onboarding.steps import RULES
from onboarding.training.models import Course, CourseWay, Trainee
from tests.makers import Here, a_municipality
from tests.makers_joining import MadeKommune, a_kommune

ANKE = Actor(kind="operator", id=None, name="Anke Betrieb")
ENTRIES: dict[str, Any] = {
    "street": "Am Markt 1", "postal_code": "03130", "city": "Neustadt", "phone": "03563 3400",
    "email": "rathaus@neustadt.example", "website": "www.neustadt.example", "head_name": "Christine Herrmann",
    "head_title": "Bürgermeisterin", "signatories": "head", "council_needed": "nein",
    "departments": "Ordnungsamt\nTiefbau und Straßen\nGrünflächenamt", "first_answer_days": 2, "forwarding_days": 3,
    "extent": "departments", "editors_mailbox": "maerker@neustadt.example",
    "risk_measures": "adequate", "impact_assessment": "not_needed",
}


@dataclass(frozen=True)
class MadeFile:
    """A file whose application is admitted, with everything filled in."""

    id: uuid.UUID
    kommune: MadeKommune

    def read(self) -> JoiningFile:
        """The file as it stands; detached."""
        with Here.world.no_scope("console"):
            row = session().scalars(select(JoiningFile).where(JoiningFile.file_id == self.id)).one()
            session().expunge(row)
            return row

    def acts(self) -> list[str]:
        with Here.world.no_scope("console"):
            return list(session().scalars(
                select(FileEvent.act).where(FileEvent.file_id == self.id).order_by(FileEvent.id)
            ))

    def provision(self) -> uuid.UUID:
        with Here.world.no_scope("console"):
            return provision_from_file(self.id, settings=Here.world.settings, by=ANKE, at=now())


def an_admitted_file(kommune: MadeKommune | None = None, **entries: Any) -> MadeFile:
    """Applied, confirmed, admitted; every entry filled in; a technical contact and one for data protection."""
    kommune = kommune or a_kommune_with_area()
    at = now() - timedelta(days=20)
    with Here.world.no_scope("joining"):
        applied = actions.apply(actions.Application(
            municipality_id=kommune.id, name="Karla Nagel", email=kommune.email, function="Leitung Ordnungsamt",
        ), at=at)
    with Here.world.no_scope("console"), file_scope(applied.file_id):
        person = session().scalars(select(FilePerson)).one()
        actions.confirm(person, at=at)
        actions.admit(by=ANKE, at=at)
        for key, value in {**ENTRIES, **entries}.items():
            save_entry(key, value, by=ANKE, at=at)
        mark = kommune.email.split("@")[0]
        actions.invite(name="Timo Technik", email=f"technik-{mark}@neustadt.example", roles=[FileRole.technical],
                       by=ANKE, at=at)
        actions.invite(name="Dana Schutz", email=f"datenschutz-{mark}@neustadt.example", roles=[FileRole.privacy],
                       function="Datenschutzbeauftragte", by=ANKE, at=at)
        restate(at=at)
        session().commit()
    return MadeFile(applied.file_id, kommune)


def a_kommune_with_area() -> MadeKommune:
    """With a name, an area and an address that nobody else uses."""
    municipality_id, _, _ = a_municipality()
    made = a_kommune()
    return MadeKommune(municipality_id, made.name, made.email)


def train(file: MadeFile, name: str, email: str, department: str = "", *, at: datetime | None = None) -> None:
    """Somebody of the Kommune took part in a course and passed the test."""
    day = at or now() - timedelta(days=3)
    with Here.world.no_scope("console"), file_scope(file.id):
        course = session().scalars(
            insert(Course).values(title="Redaktion", way=CourseWay.online, made_at=day).returning(Course.id)
        ).one()
        session().execute(insert(Trainee).values(
            course_id=course, name=name, email=email, department=department, booked_at=day, attended_at=day,
            test_passed_at=day,
        ))
        restate(at=day)
        session().commit()


def close_gates(file: MadeFile, *, leave: str = "", besides: str = "") -> None:
    """Every document of a gate is there and accepted from all sides, but the one that is left open."""
    at = now() - timedelta(days=1)
    with Here.world.no_scope("console"), file_scope(file.id):
        for rule in RULES:
            if (rule.gate or rule.step == besides) and rule.document and rule.step != leave:
                sides = (CopySide.municipality, CopySide.operator) if rule.countersigned else (CopySide.municipality,)
                number = session().scalars(insert(FileDocument).values(
                    kind=rule.document, text_version=1, data={}, state=DocumentState.ready, made_at=at, sha256="a" * 64,
                ).returning(FileDocument.id)).one()
                for side in sides:
                    session().execute(insert(FileCopy).values(
                        document_id=number, side=side, way=CopyWay.scan, state=CopyState.accepted, file="x",
                        sha256="b" * 64, size=10, uploaded_at=at, checked_at=at,
                    ))
        restate(at=at)
        session().commit()


def plan(file: MadeFile, starts_at: datetime) -> None:
    """The agreed hour, also one that is over: `fix_start` takes none of the past."""
    with Here.world.no_scope("console"), file_scope(file.id):
        session().execute(update(JoiningFile).values(
            starts_at=starts_at, start_fixed_at=starts_at - timedelta(days=5), start_fixed_by="Anke Betrieb"))
        session().commit()
