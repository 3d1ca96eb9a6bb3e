"""The list of certificates whose electronic signatures are trusted: added after a look, taken off with a reason."""

from typing import TYPE_CHECKING, Any

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotThere
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.web.legible import takes_files
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, who
from onboarding.contracts.actions import add_trust_anchor, remove_trust_anchor
from onboarding.contracts.change_queries import reasons_of_removal
from onboarding.contracts.models import TrustAnchor
from onboarding.contracts.queries import trust_anchors
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.permissions import OperatorPermission

if TYPE_CHECKING:
    from maerker.documents.certificates import Certificate

READ, KEEP = OperatorPermission.see_files, OperatorPermission.manage_trust


@blueprint.get("/vertrauensliste")
@may(READ)
def show_trust() -> str:
    rows = trust_anchors(removed=True)
    return render_template(
        "console/trust.html", at=now(), done=request.args.get("getan", ""),
        trusted=[(row, _kept(row)) for row in rows if row.removed_at is None],
        removed=[row for row in rows if row.removed_at is not None], reasons=reasons_of_removal(),
    )


@blueprint.get("/vertrauensliste/neu")
@may(KEEP)
def show_new_anchor() -> Response:
    return _upload_page({}, {})


@blueprint.post("/vertrauensliste/neu")
@may(KEEP)
@takes_files
@keeps_text
def look_at_anchor() -> Response:
    """Show what stands in the certificate, before it is trusted: its fingerprint is to be compared."""
    typed = {"pem": request.form.get("pem", "")}
    if g.form_refused:
        return _upload_page(typed, {"certificate": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    sent = request.files.get("certificate")
    content = sent.read(1_000_000) if sent and sent.filename else typed["pem"].encode()
    if not content.strip():
        return _upload_page(typed, {"certificate": _("Bitte wählen Sie eine Datei, oder fügen Sie den Text ein.")}, 422)
    try:
        return _look_page(_read(content), "", {})
    except Invalid as refusal:
        return _upload_page(typed, dict(refusal.fields), 422)


@blueprint.post("/vertrauensliste")
@may(KEEP)
@keeps_text
@demand_fresh()
def send_anchor() -> Response:
    """Trust it. The second factor is asked for once more."""
    name, pem = request.form.get("name", ""), request.form.get("pem", "")
    try:
        certificate = _read(pem.encode())
    except Invalid as refusal:
        return _upload_page({"pem": pem}, dict(refusal.fields), 422)
    if g.form_refused:
        return _look_page(certificate, name, {"name": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        add_trust_anchor(certificate, name=name, by=who().actor, at=now())
    except Invalid as refusal:
        return _look_page(certificate, name, dict(refusal.fields), 422)
    return redirect("/vertrauensliste?getan=aufgenommen", 303)


@blueprint.get("/vertrauensliste/<int:anchor_id>/entfernen")
@may(KEEP)
def show_remove_anchor(anchor_id: int) -> Response:
    return _remove_page(anchor_id, "", {})


@blueprint.post("/vertrauensliste/<int:anchor_id>/entfernen")
@may(KEEP)
@keeps_text
@demand_fresh()
def send_remove_anchor(anchor_id: int) -> Response:
    reason = request.form.get("reason", "")
    if g.form_refused:
        return _remove_page(anchor_id, reason, {"reason": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        remove_trust_anchor(anchor_id, reason=reason, by=who().actor, at=now())
    except Invalid as refusal:
        return _remove_page(anchor_id, reason, dict(refusal.fields), 422)
    return redirect("/vertrauensliste?getan=entfernt", 303)


def _read(content: bytes) -> "Certificate":
    """What stands in a certificate. Raises Invalid with the sentence for the field."""
    from maerker.documents.certificates import read_certificate
    from maerker.documents.errors import DocumentRefused

    try:
        return read_certificate(content)
    except DocumentRefused as refusal:
        raise Invalid(fields={"certificate": refusal.explanation}) from refusal


def _kept(row: TrustAnchor) -> "Certificate | None":
    """What stands in a certificate of the list; None for one that today's library cannot read any more."""
    try:
        return _read(row.certificate.encode())
    except Invalid:
        return None


def _one(anchor_id: int) -> TrustAnchor:
    row = next((row for row in trust_anchors() if row.id == anchor_id), None)
    if row is None:
        raise NotThere()
    return row


def _upload_page(typed: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    return make_response(render_template("console/trust_new.html", typed=typed, errors=errors), status)


def _look_page(certificate: "Certificate", name: str, errors: dict[str, str], status: int = 200) -> Response:
    return make_response(render_template(
        "console/trust_look.html", certificate=certificate, name=name, errors=errors, at=now()
    ), status)


def _remove_page(anchor_id: int, reason: str, errors: dict[str, str], status: int = 200) -> Response:
    row = _one(anchor_id)
    return make_response(render_template(
        "console/trust_remove.html", row=row, certificate=_kept(row), reason=reason, errors=errors
    ), status)
