"""One's own second factor: connecting another app, and the ten codes for an emergency."""

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotAllowed
from maerker.web.access import signed_in
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.console.sign_in_second import offer_for
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.queries import account_of
from onboarding.operators.second_factor import are_own_codes, codes_left, issue_recovery_codes, take_secret
from onboarding.operators.sign_ins import OPERATORS
from onboarding.operators.vault import vault_of


@blueprint.get("/konto/app")
@signed_in
@demand_fresh()
def show_app() -> Response:
    return _app_page()


@blueprint.post("/konto/app")
@signed_in
@keeps_text
@demand_fresh()
def send_app() -> Response:
    """From now on the new app's codes count, the old one's no longer."""
    if g.form_refused:
        return _app_page({"code": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    form = request.form
    try:
        take_secret(
            account_of(who().id), form.get("offer", ""), form.get("code", ""), vault=vault_of(settings()), at=now()
        )
    except Invalid as refusal:
        return _app_page(dict(refusal.fields), 422)
    OPERATORS.write(who().id, "totp_replaced", at=now())
    return redirect("/konto?getan=app", 303)


@blueprint.get("/konto/notfallcodes")
@signed_in
def show_codes() -> Response:
    return make_response(render_template(
        "console/account_codes.html", codes=(), left=codes_left(who().id), new=request.args.get("neu") == "1",
        nav_current="account",
    ))


@blueprint.post("/konto/notfallcodes")
@signed_in
@demand_fresh()
def send_codes() -> Response:
    """Ten new codes, shown in this one answer and never again."""
    codes = issue_recovery_codes(who().id, vault=vault_of(settings()), at=now())
    OPERATORS.write(who().id, "codes_issued", at=now())
    return make_response(render_template(
        "console/account_codes.html", codes=codes, left=len(codes), new=False, nav_current="account"
    ))


@blueprint.post("/konto/notfallcodes.txt")
@signed_in
def download_codes() -> Response:
    """The codes of the page before, as a file; only this person's own unused codes are given back."""
    codes = request.form.getlist("codes")
    if not are_own_codes(who().id, codes, vault=vault_of(settings())):
        raise NotAllowed(_("Diese Codes gelten nicht mehr. Bitte erzeugen Sie neue."))
    lines = [_("Notfallcodes für die Anmeldung am Maerker-Betrieb"), who().username, "", *codes, "",
             _("Jeder Code gilt einmal. Bitte sicher und getrennt vom Telefon aufbewahren.")]
    answer = make_response("\r\n".join(lines) + "\r\n")
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = "attachment; filename=maerker-notfallcodes.txt"
    return answer


def _app_page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    shown = offer_for(who().id, who().username, request.form.get("offer", ""))
    return make_response(render_template(
        "console/account_app.html", errors=errors or {}, nav_current="account", **shown
    ), status)
