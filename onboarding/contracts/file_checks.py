"""What the worker does with a signed copy: look whether it can be taken, check electronic signatures, draw the pages.

An electronic copy that is not our document, was changed, or is not validly signed is refused here with a sentence.
What remains is compared and confirmed by a person (`file_review.py`).
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from maerker.audit.actor import SYSTEM, Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.documents.errors import DocumentRefused
from maerker.jobs.outbox import Posting
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications.history import do_later, note
from onboarding.applications.standing import restate
from onboarding.contracts import file_store
from onboarding.contracts.file_actions import STEP_OF, the_document
from onboarding.contracts.file_copies import copies_of
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay, FileCopy, FileDocument
from onboarding.contracts.file_uploads import pieces
from onboarding.contracts.kinds import KINDS, DocumentKind
from onboarding.contracts.queries import trusted_certificates

PAGE_WIDTH = 1000


def check_copy(posting: Any, settings: Settings) -> None:
    """Look at an upload. It ends refused, to be confirmed, or (the operator's own electronic one) accepted."""
    copy = _waiting(posting.subject_id)
    if copy is None:
        return
    document, content = the_document(copy.document_id), file_store.read(settings, copy.file)
    try:
        if document.superseded_at is not None:
            raise DocumentRefused("superseded", _(
                "Es gibt inzwischen eine neue Fassung dieses Dokuments. Bitte unterschreiben Sie diese."))
        parts = pieces(content, copy.content_type)
        copy.pages = _inspected(parts)
        if copy.way is CopyWay.electronic:
            _check_signatures(copy, document, content, settings)
        _draw(settings, copy.file, parts)
        draw_document(settings, document)
    except DocumentRefused as refusal:
        _refuse(copy, document, refusal)
        return
    if copy.side is CopySide.operator and copy.way is CopyWay.electronic:
        accept_countersignature(copy, document, at=now())
        return
    copy.state = CopyState.to_confirm
    note("copy_checked", by=SYSTEM, at=now(), step=_step(document), document=document.kind,
         people=[one["name"] for one in copy.signers])
    restate(at=now())


def sign_copy(posting: Any, settings: Settings) -> None:
    """Put the operator's own electronic signature under an agreement that the Kommune has signed."""
    from maerker.documents.signing import sign_pdf

    copy = _waiting(posting.subject_id)
    if copy is None:
        return
    document, at = the_document(copy.document_id), now()
    try:
        base, _signers = signed_by_the_kommune(document, settings)
        signed = sign_pdf(
            base, pkcs12=_own_key(settings), passphrase=settings.operator_certificate_passphrase,
            name=settings.operator_representative or settings.operator_name,
            reason=_(KINDS[DocumentKind(document.kind)].label), at=at,
        )
        copy.sha256, copy.size = _sha256(signed), len(signed)
        file_store.keep(settings, copy.file, signed, file_store.PDF)
        copy.pages = _inspected([signed])
        copy.signers = [_own_signer(settings, at)]
        _draw(settings, copy.file, [signed])
        draw_document(settings, document)
    except DocumentRefused as refusal:
        _refuse(copy, document, refusal)
        return
    copy.signed_on = local_day(at)
    accept_countersignature(copy, document, at=at)


def accept_countersignature(copy: FileCopy, document: FileDocument, *, at: datetime) -> None:
    """The operator's electronic signature is checked by machine alone: it is the operator's own act."""
    words = ", ".join(f"{one['name']} ({one['issuer']})" if one.get("issuer") else one["name"] for one in copy.signers)
    copy.state, copy.checked_at, copy.checked_by = CopyState.accepted, at, copy.uploaded_by
    copy.how_checked = _("Elektronische Unterschrift, maschinell geprüft: %(words)s", words=words)
    session().flush()
    countersigned(copy, document, by=Actor(kind="operator", name=copy.uploaded_by), at=at)


def countersigned(copy: FileCopy, document: FileDocument, *, by: Actor, at: datetime) -> None:
    """Both sides have signed: say so on the file and to its people."""
    note("copy_countersigned", by=by, at=at, step=_step(document), document=document.kind)
    do_later(Posting("mail_countersigned", document.id, copy.id), at=at)
    restate(at=at)


def signed_by_the_kommune(document: FileDocument, settings: Settings) -> tuple[bytes, int]:
    """What the operator signs on top of, and how many electronic signatures it bears already.

    The Kommune's own signed PDF or scan; for pictures the document as it was made. Raises DocumentRefused without one.
    """
    own = next((one for one in reversed(copies_of(document.id, CopySide.municipality))
                if one.state is CopyState.accepted), None)
    if own is None:
        raise DocumentRefused("nothing_to_sign", _("Eine angenommene Unterschrift der Kommune liegt nicht vor."))
    if own.content_type == file_store.PDF:
        return file_store.read(settings, own.file), len(own.signers)
    return file_store.read(settings, document.file), 0


def draw_document(settings: Settings, document: FileDocument) -> None:
    """Pictures of our own pages, for the comparison; made once."""
    if not file_store.is_kept(settings, file_store.page_name(document.file, 1)):
        _draw(settings, document.file, [file_store.read(settings, document.file)])


def _check_signatures(copy: FileCopy, document: FileDocument, content: bytes, settings: Settings) -> None:
    from maerker.documents.signatures import check_signed_copy

    base, before = file_store.read(settings, document.file), 0
    if copy.side is CopySide.operator:
        base, before = signed_by_the_kommune(document, settings)
    found = check_signed_copy(
        content, base, trusted=trusted_certificates(), at=copy.uploaded_at,
        expected_signers=before + len(copy.signatories),
    )
    new = found.signers[before:]
    copy.signers = [{
        "name": one.name, "organisation": one.organisation, "issuer": one.issuer, "serial": one.serial,
        "fingerprint": one.fingerprint, "signed_at": one.signed_at.isoformat(), "time_is_proven": one.time_is_proven,
    } for one in new]
    copy.signed_on = local_day(max(one.signed_at for one in new))
    if found.covered:
        copy.finding, copy.finding_text = "covered", _(
            "Eine sichtbare Unterschrift liegt über diesen Wörtern: %(words)s", words=" ".join(found.covered)[:300])


def _inspected(parts: list[bytes]) -> int:
    from maerker.documents.inspection import inspect_upload

    return sum(inspect_upload(part).pages for part in parts)


def _draw(settings: Settings, name: str, parts: list[bytes]) -> None:
    from maerker.documents.pages import each_page_image

    number = 0
    for part in parts:
        for picture in each_page_image(part, width=PAGE_WIDTH):
            number += 1
            file_store.keep(settings, file_store.page_name(name, number), picture, file_store.PNG)


def _refuse(copy: FileCopy, document: FileDocument, refusal: DocumentRefused) -> None:
    at = now()
    copy.state, copy.checked_at = CopyState.refused, at
    copy.finding, copy.finding_text = refusal.code[:40], refusal.explanation
    session().flush()
    event = note("copy_refused", by=SYSTEM, at=at, step=_step(document), document=document.kind,
                 text=refusal.explanation)
    if copy.side is CopySide.municipality:
        do_later(Posting("mail_copy_refused", copy.id, event), at=at)
    restate(at=at)


def _waiting(copy_id: int) -> FileCopy | None:
    copy = session().scalars(select(FileCopy).where(FileCopy.id == copy_id).with_for_update()).one_or_none()
    return copy if copy is not None and copy.state is CopyState.checking else None


def _own_key(settings: Settings) -> bytes:
    try:
        return Path(settings.operator_certificate).read_bytes()
    except OSError:
        sentence = _("Die Schlüsseldatei des Betreibers lässt sich nicht lesen.")
        raise DocumentRefused("no_certificate", sentence) from None


def _own_signer(settings: Settings, at: datetime) -> dict[str, Any]:
    name = settings.operator_representative or settings.operator_name
    return {"name": name, "organisation": settings.operator_name, "issuer": "", "signed_at": at.isoformat()}


def _sha256(content: bytes) -> str:
    import hashlib

    return hashlib.sha256(content).hexdigest()


def _step(document: FileDocument) -> str:
    return STEP_OF.get(DocumentKind(document.kind), "")
