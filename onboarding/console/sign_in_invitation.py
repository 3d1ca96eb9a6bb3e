"""The set-up link: a new colleague sets the password. Opening the link spends nothing, mail scanners may."""

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid
from maerker.web.access import public
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint
from onboarding.console.sign_in import second_half
from onboarding.operators.actions import accept_invitation, invited
from onboarding.operators.sign_ins import start_for


@blueprint.get("/einladung/<token>")
@public
def show_invitation(token: str) -> Response:
    return _page(token)


@blueprint.post("/einladung/<token>")
@public
@keeps_text
def send_invitation(token: str) -> Response:
    if g.form_refused:
        return _page(token, {"password": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return _page(token, {"again": _("Die beiden Eingaben sind nicht gleich.")}, 422)
    try:
        account = accept_invitation(token, password, at=now())
    except Invalid as refusal:
        return _page(token, dict(refusal.fields), 422)
    return second_half(start_for(account, at=now()))


def _page(token: str, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    account = invited(token, at=now())
    answer = make_response(render_template(
        "console/sign_in_invitation.html", account=account, errors=errors or {}, action=f"/einladung/{token}"
    ), status)
    answer.headers["Referrer-Policy"] = "no-referrer"  # the address is a key
    return answer
