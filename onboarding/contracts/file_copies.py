"""Signed copies on the Kommune's side: handing one in, taking one back.

A copy is kept as it came. It is a proof only when the operator has accepted it (`file_review.py`).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.jobs.outbox import Posting
from maerker.settings import Settings
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.applications.history import do_later, note
from onboarding.applications.standing import restate
from onboarding.contracts import file_store
from onboarding.contracts.file_actions import SIGNED, STEP_OF, the_document
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay, DocumentState, FileCopy, FileDocument
from onboarding.contracts.file_uploads import UploadedFile, pack
from onboarding.contracts.kinds import DocumentKind

CAPACITIES = {
    "head": marked("als Leitung der Verwaltung"),
    "deputy": marked("als allgemeine Stellvertretung"),
    "power_of_attorney": marked("mit Vollmacht (§ 57 BbgKVerf)"),
}
OPEN = (CopyState.checking, CopyState.to_confirm, CopyState.accepted)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """Who signed, as is said at the upload. `on_behalf` is a key of CAPACITIES; a power of attorney has a day."""

    name: str
    function: str
    on_behalf: str = "head"
    power_of_attorney: str = ""


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """What is handed in: how it was signed, by whom, on which day (for paper), and the files."""

    way: CopyWay
    signed: tuple[Signed, ...]
    files: Sequence[UploadedFile]
    signed_on: str = ""


def hand_in(document_id: int, given: HandIn, settings: Settings, *, by: Actor, at: datetime) -> int:
    """Hand in a signed copy of the current version of a document. The worker looks at it. Returns the copy's id.

    Raises NotThere, Invalid with a sentence for each field (`form`, `files`, `signed_on`, `name_1` …).
    """
    document = _held(document_id)
    demand_can_be_signed(document)
    if any(copy.state in OPEN for copy in copies_of(document.id, CopySide.municipality)):
        raise Invalid(fields={"form": _("Eine unterschriebene Fassung liegt schon vor. Nehmen Sie sie zuerst zurück.")})
    problems, day = dict(_people_problems(given.signed, document, at)), None
    if given.way is CopyWay.scan:
        day, problem = _signing_day(given.signed_on, document, at)
        problems.update(problem)
    try:
        packed = pack(given.files, given.way)
    except Invalid as refusal:
        raise Invalid(fields={**problems, **refusal.fields}) from None
    if problems:
        raise Invalid(fields=problems)
    name = file_store.new_name("signed")
    file_store.keep(settings, name, packed.content, packed.content_type)
    copy_id = session().scalars(
        insert(FileCopy).values(
            document_id=document.id, side=CopySide.municipality, way=given.way, state=CopyState.checking, file=name,
            file_name=packed.name, content_type=packed.content_type, sha256=packed.sha256, size=len(packed.content),
            signed_on=day, signatories=[_trimmed(one) for one in given.signed], uploaded_at=at, uploaded_by=by.name,
        ).returning(FileCopy.id)
    ).one()
    note("copy_handed_in", by=by, at=at, step=STEP_OF[DocumentKind(document.kind)], document=document.kind,
         way=str(given.way), people=[one.name for one in given.signed])
    do_later(Posting("check_copy", copy_id), at=at)
    restate(at=at)
    return copy_id


def withdraw_copy(copy_id: int, reason: str, *, by: Actor, at: datetime) -> FileCopy:
    """Take a copy back: a proof that is not one any more opens its step again. The reason stays on the file.

    A countersignature stands under the Kommune's signature and goes with it. Raises NotThere, Invalid.
    """
    copy, words = the_copy(copy_id), reason.strip()
    document = _held(copy.document_id)
    session().refresh(copy)
    if copy.state not in OPEN:
        raise Invalid(_("Diese Fassung gilt schon nicht mehr."))
    if not 10 <= len(words) <= 1000:
        raise Invalid(fields={"reason": _("Bitte nennen Sie den Grund in einem Satz (10 bis 1.000 Zeichen).")})
    gone = [copy]
    if copy.side is CopySide.municipality:
        gone += [one for one in copies_of(document.id, CopySide.operator) if one.state in OPEN]
    for one in gone:
        one.state, one.withdrawn_at, one.withdrawn_by, one.withdrawn_reason = CopyState.withdrawn, at, by.name, words
    note("copy_withdrawn", by=by, at=at, step=STEP_OF[DocumentKind(document.kind)], document=document.kind,
         reason=words)
    session().flush()
    restate(at=at)
    return copy


def demand_can_be_signed(document: FileDocument) -> None:
    """Raises NotThere for what nobody signs, Invalid for what is not there yet or was followed by another version."""
    if document.preview or document.kind not in SIGNED:
        raise NotThere()
    if document.state is not DocumentState.ready:
        raise Invalid(fields={"form": _("Das Dokument ist noch nicht fertig.")})
    if document.superseded_at is not None:
        raise Invalid(fields={"form": _("Es gibt inzwischen eine neue Fassung. Bitte unterschreiben Sie diese.")})


def signatories_of(document: FileDocument) -> list[dict[str, Any]]:
    """Who is to sign for the Kommune, as the document itself says it."""
    return list(document.data.get("signatories") or [{}])


def copies_of(document_id: int, side: CopySide | None = None) -> list[FileCopy]:
    """The signed copies of a document, the oldest first."""
    query = select(FileCopy).where(FileCopy.document_id == document_id).order_by(FileCopy.uploaded_at, FileCopy.id)
    return list(session().scalars(query if side is None else query.where(FileCopy.side == side)))


def the_copy(copy_id: int) -> FileCopy:
    """A signed copy of the current file. Raises NotThere."""
    row = session().scalars(select(FileCopy).where(FileCopy.id == copy_id)).one_or_none()
    if row is None:
        raise NotThere()
    return row


def the_own_copy(copy_id: int) -> FileCopy:
    """A copy that the Kommune itself handed in; the operator's signature is not its to take back. Raises NotThere."""
    row = the_copy(copy_id)
    if row.side is not CopySide.municipality:
        raise NotThere()
    return row


