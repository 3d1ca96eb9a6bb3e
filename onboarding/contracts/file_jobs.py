"""Documents in the worker: made and frozen, uploads looked at, the operator's own signature put under them.

Each may run twice and does its work once: a row that is no longer waiting is left alone.
"""

from typing import Any

from sqlalchemy import select, update

from maerker.audit.actor import SYSTEM
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.jobs.handlers import FinishedWithProblem, Handler
from maerker.settings import Settings
from maerker.wording import gettext as _
from onboarding.applications.history import note
from onboarding.applications.standing import restate
from onboarding.contracts import file_checks, file_mails, file_store
from onboarding.contracts.file_actions import STEP_OF
from onboarding.contracts.file_facts import facts_now
from onboarding.contracts.file_models import DocumentState, FileDocument
from onboarding.contracts.file_preview import as_preview
from onboarding.contracts.generation import Generated, document_data, generate_again
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.queries import text_version
from onboarding.contracts.versions import TextVersion


def make_document(posting: Any, settings: Settings) -> None:
    """Make what was asked for, from what the file says now, and freeze it: bytes, hash, data, moment.

    A text that does not become a document is told to the Kommune in a sentence, and to the operator with Typst's words
    at the posting.
    """
    row = session().scalars(
        select(FileDocument).where(FileDocument.id == posting.subject_id).with_for_update()
    ).one_or_none()
    if row is None or row.state is not DocumentState.requested:
        return
    row.made_at = now().replace(microsecond=0)
    text = text_version(DocumentKind(row.kind), row.text_version)
    from maerker.documents.rendering import RenderingProblem

    fault = ""
    try:
        made = _made(row, text, settings)
        row.file = file_store.new_name("made")
        file_store.keep(settings, row.file, made.pdf, file_store.PDF)
        row.data, row.text_state = dict(made.data), str(text.state)
        row.sha256, row.size, row.pages = made.sha256, len(made.pdf), _pages(made.pdf)
        row.state = DocumentState.ready
    except Invalid as problem:
        row.state, row.problem = DocumentState.failed, " ".join(problem.fields.values()) or problem.explanation
    except RenderingProblem as problem:
        row.state, row.problem = DocumentState.failed, _("Der Text dieses Dokuments hat einen Fehler. Bitte wenden Sie "
                                                         "sich an den Betreiber.")
        fault = f"{row.kind}, version {row.text_version}: {problem}"[:500]
    session().flush()
    if not row.preview:
        _take_the_place(row)
    if fault:
        raise FinishedWithProblem(fault)


def made_again(row: FileDocument) -> bytes:
    """The same document once more, from what is kept beside it: byte for byte what was frozen."""
    text = text_version(DocumentKind(row.kind), row.text_version)
    source = as_preview(text.source) if row.preview else text.source
    return generate_again(DocumentKind(row.kind), row.data, source, made_at=row.made_at).pdf


def _made(row: FileDocument, text: TextVersion, settings: Settings) -> Generated:
    kind = DocumentKind(row.kind)
    if not row.preview and settings.operator_missing:
        raise Invalid(_("Der Betreiber hat seine eigenen Angaben noch nicht vollständig hinterlegt. Ein Dokument, das "
                        "gelten soll, gibt es erst danach. Bitte wenden Sie sich an ihn."))
    data = document_data(kind, facts_now(settings), text, made_at=row.made_at)
    source = as_preview(text.source) if row.preview else text.source
    return generate_again(kind, data, source, made_at=row.made_at)


def _take_the_place(row: FileDocument) -> None:
    """The new one counts from now on; the one before stays readable."""
    step = STEP_OF.get(DocumentKind(row.kind), "")
    if row.state is DocumentState.ready:
        session().execute(
            update(FileDocument).where(
                FileDocument.kind == row.kind, FileDocument.preview.is_(False), FileDocument.id != row.id,
                FileDocument.superseded_at.is_(None), FileDocument.state != DocumentState.requested,
            ).values(superseded_at=row.made_at)
        )
        note("document_made", by=SYSTEM, at=row.made_at, step=step, document=row.kind)
    else:
        note("document_failed", by=SYSTEM, at=row.made_at, step=step, document=row.kind, text=row.problem)
    restate(at=row.made_at)


def _pages(pdf: bytes) -> int:
    import pypdfium2  # type: ignore[import-untyped]

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)



HANDLERS = (
    Handler("make_document", "documents", make_document),
    Handler("check_copy", "documents", file_checks.check_copy),
    Handler("sign_copy", "documents", file_checks.sign_copy),
    *file_mails.HANDLERS,
)
