"""Signed copies on the operator's side: compare and confirm, refuse, take a proof back, countersign."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.errors import Invalid, Stale
from maerker.jobs.outbox import Posting
from maerker.settings import Settings
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.applications.actions import this_file
from onboarding.applications.history import do_later, note
from onboarding.applications.standing import restate
from onboarding.contracts import file_store
from onboarding.contracts.file_actions import STEP_OF, the_document
from onboarding.contracts.file_checks import countersigned
from onboarding.contracts.file_copies import OPEN, Signed, copies_of, the_copy, withdraw_copy
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay, FileCopy, FileDocument
from onboarding.contracts.file_uploads import UploadedFile, pack
from onboarding.contracts.kinds import KINDS, DocumentKind, SignedBy
from onboarding.operators import audit

CHECKS: dict[str, str] = {
    "right_document": marked("Es ist unser Dokument in der richtigen Fassung."),
    "all_pages": marked("Alle Seiten sind da und unverändert."),
    "signatures": marked("Die Unterschriften stehen an den vorgesehenen Stellen."),
    "power": marked("Wer unterschrieben hat, darf es (§ 57 BbgKVerf): Funktion und gegebenenfalls Vollmacht stimmen."),
}
_MACHINE_CHECKED = ("right_document", "all_pages")
_OF_THE_OPERATOR = {
    "signatures": marked("Beide Unterschriften, die der Kommune und die des Betreibers, stehen an ihren Stellen."),
    "power": marked("Wer unterschrieben hat, darf für den Betreiber zeichnen."),
}
_FILLED = marked("Alles ist angekreuzt und ausgefüllt; die Verarbeitung ist freigegeben.")
_WHO_SIGNED = marked("Elektronisch unterschrieben haben die Personen, die das Dokument nennt.")
SHORTEST, LONGEST = 10, 1000


def checks_for(copy: FileCopy, kind: str) -> dict[str, str]:
    """What a person must confirm: for an electronic signature the machine has compared document and pages."""
    checks = {**CHECKS, **_OF_THE_OPERATOR} if copy.side is CopySide.operator else dict(CHECKS)
    if kind == DocumentKind.processing_release:
        checks["filled"] = _FILLED
    if copy.way is CopyWay.scan:
        return checks
    left = {key: words for key, words in checks.items() if key not in _MACHINE_CHECKED}
    return {**left, "signatures": _WHO_SIGNED}


def compared_with(copy: FileCopy) -> FileDocument | FileCopy:
    """What a copy is held against: the document as it was made; under the operator's signature the copy that the
    Kommune signed, so that a signature of the Kommune that was lost on the way is noticed."""
    if copy.side is CopySide.operator:
        for one in reversed(copies_of(copy.document_id, CopySide.municipality)):
            if one.state is CopyState.accepted:
                return one
    return the_document(copy.document_id)


def confirm_copy(copy_id: int, checked: Collection[str], remark: str, *, by: Actor, at: datetime) -> None:
    """Accept a copy as proof. Raises Invalid unless every check was made, Stale if someone else decided."""
    copy = _to_decide(copy_id)
    document = the_document(copy.document_id)
    if document.superseded_at is not None:
        raise Stale(_("Von diesem Dokument gibt es inzwischen eine neue Fassung. Die alte kann nicht mehr angenommen "
                      "werden."))
    wanted = checks_for(copy, document.kind)
    if not set(wanted) <= set(checked):
        raise Invalid(fields={"checks": _("Bitte bestätigen Sie jeden Punkt, oder lehnen Sie die Fassung ab.")})
    if len(remark) > LONGEST:
        raise Invalid(fields={"remark": _("Bitte höchstens %(number)s Zeichen.", number=LONGEST)})
    copy.state, copy.checked_at, copy.checked_by = CopyState.accepted, at, by.name
    copy.how_checked = _how(copy, remark.strip())
    session().flush()
    audit.note("proof_accepted", by=by, at=at, file=this_file().reference, document=document.kind)
    if copy.side is CopySide.operator:
        countersigned(copy, document, by=by, at=at)
        return
    label = _(KINDS[DocumentKind(document.kind)].label)
    event = note("copy_accepted", by=by, at=at, step=STEP_OF[DocumentKind(document.kind)], document=document.kind,
                 text=label)
    do_later(Posting("mail_copy_accepted", copy.id, event), at=at)
    if document.kind == DocumentKind.service_promise:
        do_later(Posting("hand_promise_over", 0), at=at)
    restate(at=at)


def refuse_copy(copy_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """Refuse a copy with a reason that the Kommune reads. Raises Invalid, Stale."""
    copy, words = _to_decide(copy_id), _reason(reason)
    document = the_document(copy.document_id)
    copy.state, copy.checked_at, copy.checked_by = CopyState.refused, at, by.name
    copy.finding, copy.finding_text = "by_person", words
    session().flush()
    audit.note("proof_refused", by=by, at=at, file=this_file().reference, document=document.kind)
    event = note("copy_refused", by=by, at=at, step=STEP_OF[DocumentKind(document.kind)], document=document.kind,
                 text=words)
    if copy.side is CopySide.municipality:
        do_later(Posting("mail_copy_refused", copy.id, event), at=at)
    restate(at=at)


def take_back_proof(copy_id: int, reason: str, *, by: Actor, at: datetime) -> None:
    """A proof turns out to be none (a signatory without power): it is withdrawn, the step opens again, all are told."""
    copy = withdraw_copy(copy_id, reason, by=by, at=at)
    kind = the_document(copy.document_id).kind
    audit.note("proof_taken_back", by=by, at=at, file=this_file().reference, document=kind)
    do_later(Posting("mail_proof_withdrawn", copy.id), at=at)


def countersign_by_upload(
    document_id: int, way: CopyWay, files: Sequence[UploadedFile], signed: Signed, signed_on: str, settings: Settings,
    *, by: Actor, at: datetime,
) -> int:
    """The operator's signature as an upload: a PDF signed on top of the Kommune's, or a scan. Returns the copy's id."""
    document = _to_countersign(document_id)
    problems, day = {}, None
    if len(signed.name.strip()) < 2:
        problems["name_1"] = _("Bitte nennen Sie, wer unterschrieben hat.")
    if len(signed.function.strip()) < 2:
        problems["function_1"] = _("Bitte nennen Sie die Funktion der Person.")
    if way is CopyWay.scan:
        day = _day(signed_on)
        if day is None or day > local_day(at):
            problems["signed_on"] = _("Bitte geben Sie an, an welchem Tag unterschrieben wurde.")
    try:
        packed = pack(files, way)
    except Invalid as refusal:
        raise Invalid(fields={**problems, **refusal.fields}) from None
    if problems:
        raise Invalid(fields=problems)
    name = file_store.new_name("signed")
    file_store.keep(settings, name, packed.content, packed.content_type)
    copy = FileCopy(
        document_id=document.id, side=CopySide.operator, way=way, state=CopyState.checking, file=name,
        file_name=packed.name, content_type=packed.content_type, sha256=packed.sha256, size=len(packed.content),
        signed_on=day, signatories=[_person(signed)], uploaded_at=at, uploaded_by=by.name,
    )
    return _handed_in(copy, document, "check_copy", by=by, at=at)


