"""The operator's signature under an agreement: by the own certificate, as a signed PDF, or as a scan."""

from typing import Any
from uuid import UUID

from flask import g, redirect, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.web.legible import takes_files
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.console.documents import DOCUMENT, TAB, WORK, page_words
from onboarding.console.file_frame import file_page, open_file
from onboarding.contracts import file_review
from onboarding.contracts.file_actions import the_document
from onboarding.contracts.file_copies import Signed, copies_of
from onboarding.contracts.file_models import CopySide, CopyState, CopyWay
from onboarding.contracts.file_uploads import MAX_PICTURES, UploadedFile
from onboarding.operators.fresh import demand_fresh


@blueprint.get(f"{DOCUMENT}/gegenzeichnen")
@may(WORK)
@demand_fresh()
def show_countersign(file_id: UUID, document_id: int) -> Response:
    open_file(file_id)
    if not file_review.can_be_countersigned(the_document(document_id)):
        return redirect(f"/akten/{file_id}/dokumente", 303)
    return _page(document_id, _proposed(), {})


@blueprint.post(f"{DOCUMENT}/gegenzeichnen")
@may(WORK)
@keeps_text
@takes_files
@demand_fresh()
def countersign(file_id: UUID, document_id: int) -> Response:
    """By the operator's certificate if the form says so, otherwise what was uploaded."""
    open_file(file_id)
    typed = request.form.to_dict()
    if g.form_refused:
        return _page(document_id, typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        if typed.get("way") == "certificate":
            file_review.countersign_by_certificate(document_id, settings(), by=who().actor, at=now())
        else:
            _take_upload(document_id)
    except (Invalid, Stale) as refusal:
        session().rollback()
        errors = dict(refusal.fields) or {"form": refusal.explanation}
        return _page(document_id, typed, errors, refusal.status)
    return redirect(f"/akten/{file_id}/dokumente?getan=nachweis-gegengezeichnet", 303)


def _take_upload(document_id: int) -> None:
    form = request.form
    way = CopyWay.electronic if form.get("way") == "electronic" else CopyWay.scan
    files = [UploadedFile(one.filename or "", one.read()) for one in request.files.getlist("files")[:MAX_PICTURES + 1]]
    signed = Signed(name=form.get("name_1", ""), function=form.get("function_1", ""))
    file_review.countersign_by_upload(
        document_id, way, files, signed, form.get("signed_on", ""), settings(), by=who().actor, at=now())


def _proposed() -> dict[str, str]:
    return {
        "way": "certificate" if settings().operator_certificate else "electronic",
        "name_1": settings().operator_representative, "function_1": settings().operator_representative_function,
    }


def _page(document_id: int, typed: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    document = the_document(document_id)
    own = next((one for one in reversed(copies_of(document_id, CopySide.municipality))
                if one.state is CopyState.accepted), None)
    return file_page(
        "console/documents_countersign.html", tab=TAB, status=status, document=document, own=own, typed=typed,
        errors=errors, has_certificate=bool(settings().operator_certificate), most=MAX_PICTURES, **page_words(),
    )
