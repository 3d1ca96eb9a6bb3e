"""Documents of the demonstration: made from the files, really signed, handed in and accepted, in the past.

As the worker does it (`onboarding/contracts/file_jobs.py`), but with a moment of the past as `at`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pypdfium2  # type: ignore[import-untyped]
from sqlalchemy import insert

from maerker.audit.actor import SYSTEM, Actor
from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.documents.signatures import check_signed_copy
from maerker.documents.signing import sign_pdf
from maerker.settings import Settings
from onboarding.applications.history import note
from onboarding.applications.standing import restate
from onboarding.contracts import file_store
from onboarding.contracts.file_actions import STEP_OF, request_document, the_document
from onboarding.contracts.file_checks import countersigned, draw_document
from onboarding.contracts.file_copies import HandIn, Signed, hand_in, the_copy
from onboarding.contracts.file_facts import facts_now
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay, DocumentState, FileCopy, FileDocument
from onboarding.contracts.file_review import checks_for, confirm_copy
from onboarding.contracts.file_uploads import UploadedFile
from onboarding.contracts.generation import generate
from onboarding.contracts.kinds import KINDS, DocumentKind
from onboarding.contracts.queries import text_version
from onboarding.demo.authority import DemoAuthority


@dataclass(frozen=True)
class Desk:
    """What papers are made with: settings, the trust service, and who acts for Kommune and operator."""

    settings: Settings
    authority: DemoAuthority
    kommune: Actor
    operator: Actor
    name: str
    signatories: Sequence[tuple[str, str, str]]
    """Name, function, and as what they sign (a key of CAPACITIES)."""
    power_of_attorney: str = ""


def make_paper(kind: DocumentKind, desk: Desk, *, at: datetime) -> FileDocument:
    """Asked for by the Kommune, made by the platform a moment later, frozen."""
    row = the_document(request_document(kind, by=desk.kommune, at=at))
    row.made_at = (at + timedelta(seconds=9)).replace(microsecond=0)
    text = text_version(kind, row.text_version)
    made = generate(kind, facts_now(desk.settings), text, made_at=row.made_at)
    row.file = file_store.new_name("made")
    file_store.keep(desk.settings, row.file, made.pdf, file_store.PDF)
    row.data, row.text_state = dict(made.data), str(text.state)
    row.sha256, row.size, row.pages = made.sha256, len(made.pdf), pages_of(made.pdf)
    row.state = DocumentState.ready
    session().flush()
    note("document_made", by=SYSTEM, at=row.made_at, step=STEP_OF.get(kind, ""), document=row.kind)
    restate(at=row.made_at)
    return row


def sign_paper(row: FileDocument, desk: Desk, *, at: datetime) -> FileCopy:
    """Signed electronically by everybody who has to, handed in, and found in order by the machine."""
    pdf = file_store.read(desk.settings, row.file)
    for number, (name, _function, _capacity) in enumerate(desk.signatories):
        pdf = _signed(pdf, row, name, desk.name, desk, at - timedelta(hours=3 - number))
    signed = tuple(
        Signed(name=name, function=function, on_behalf=capacity,
               power_of_attorney=desk.power_of_attorney if capacity == "power_of_attorney" else "")
        for name, function, capacity in desk.signatories
    )
    label = KINDS[DocumentKind(row.kind)].label
    copy = the_copy(hand_in(
        row.id, HandIn(way=CopyWay.electronic, signed=signed, files=[UploadedFile(f"{label} unterschrieben.pdf", pdf)]),
        desk.settings, by=desk.kommune, at=at,
    ))
    base = file_store.read(desk.settings, row.file)
    _take_down(copy, pdf, base, len(signed), desk)
    copy.state = CopyState.to_confirm
    note("copy_checked", by=SYSTEM, at=at + timedelta(seconds=8), step=STEP_OF[DocumentKind(row.kind)],
         document=row.kind, people=[one["name"] for one in copy.signers])
    restate(at=at)
    return copy


def accept(copy: FileCopy, desk: Desk, *, at: datetime) -> None:
    """A person of the operator has compared and confirms."""
    checks = checks_for(copy, the_document(copy.document_id).kind)
    confirm_copy(copy.id, checks, "", by=desk.operator, at=at)


def countersign(row: FileDocument, copy: FileCopy, desk: Desk, *, at: datetime) -> None:
    """The operator signs on top of what the Kommune signed."""
    before = file_store.read(desk.settings, copy.file)
    name = desk.operator.name
    pdf = _signed(before, row, name, desk.settings.operator_name, desk, at)
    file = file_store.new_name("signed")
    file_store.keep(desk.settings, file, pdf, file_store.PDF)
    own = the_copy(session().scalars(insert(FileCopy).values(
        document_id=row.id, side=CopySide.operator, way=CopyWay.electronic, state=CopyState.checking, file=file,
        file_name=f"{KINDS[DocumentKind(row.kind)].label}.pdf", content_type=file_store.PDF,
        sha256=hashlib.sha256(pdf).hexdigest(), size=len(pdf), uploaded_at=at, uploaded_by=name,
        signatories=[{"name": name, "function": "Betrieb", "on_behalf": "operator"}],
    ).returning(FileCopy.id)).one())
    note("countersignature_begun", by=desk.operator, at=at, step=STEP_OF[DocumentKind(row.kind)], document=row.kind)
    _take_down(own, pdf, before, len(copy.signers) + 1, desk, before=len(copy.signers))
    own.state, own.checked_at, own.checked_by = CopyState.accepted, at, name
    own.how_checked = f"Elektronische Unterschrift, maschinell geprüft: {name} ({own.signers[-1]['issuer']})"
    session().flush()
    countersigned(own, row, by=desk.operator, at=at)


def draw(row: FileDocument, copy: FileCopy, settings: Settings) -> None:
    """Pictures of the pages of both, for the comparison at the console."""
    from maerker.documents.pages import each_page_image
    from onboarding.contracts.file_checks import PAGE_WIDTH

    draw_document(settings, row)
    pages = each_page_image(file_store.read(settings, copy.file), width=PAGE_WIDTH)
    for number, picture in enumerate(pages, start=1):
        file_store.keep(settings, file_store.page_name(copy.file, number), picture, file_store.PNG)


def _take_down(copy: FileCopy, pdf: bytes, base: bytes, signers: int, desk: Desk, *, before: int = 0) -> None:
    found = check_signed_copy(
        pdf, base, trusted=[desk.authority.certificate_pem], at=copy.uploaded_at, expected_signers=signers
    )
    new = found.signers[before:]
    copy.signers = [{
        "name": one.name, "organisation": one.organisation, "issuer": one.issuer, "serial": one.serial,
        "fingerprint": one.fingerprint, "signed_at": one.signed_at.isoformat(), "time_is_proven": one.time_is_proven,
    } for one in new]
    copy.signed_on = local_day(max(one.signed_at for one in new))
    copy.pages = pages_of(pdf)
    session().flush()


def _signed(pdf: bytes, row: FileDocument, name: str, organisation: str, desk: Desk, at: datetime) -> bytes:
    means = desk.authority.means_for(
        name, organisation, valid_from=at - timedelta(days=30), valid_to=at + timedelta(days=700)
    )
    return sign_pdf(pdf, pkcs12=means.pkcs12, passphrase=means.passphrase, name=name,
                    reason=KINDS[DocumentKind(row.kind)].label, at=max(at, row.made_at + timedelta(minutes=5)))


def pages_of(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)
