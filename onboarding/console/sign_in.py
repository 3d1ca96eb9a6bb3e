"""Signing in and out at the console: the first half, name and password."""

from flask import current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.errors import TooMany
from maerker.identity.sign_ins import Opened, Throttle, local_path
from maerker.web.access import public
from maerker.web.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, settings
from onboarding.operators import actions
from onboarding.operators.sign_ins import HALF_LASTS, start_by_password

HALF = "maerker_anmeldung"
"""The cookie of someone whose second factor is still to come. It opens nothing by itself."""


@blueprint.get("/anmelden")
@public
def show_sign_in() -> Response:
    target = local_path(request.args.get("weiter", ""), "/")
    if current_user.is_authenticated:
        return redirect(target, 303)
    return page(target, "")


@blueprint.post("/anmelden")
@public
@keeps_text
def sign_in() -> Response:
    target = local_path(request.form.get("weiter", ""), "/")
    if g.form_refused:
        return page(target, _("Bitte senden Sie das Formular noch einmal ab."), 400)
    username = request.form.get("username", "")
    throttle = Throttle(current_app.extensions["maerker_limits"], settings().rate_logins, "console")
    try:
        throttle.demand_room(username, client_address())
    except TooMany as problem:
        answer = page(target, _(problem.explanation), 429)
        answer.headers["Retry-After"] = str(problem.retry_after)
        return answer
    token = start_by_password(
        username, request.form.get("password", ""), at=now(), source=source(), target=target
    )
    if token is None:
        throttle.count_failure(username, client_address())
        g.commit_anyway = True  # the refusal's audit row
        return page(target, _("Benutzername und Passwort passen nicht zusammen."), 422)
    return second_half(token)


@blueprint.post("/abmelden")
@public
def sign_out() -> Response:
    token = read_cookie(SESSION)
    if token:
        actions.sign_out(token, at=now())
    answer = redirect("/anmelden", 303)
    drop_cookie(answer, SESSION)
    drop_cookie(answer, HALF)
    return answer


def second_half(token: str) -> Response:
    """Lead on to the second factor."""
    answer = redirect("/anmelden/code", 303)
    set_cookie(answer, HALF, token, seconds=int(HALF_LASTS.total_seconds()))
    return answer


def arrived(opened: Opened, target: str) -> Response:
    """Both halves are proved: the session's cookie, and off to where the person wanted to go."""
    if read_cookie(SESSION):
        actions.sign_out(read_cookie(SESSION), at=now())
    answer = redirect(target, 303)
    set_cookie(answer, SESSION, opened.token)
    drop_cookie(answer, HALF)
    return answer


def source() -> str:
    """The visitor's network address for the audit row, hidden."""
    hidden: str = current_app.extensions["maerker_limits"].hide(client_address())
    return hidden


def page(target: str, error: str, status: int = 200) -> Response:
    """The sign-in, with what was refused."""
    body = render_template(
        "console/sign_in.html", target=target, error=error, username=request.form.get("username", "")
    )
    return make_response(body, status)
