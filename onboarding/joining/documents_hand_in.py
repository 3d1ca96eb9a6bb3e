"""Handing in a signed document and taking it back: grave acts, for which a code is asked again."""

from typing import Any

from flask import g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.web.legible import takes_files
from maerker.wording import gettext as _
from onboarding.applications.permissions import FilePermission
from onboarding.contracts import file_copies
from onboarding.contracts.file_actions import the_document
from onboarding.contracts.file_copies import CAPACITIES, OPEN, HandIn, Signed, copies_of, signatories_of
from onboarding.contracts.file_models import CopySide, CopyWay, FileCopy, FileDocument
from onboarding.contracts.file_uploads import MAX_PICTURES, UploadedFile
from onboarding.contracts.file_words import label_of
from onboarding.joining.blueprint import blueprint, settings
from onboarding.joining.documents import PLACE, ask_for_code, document_page


@blueprint.get(f"{PLACE}/<int:document_id>/abgeben")
@may(FilePermission.hand_in)
def show_hand_in(document_id: int) -> Response:
    document = the_document(document_id)
    if not current_user.is_fresh(now()):
        return ask_for_code(f"{PLACE}/{document_id}/abgeben")
    try:
        file_copies.demand_can_be_signed(document)
    except Invalid as refusal:
        return document_page(document, refusal, 409)
    if any(copy.state in OPEN for copy in copies_of(document.id, CopySide.municipality)):
        return redirect(f"{PLACE}/{document_id}", 303)
    return _page(document, _proposed(document), {})


@blueprint.post(f"{PLACE}/<int:document_id>/abgeben")
@may(FilePermission.hand_in)
@keeps_text
@takes_files
def hand_in(document_id: int) -> Response:
    document, typed = the_document(document_id), request.form.to_dict()
    if g.form_refused:
        return _page(document, typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    if not current_user.is_fresh(now()):
        return _page(document, typed, {"form": _("Bitte bestätigen Sie erst noch einmal mit einem Code, dass Sie es "
                                                 "sind.")}, 403, stale=True)
    try:
        file_copies.hand_in(document_id, _read(document), settings(), by=current_user.actor, at=now())
    except Invalid as refusal:
        session().rollback()
        return _page(the_document(document_id), typed, dict(refusal.fields) or {"form": refusal.explanation}, 422)
    return redirect(f"{PLACE}/{document_id}", 303)


@blueprint.get(f"{PLACE}/nachweis/<int:copy_id>/zuruecknehmen")
@may(FilePermission.hand_in)
def show_take_back(copy_id: int) -> Response:
    copy = file_copies.the_copy(copy_id)
    if not current_user.is_fresh(now()):
        return ask_for_code(f"{PLACE}/nachweis/{copy_id}/zuruecknehmen")
    if copy.state not in OPEN or copy.side is not CopySide.municipality:
        return redirect(f"{PLACE}/{copy.document_id}", 303)
    return _take_back_page(copy, "", {})


@blueprint.post(f"{PLACE}/nachweis/<int:copy_id>/zuruecknehmen")
@may(FilePermission.hand_in)
@keeps_text
def take_back(copy_id: int) -> Response:
    copy, reason = file_copies.the_own_copy(copy_id), request.form.get("reason", "")
    if g.form_refused:
        return _take_back_page(copy, reason, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    if not current_user.is_fresh(now()):
        return ask_for_code(f"{PLACE}/nachweis/{copy_id}/zuruecknehmen")
    try:
        file_copies.withdraw_copy(copy_id, reason, by=current_user.actor, at=now())
    except Invalid as refusal:
        session().rollback()
        errors = dict(refusal.fields) or {"form": refusal.explanation}
        return _take_back_page(file_copies.the_copy(copy_id), reason, errors, 422)
    return redirect(f"{PLACE}/{copy.document_id}", 303)


def _read(document: FileDocument) -> HandIn:
    form = request.form
    way = CopyWay.electronic if form.get("way") == "electronic" else CopyWay.scan
    signed = tuple(
        Signed(
            name=form.get(f"name_{number}", ""), function=form.get(f"function_{number}", ""),
            on_behalf=form.get(f"on_behalf_{number}", ""),
            power_of_attorney=form.get(f"power_of_attorney_{number}", ""),
        )
        for number in range(1, len(signatories_of(document)) + 1)
    )
    files = [UploadedFile(one.filename or "", one.read()) for one in request.files.getlist("files")[:MAX_PICTURES + 1]]
    return HandIn(way=way, signed=signed, files=files, signed_on=form.get("signed_on", ""))


def _proposed(document: FileDocument) -> dict[str, str]:
    """The form as it comes: who is to sign, as the document says."""
    given: dict[str, str] = {"way": request.args.get("weg", "")}
    for number, one in enumerate(signatories_of(document), start=1):
        power = one.get("power_of_attorney") or ""
        kind = "power_of_attorney" if power else ("head" if number == 1 else "deputy")
        given |= {f"name_{number}": one.get("name") or "", f"function_{number}": one.get("function") or "",
                  f"on_behalf_{number}": kind, f"power_of_attorney_{number}": power}
    return given



def _page(
    document: FileDocument, typed: dict[str, Any], errors: dict[str, str], status: int = 200, *, stale: bool = False
) -> Response:
    return make_response(render_template(
        "joining/document_hand_in.html", document=document, label=label_of(document), typed=typed, errors=errors,
        numbers=range(1, len(signatories_of(document)) + 1), capacities=CAPACITIES, most=MAX_PICTURES, stale=stale,
        nav_current="documents",
    ), status)


def _take_back_page(copy: FileCopy, reason: str, errors: dict[str, str], status: int = 200) -> Response:
    document = the_document(copy.document_id)
    return make_response(render_template(
        "joining/document_take_back.html", copy=copy, document=document, label=label_of(document), reason=reason,
        errors=errors, nav_current="documents",
    ), status)