def countersign_by_certificate(document_id: int, settings: Settings, *, by: Actor, at: datetime) -> int:
    """Have the operator's own certificate sign, in the worker. Returns the copy's id. Raises Invalid without one."""
    if not settings.operator_certificate:
        raise Invalid(_("Für diese Plattform ist kein Zertifikat zum Unterschreiben eingerichtet."))
    document = _to_countersign(document_id)
    who = Signed(name=settings.operator_representative or settings.operator_name,
                 function=settings.operator_representative_function)
    label = _(KINDS[DocumentKind(document.kind)].label)
    copy = FileCopy(
        document_id=document.id, side=CopySide.operator, way=CopyWay.electronic, state=CopyState.checking,
        file=file_store.new_name("signed"), file_name=f"{label}.pdf", content_type=file_store.PDF, sha256="", size=0,
        signatories=[_person(who)], uploaded_at=at, uploaded_by=by.name,
    )
    return _handed_in(copy, document, "sign_copy", by=by, at=at)


def can_be_countersigned(document: FileDocument) -> bool:
    """The Kommune has signed, the operator has not, and the document is one that both sign."""
    both = KINDS[DocumentKind(document.kind)].signed_by is SignedBy.municipality_and_operator
    if not both or document.superseded_at is not None:
        return False
    copies = copies_of(document.id)
    theirs = any(one.side is CopySide.municipality and one.state is CopyState.accepted for one in copies)
    return theirs and not any(one.side is CopySide.operator and one.state in OPEN for one in copies)


def _handed_in(copy: FileCopy, document: FileDocument, posting: str, *, by: Actor, at: datetime) -> int:
    session().add(copy)
    session().flush()
    audit.note("countersigned", by=by, at=at, file=this_file().reference, document=document.kind)
    note("countersignature_begun", by=by, at=at, step=STEP_OF[DocumentKind(document.kind)], document=document.kind)
    if posting == "sign_copy":
        do_later(Posting("sign_copy", copy.id), at=at)
    else:
        do_later(Posting("check_copy", copy.id), at=at)
    restate(at=at)
    return copy.id


def _to_countersign(document_id: int) -> FileDocument:
    document = the_document(document_id)
    session().execute(select(FileDocument.id).where(FileDocument.id == document.id).with_for_update())
    if not can_be_countersigned(document):
        raise Stale(_("Hier ist nichts gegenzuzeichnen: Eine Unterschrift der Kommune fehlt, oder jemand kam zuvor."))
    return document


def _to_decide(copy_id: int) -> FileCopy:
    copy = the_copy(copy_id)
    # First the document, as handing in and taking back do: so nobody waits for each other, and no version overtakes.
    session().refresh(the_document(copy.document_id), with_for_update=True)
    session().refresh(copy, with_for_update=True)
    if copy.state is not CopyState.to_confirm:
        raise Stale(_("Über diese Fassung ist schon entschieden, oder sie wurde zurückgenommen."))
    return copy


def _how(copy: FileCopy, remark: str) -> str:
    if copy.way is CopyWay.electronic:
        words = _("Elektronische Unterschriften maschinell geprüft; Unterschriftsbefugnis von Hand geprüft.")
    elif copy.side is CopySide.operator:
        words = _("Seite für Seite mit der Fassung der Kommune verglichen; Unterschriften und Befugnis von Hand "
                  "geprüft.")
    else:
        words = _("Seite für Seite mit dem erstellten Dokument verglichen; Unterschriften und Befugnis von Hand "
                  "geprüft.")
    return f"{words} {remark}".strip()


def _reason(reason: str) -> str:
    words = reason.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise Invalid(fields={"reason": _("Bitte schreiben Sie einen Grund, den die Kommune versteht.")})
    return words


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _person(one: Signed) -> dict[str, str]:
    return {"name": one.name.strip(), "function": one.function.strip(), "on_behalf": "operator"}
