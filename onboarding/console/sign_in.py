"""Signing in and out at the console."""

from flask import current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.errors import TooMany
from maerker.identity.sign_ins import Throttle, local_path
from maerker.web.access import public
from maerker.web.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, settings
from onboarding.operators import actions


@blueprint.get("/anmelden")
@public
def show_sign_in() -> Response:
    target = local_path(request.args.get("weiter", ""), "/")
    if current_user.is_authenticated:
        return redirect(target, 303)
    return _page(target, "")


@blueprint.post("/anmelden")
@public
@keeps_text
def sign_in() -> Response:
    target = local_path(request.form.get("weiter", ""), "/")
    if g.form_refused:
        return _page(target, _("Bitte senden Sie das Formular noch einmal ab."), 400)
    username, limits = request.form.get("username", ""), current_app.extensions["maerker_limits"]
    throttle = Throttle(limits, settings().rate_logins, "console")
    try:
        throttle.demand_room(username, client_address())
    except TooMany as problem:
        answer = _page(target, _(problem.explanation), 429)
        answer.headers["Retry-After"] = str(problem.retry_after)
        return answer
    opened = actions.sign_in(
        username, request.form.get("password", ""), at=now(), source=limits.hide(client_address())
    )
    if opened is None:
        throttle.count_failure(username, client_address())
        g.commit_anyway = True  # the refusal's audit row
        return _page(target, _("Benutzername und Passwort passen nicht zusammen."), 422)
    if read_cookie(SESSION):
        actions.sign_out(read_cookie(SESSION), at=now())
    answer = redirect(target, 303)
    set_cookie(answer, SESSION, opened.token)
    return answer


@blueprint.post("/abmelden")
@public
def sign_out() -> Response:
    token = read_cookie(SESSION)
    if token:
        actions.sign_out(token, at=now())
    answer = redirect("/anmelden", 303)
    drop_cookie(answer, SESSION)
    return answer


def _page(target: str, error: str, status: int = 200) -> Response:
    body = render_template(
        "console/sign_in.html", target=target, error=error, username=request.form.get("username", "")
    )
    return make_response(body, status)
