"""The documents of the Kommune: what each is for, previews, having them made, reading and downloading them."""

from urllib.parse import urlencode

from flask import make_response, redirect, render_template, request, send_file
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed, NotThere
from maerker.web.access import may
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.entries import values
from onboarding.applications.kommunen import kommune_line
from onboarding.applications.permissions import FilePermission
from onboarding.contracts import file_actions, file_store
from onboarding.contracts.file_actions import SIGNED, UNSIGNED, EntriesMissing, the_document
from onboarding.contracts.file_copies import CAPACITIES, OPEN, the_copy
from onboarding.contracts.file_facts import blank_contacts, missing_for
from onboarding.contracts.file_models import CopySide, DocumentState, FileDocument
from onboarding.contracts.file_queries import DocumentLine, Stage, document_lines, line_of
from onboarding.contracts.file_words import COPY_STATES, FOR_WHAT, STAGES, copy_name, file_name
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.outdated import changed_since
from onboarding.joining.blueprint import blueprint, settings

PLACE = "/akte/dokumente"
SLUGS: dict[str, DocumentKind] = {
    "beitrittserklaerung": DocumentKind.accession_declaration, "serviceversprechen": DocumentKind.service_promise,
    "auftragsverarbeitung": DocumentKind.data_processing_agreement, "freigabe": DocumentKind.processing_release,
    "datenschutzhinweise": DocumentKind.privacy_notice, "verzeichnis": DocumentKind.record_of_processing,
    "loeschkonzept": DocumentKind.retention_plan, "barrierefreiheit": DocumentKind.accessibility_statement,
}
SLUG_OF = {kind: slug for slug, kind in SLUGS.items()}


@blueprint.get(PLACE)
@may(FilePermission.see_file)
def show_documents() -> Response:
    return _overview()


@blueprint.post(f"{PLACE}/alle")
@may(FilePermission.make_documents)
def make_all_unsigned() -> Response:
    """The papers that nobody signs, in one go."""
    try:
        file_actions.request_all_unsigned(by=current_user.actor, at=now())
    except Invalid as refusal:
        return _overview(refusal, status=422)
    return redirect(f"{PLACE}#unterlagen", 303)


@blueprint.post(f"{PLACE}/<slug>/vorschau")
@may(FilePermission.make_documents)
def make_preview(slug: str) -> Response:
    try:
        number = file_actions.request_preview(_kind(slug), by=current_user.actor, at=now())
    except Invalid as refusal:
        return _overview(refusal, status=422)
    return redirect(f"{PLACE}/{number}", 303)


@blueprint.get(f"{PLACE}/<slug>/erstellen")
@may(FilePermission.make_documents)
def show_make(slug: str) -> Response:
    """Before it is made: what is missing, what becomes of the version before."""
    kind = _kind(slug)
    return ask_for_code(f"{PLACE}/{slug}/erstellen") if _must_ask(kind) else _make_page(kind)


@blueprint.post(f"{PLACE}/<slug>/erstellen")
@may(FilePermission.make_documents)
def make_document(slug: str) -> Response:
    """A second version is made only from the page that says what becomes of the first."""
    kind = _kind(slug)
    if _must_ask(kind):
        return ask_for_code(f"{PLACE}/{slug}/erstellen")
    if line_of_kind(kind).current is not None and not request.form.get("replace"):
        return _make_page(kind)
    try:
        number = file_actions.request_document(kind, by=current_user.actor, at=now())
    except Invalid as refusal:
        session().rollback()
        return _make_page(kind, refusal, 422)
    return redirect(f"{PLACE}/{number}", 303)


@blueprint.get(f"{PLACE}/<int:document_id>")
@may(FilePermission.see_file)
def show_document(document_id: int) -> Response:
    """One document: being made, ready to read and sign, signed, or followed by another version."""
    return document_page(the_document(document_id))


@blueprint.post(f"{PLACE}/<int:document_id>/noch-einmal")
@may(FilePermission.make_documents)
def make_again(document_id: int) -> Response:
    """After a failure: the same kind once more."""
    failed = the_document(document_id)
    if not failed.preview and _must_ask(DocumentKind(failed.kind)):
        return ask_for_code(f"{PLACE}/{document_id}")
    try:
        number = file_actions.ask_again(document_id, by=current_user.actor, at=now())
    except Invalid as refusal:
        session().rollback()
        return document_page(the_document(document_id), refusal, 422)
    return redirect(f"{PLACE}/{number}", 303)


