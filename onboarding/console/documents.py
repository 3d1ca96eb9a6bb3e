"""The documents of a file at the console: what there is, comparing signed copies page by page, deciding on them."""

from typing import Any
from uuid import UUID

from flask import g, redirect, request, send_file
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.kommunen import kommune_line
from onboarding.console.blueprint import blueprint, who
from onboarding.console.blueprint import settings as settings_of
from onboarding.console.file_frame import file_page, open_file
from onboarding.contracts import file_review, file_store
from onboarding.contracts.file_actions import SIGNED, UNSIGNED, the_document
from onboarding.contracts.file_copies import CAPACITIES, OPEN, the_copy
from onboarding.contracts.file_models import CopySide, CopyState, DocumentState, FileCopy
from onboarding.contracts.file_queries import document_lines
from onboarding.contracts.file_words import COPY_STATES, STAGES, copy_name, file_name, label_of
from onboarding.contracts.outdated import changed_since
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.permissions import OperatorPermission

SEE, WORK = OperatorPermission.see_files, OperatorPermission.work_files
FILE = "/akten/<uuid:file_id>"
DOCUMENT = f"{FILE}/dokumente/<int:document_id>"
COPY = f"{FILE}/nachweise/<int:copy_id>"
OURS, THEIRS, TAB = "unsere", "ihre", "dokumente"


@blueprint.get(f"{FILE}/dokumente")
@may(SEE)
def show_file_documents(file_id: UUID) -> Response:
    open_file(file_id)
    lines = {line.kind: line for line in document_lines()}
    return file_page(
        "console/documents.html", tab=TAB, signed=[lines[kind] for kind in SIGNED],
        unsigned=[lines[kind] for kind in UNSIGNED], can_countersign=file_review.can_be_countersigned,
        outdated=changed_since(lines.values(), settings_of()), **page_words(),
    )


@blueprint.get(f"{DOCUMENT}/ansehen", defaults={"as_attachment": False})
@blueprint.get(f"{DOCUMENT}/herunterladen", defaults={"as_attachment": True})
@may(SEE)
def send_file_document(file_id: UUID, document_id: int, as_attachment: bool) -> Response:
    open_file(file_id)
    document = the_document(document_id)
    if document.state is not DocumentState.ready:
        raise NotThere()
    return _send(document.file, file_store.PDF, file_name(document, kommune_name()), as_attachment=as_attachment)


@blueprint.get(COPY)
@may(SEE)
def show_copy(file_id: UUID, copy_id: int) -> Response:
    """Side by side: our page and theirs, with what the machine found; below, the decision."""
    open_file(file_id)
    return _copy_page(copy_id)


@blueprint.get(f"{COPY}/herunterladen")
@may(SEE)
def send_file_copy(file_id: UUID, copy_id: int) -> Response:
    open_file(file_id)
    copy = the_copy(copy_id)
    if not copy.sha256:
        raise NotThere()
    name = copy_name(copy, the_document(copy.document_id), kommune_name())
    return _send(copy.file, copy.content_type, name, as_attachment=True)


@blueprint.get(f"{COPY}/seite/<any(unsere, ihre):side>/<int:page>")
@may(SEE)
def send_copy_page(file_id: UUID, copy_id: int, side: str, page: int) -> Response:
    """The picture of one page, drawn by the worker."""
    open_file(file_id)
    copy = the_copy(copy_id)
    stored = copy if side == THEIRS else file_review.compared_with(copy)
    return _send(file_store.page_name(stored.file, page), file_store.PNG, f"Seite-{page}.png", as_attachment=False)