def _held(document_id: int) -> FileDocument:
    """The document, held so that two people who act on it at once come one after the other."""
    row = the_document(document_id)
    session().execute(select(FileDocument.id).where(FileDocument.id == row.id).with_for_update())
    session().refresh(row)
    return row


def _people_problems(signed: Sequence[Signed], document: FileDocument, at: datetime) -> dict[str, str]:
    wanted, problems = len(signatories_of(document)), {}
    if len(signed) != wanted:
        return {"form": _("Das Dokument sieht %(number)s Unterschriften vor.", number=wanted)}
    for number, one in enumerate(signed, start=1):
        if not 2 <= len(one.name.strip()) <= 200 or not one.name.isprintable():
            problems[f"name_{number}"] = _("Bitte nennen Sie, wer unterschrieben hat.")
        if not 2 <= len(one.function.strip()) <= 200 or not one.function.isprintable():
            problems[f"function_{number}"] = _("Bitte nennen Sie die Funktion, zum Beispiel Bürgermeisterin.")
        if one.on_behalf not in CAPACITIES:
            problems[f"on_behalf_{number}"] = _("Bitte wählen Sie, womit die Person unterschreibt.")
        if one.on_behalf == "power_of_attorney":
            day = _day(one.power_of_attorney)
            if day is None or day > local_day(at):
                problems[f"power_of_attorney_{number}"] = _("Bitte geben Sie das Datum der Vollmacht an.")
    return problems


def _signing_day(typed: str, document: FileDocument, at: datetime) -> tuple[date | None, dict[str, str]]:
    day = _day(typed)
    if day is None:
        return None, {"signed_on": _("Bitte geben Sie an, an welchem Tag unterschrieben wurde.")}
    if day > local_day(at):
        return None, {"signed_on": _("Dieser Tag liegt in der Zukunft.")}
    if day < local_day(document.made_at):
        return None, {"signed_on": _("An diesem Tag gab es das Dokument noch nicht.")}
    return day, {}


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _trimmed(one: Signed) -> dict[str, str]:
    power = one.power_of_attorney if one.on_behalf == "power_of_attorney" else ""
    return {**{key: value.strip() for key, value in asdict(one).items()}, "power_of_attorney": power}