@blueprint.get(f"{PLACE}/<int:document_id>/ansehen", defaults={"as_attachment": False})
@blueprint.get(f"{PLACE}/<int:document_id>/herunterladen", defaults={"as_attachment": True})
@may(FilePermission.see_file)
def send_document(document_id: int, as_attachment: bool) -> Response:
    document = the_document(document_id)
    if document.state is not DocumentState.ready:
        raise NotThere()
    return send(document.file, file_store.PDF, file_name(document, kommune_name()), as_attachment=as_attachment)


@blueprint.get(f"{PLACE}/nachweis/<int:copy_id>/herunterladen")
@may(FilePermission.see_file)
def send_copy(copy_id: int) -> Response:
    """The signed copy, as it was uploaded."""
    copy = the_copy(copy_id)
    if not copy.sha256:
        raise NotThere()
    name = copy_name(copy, the_document(copy.document_id), kommune_name())
    return send(copy.file, copy.content_type, name, as_attachment=True)


def send(file: str, content_type: str, name: str, *, as_attachment: bool) -> Response:
    """A stored file of the current joining file, never kept by anybody on the way."""
    stream = file_store.open_file(settings(), file)
    answer = send_file(stream, content_type, as_attachment=as_attachment, download_name=name, conditional=False,
                       etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def document_page(document: FileDocument, refusal: Invalid | None = None, status: int = 200) -> Response:
    line = line_of(document)
    copies = line.copies if line.current is not None and line.current.id == document.id else line.older_copies.get(
        document.id, ())
    return make_response(render_template(
        "joining/document.html", document=document, line=line, copies=copies, refusal=refusal,
        pending=document.state is DocumentState.requested or _checked(line),
        outdated=changed_since([line], settings()), may_make=_may_make(), **_words(),
    ), status)


def kommune_name() -> str:
    line = kommune_line(this_file().municipality_id)
    return line.name if line else ""


def line_of_kind(kind: DocumentKind) -> DocumentLine:
    return document_lines([kind])[0]


def ask_for_code(target: str) -> Response:
    """A grave act: first a code by mail, then on to where one was going."""
    return redirect(f"/code?{urlencode({'weiter': target}, safe='/')}", 303)


def _must_ask(kind: DocumentKind) -> bool:
    """A new version takes a handed-in signature out of force, which is as grave as taking it back: whoever may do that
    is asked for a code first. Raises NotAllowed for the others."""
    line = line_of_kind(kind)
    if not any(copy.side is CopySide.municipality and copy.state in OPEN for copy in line.copies):
        return False
    if FilePermission.hand_in not in current_user.permissions:
        raise NotAllowed(_("Dieses Dokument ist schon unterschrieben. Eine neue Fassung erstellen die fachliche "
                           "Ansprechperson, die Leitung der Verwaltung und ihre Stellvertretung."))
    return not current_user.is_fresh(now())


def _overview(refusal: Invalid | None = None, status: int = 200) -> Response:
    if refusal is not None:
        session().rollback()
    lines = {line.kind: line for line in document_lines()}
    return make_response(render_template(
        "joining/documents.html", signed=[lines[kind] for kind in SIGNED], unsigned=[lines[kind] for kind in UNSIGNED],
        file=this_file(), refusal=refusal, refused_now=refusal is not None, missing=_missing(refusal),
        pending=any(line.stage is Stage.in_work or _checked(line) for line in lines.values()),
        outdated=changed_since(lines.values(), settings()), may_make=_may_make(), **_words(),
    ), status)


def _make_page(kind: DocumentKind, refusal: Invalid | None = None, status: int = 200) -> Response:
    return make_response(render_template(
        "joining/document_make.html", line=line_of_kind(kind), missing=missing_for(kind, values()),
        refusal=None if isinstance(refusal, EntriesMissing) else refusal, blank=blank_contacts(kind),
        may_make=_may_make(), **_words(),
    ), status)


def _may_make() -> bool:
    """Whether somebody may have documents made by now that count: the application is admitted and does not rest."""
    file = this_file()
    stands = file.admitted_at is not None and file.withdrawn_at is None and file.refused_at is None
    return stands and FilePermission.make_documents in current_user.permissions


def _missing(refusal: Invalid | None) -> tuple[object, ...]:
    return refusal.missing if isinstance(refusal, EntriesMissing) else ()


def _checked(line: DocumentLine) -> bool:
    """Whether the worker looks at something of it right now, so that the page asks again by itself."""
    return any(copy.state == "checking" for copy in line.copies)


def _words() -> dict[str, object]:
    return {
        "stages": STAGES, "for_what": FOR_WHAT, "copy_states": COPY_STATES, "slugs": SLUG_OF,
        "capacities": CAPACITIES, "nav_current": "documents",
    }


def _kind(slug: str) -> DocumentKind:
    if slug not in SLUGS:
        raise NotThere()
    return SLUGS[slug]