@blueprint.post(f"{COPY}/bestaetigen")
@may(WORK)
@keeps_text
def confirm_copy(file_id: UUID, copy_id: int) -> Response:
    open_file(file_id)
    if g.form_refused:
        return _copy_page(copy_id, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        file_review.confirm_copy(
            copy_id, request.form.getlist("checks"), request.form.get("remark", ""), by=who().actor, at=now())
    except (Invalid, Stale) as refusal:
        return _refused(file_id, copy_id, refusal)
    return redirect(f"/akten/{file_id}/dokumente?getan=nachweis-angenommen", 303)


@blueprint.post(f"{COPY}/ablehnen")
@may(WORK)
@keeps_text
def refuse_copy(file_id: UUID, copy_id: int) -> Response:
    open_file(file_id)
    if g.form_refused:
        return _copy_page(copy_id, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        file_review.refuse_copy(copy_id, request.form.get("reason", ""), by=who().actor, at=now())
    except (Invalid, Stale) as refusal:
        return _refused(file_id, copy_id, refusal)
    return redirect(f"/akten/{file_id}/dokumente?getan=nachweis-abgelehnt", 303)


@blueprint.get(f"{COPY}/zuruecknehmen")
@may(WORK)
@demand_fresh()
def show_take_back_proof(file_id: UUID, copy_id: int) -> Response:
    open_file(file_id)
    copy = the_copy(copy_id)
    if copy.state not in OPEN:
        return redirect(f"/akten/{file_id}/nachweise/{copy_id}", 303)
    return _take_back_page(copy, {})


@blueprint.post(f"{COPY}/zuruecknehmen")
@may(WORK)
@keeps_text
@demand_fresh()
def take_back_proof(file_id: UUID, copy_id: int) -> Response:
    """A proof turns out to be none: the step opens again, the Kommune is told why."""
    open_file(file_id)
    if g.form_refused:
        return _take_back_page(the_copy(copy_id), {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        file_review.take_back_proof(copy_id, request.form.get("reason", ""), by=who().actor, at=now())
    except Invalid as refusal:
        session().rollback()
        return _take_back_page(the_copy(copy_id), dict(refusal.fields) or {"form": refusal.explanation}, 422)
    return redirect(f"/akten/{file_id}/dokumente?getan=nachweis-zurueckgenommen", 303)


def kommune_name() -> str:
    line = kommune_line(this_file().municipality_id)
    return line.name if line else ""


def page_words() -> dict[str, Any]:
    """What every page about documents needs to speak."""
    return {
        "stages": STAGES, "copy_states": COPY_STATES, "capacities": CAPACITIES, "label_of": label_of,
    }


def _refused(file_id: UUID, copy_id: int, refusal: Invalid | Stale) -> Response:
    session().rollback()
    open_file(file_id)
    return _copy_page(copy_id, dict(refusal.fields) or {"form": refusal.explanation}, refusal.status)


def _copy_page(copy_id: int, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    copy = the_copy(copy_id)
    document, beside = the_document(copy.document_id), file_review.compared_with(copy)
    looked_at = copy.state in (CopyState.to_confirm, CopyState.accepted) or (
        copy.state is not CopyState.checking and copy.finding == "by_person")
    return file_page(
        "console/documents_compare.html", tab=TAB, status=status, copy=copy, document=document, looked_at=looked_at,
        drawn=looked_at and _is_drawn(beside.file, beside.pages) and _is_drawn(copy.file, copy.pages), beside=beside,
        rows=range(1, max(beside.pages, copy.pages) + 1), checks=file_review.checks_for(copy, document.kind),
        checked=request.form.getlist("checks"), remark=request.form.get("remark", ""),
        reason=request.form.get("reason", ""), errors=errors or {}, is_open=copy.state in OPEN,
        of_the_operator=copy.side is CopySide.operator, **page_words(),
    )


def _is_drawn(file: str, pages: int) -> bool:
    """Whether there are pictures of all pages. A copy that came in before they were drawn, or was restored without
    them, is compared in the files themselves."""
    names = (file_store.page_name(file, number) for number in range(1, pages + 1))
    return all(file_store.is_kept(settings_of(), name) for name in names)


def _take_back_page(copy: FileCopy, errors: dict[str, str], status: int = 200) -> Response:
    return file_page(
        "console/documents_take_back.html", tab=TAB, status=status, copy=copy,
        document=the_document(copy.document_id), reason=request.form.get("reason", ""), errors=errors, **page_words(),
    )


def _send(file: str, content_type: str, name: str, *, as_attachment: bool) -> Response:
    stream = file_store.open_file(settings_of(), file)
    answer = send_file(stream, content_type, as_attachment=as_attachment, download_name=name, conditional=False,
                       etag=False)
    answer.headers["Cache-Control"] = "no-store"
    return answer
