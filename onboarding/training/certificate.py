"""The certificate of somebody who is trained: made once, frozen, taken out of use when the training does not count.

For the worker of the console alone: Typst is loaded with the first document.
"""

import hashlib
from datetime import datetime

from sqlalchemy import select

from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.errors import NotThere
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.contracts import file_store
from onboarding.contracts.facts import CourseForm, Facts, Municipality, Operator, Training
from onboarding.contracts.file_models import DocumentState, FileDocument
from onboarding.contracts.generation import generate
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.packaged import packaged_text
from onboarding.contracts.queries import text_in_use
from onboarding.contracts.versions import TextVersion
from onboarding.training.models import Course, CourseDate, CourseWay, Trainee
from onboarding.training.self_test import QUESTIONS
from tenants.registry import models as registry

KIND = DocumentKind.training_certificate


def make_certificate(trainee: Trainee, settings: Settings, *, at: datetime) -> FileDocument:
    """Freeze the certificate of a trained person in the current file and keep its PDF."""
    text = _text()
    made = generate(KIND, certificate_facts(trainee, settings), text, made_at=at)
    name = file_store.new_name("certificates")
    file_store.keep(settings, name, made.pdf, file_store.PDF)
    document = FileDocument(
        kind=KIND.value, text_version=text.version, text_state=text.state.value, subject=trainee.name,
        data=dict(made.data), state=DocumentState.ready, made_at=at, made_by=_("Plattform"), sha256=made.sha256,
        size=len(made.pdf), pages=1, file=name,
    )
    session().add(document)
    session().flush()
    return document


def certificate_facts(trainee: Trainee, settings: Settings) -> Facts:
    """What stands in it: who, which course, when and how, how the self-test went."""
    course = session().get_one(Course, trainee.course_id)
    date = session().get(CourseDate, trainee.date_id) if trainee.date_id else None
    if trainee.test_passed_at is None:
        raise ValueError("nobody is trained without the self-test")
    held = date.starts_at if date else trainee.test_passed_at
    return Facts(
        municipality=_municipality(), operator=Operator(name=settings.operator_name),
        training=Training(
            person=trainee.name, course=course.title, held_on=held.astimezone(BERLIN).date(),
            form=CourseForm(course.way.value), department=trainee.department,
            place=date.place if date and course.way is CourseWay.on_site else "",
            trainer=date.trainer_name if date else "", right_answers=trainee.test_score, questions=QUESTIONS,
        ),
    )


def read_certificate(certificate_id: int, settings: Settings) -> tuple[FileDocument, bytes]:
    """The certificate as it was made, with its PDF, in the scope of its file. Raises NotThere."""
    document = session().scalars(select(FileDocument).where(
        FileDocument.id == certificate_id, FileDocument.kind == KIND.value, FileDocument.superseded_at.is_(None),
    )).one_or_none()
    if document is None:
        raise NotThere()
    pdf = file_store.read(settings, document.file)
    if hashlib.sha256(pdf).hexdigest() != document.sha256:
        raise ValueError(f"certificate {certificate_id} is not what was made")
    return document, pdf


def _municipality() -> Municipality:
    row = session().get_one(registry.Municipality, this_file().municipality_id)
    return Municipality(name=row.name, kind=row.kind, ars=row.ars, name_dsb=row.name_dsb, seat=row.seat,
                        district_name=row.district_name)


def _text() -> TextVersion:
    """The version in force; on an instance whose texts were never loaded the draft that comes with the platform."""
    try:
        return text_in_use(KIND)
    except NotThere:
        return packaged_text(KIND)
