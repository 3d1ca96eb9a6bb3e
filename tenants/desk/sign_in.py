"""Signing in and out, and what happens to a typed text when the sign-in has ended meanwhile."""

from collections.abc import Iterator

from flask import current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.errors import NotAllowed, TooMany
from maerker.identity.sign_ins import Throttle, local_path
from maerker.web.access import public
from maerker.web.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from maerker.web.guard import keeps_text
from maerker.web.problems import show_problem
from maerker.wording import gettext as _
from tenants.desk.blueprint import blueprint, town
from tenants.registry.state_actions import STARTED
from tenants.staff import actions
from tenants.staff.models import Role

DESK = "/redaktion/"
OFFICE = "/verwaltung/"
STAFF_PAGES = (DESK, OFFICE)
NOT_KEPT = frozenset({"csrf_token", "username", "password", "weiter", "again"})


@blueprint.get("/anmelden")
@public
def show_sign_in() -> Response:
    target = local_path(request.args.get("weiter", ""), "")
    if current_user.is_authenticated:
        return redirect(target or _first_page(current_user.role), 303)
    return _page(target, {})


@blueprint.post("/anmelden")
@public
@keeps_text
def sign_in() -> Response:
    target = local_path(request.form.get("weiter", ""), "")
    if g.form_refused:
        return _page(target, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    username, limits = request.form.get("username", ""), current_app.extensions["maerker_limits"]
    throttle = Throttle(limits, current_app.config["SETTINGS"].rate_logins, str(town().tenant_id))
    try:
        throttle.demand_room(username, client_address())
    except TooMany as problem:
        answer = _page(target, {"form": _(problem.explanation)}, 429)
        answer.headers["Retry-After"] = str(problem.retry_after)
        return answer
    opened = actions.sign_in(
        username, request.form.get("password", ""), at=now(), source=limits.hide(client_address())
    )
    if opened is None:
        throttle.count_failure(username, client_address())
        g.commit_anyway = True  # the refusal's audit row
        return _page(target, {"form": _("Benutzername und Passwort passen nicht zusammen.")}, 422)
    return _go_on(target or _first_page(actions.role_of(opened.account_id)), opened.token)


@blueprint.post("/abmelden")
@public
def sign_out() -> Response:
    token = read_cookie(SESSION)
    if token:
        actions.sign_out(token, at=now())
    answer = redirect("/anmelden", 303)
    drop_cookie(answer, SESSION)
    return answer


@blueprint.app_errorhandler(NotAllowed)
def not_allowed(problem: NotAllowed) -> Response:
    """A form sent after the sign-in has ended: the typed text is shown, and comes back after signing in again."""
    typing = request.method == "POST" and request.path.startswith(STAFF_PAGES)
    if current_user.is_authenticated or not typing:
        return show_problem(problem)
    return _expired(request.path, {}, 403)


def _first_page(role: Role) -> str:
    """Where nobody asked for a page: the desk; before the town's start whoever administers has it to set up."""
    return OFFICE if role is Role.admin and town().state not in STARTED else DESK


def _go_on(target: str, token: str) -> Response:
    """To the page asked for; with kept text by 307, which makes the browser send the fields there.

    The desk then shows its form with them and changes nothing: their token belongs to the former sign-in.
    """
    if read_cookie(SESSION):
        actions.sign_out(read_cookie(SESSION), at=now())
    with_text = bool(request.form.get("again")) and target.startswith(STAFF_PAGES)
    answer = redirect(target, 307 if with_text else 303)
    set_cookie(answer, SESSION, token)
    return answer


def _page(target: str, errors: dict[str, str], status: int = 200) -> Response:
    if request.form.get("again"):
        return _expired(target, errors, status)
    body = render_template(
        "desk/sign_in.html", target=target, errors=errors, username=request.form.get("username", "")
    )
    return make_response(body, status)


def _expired(target: str, errors: dict[str, str], status: int) -> Response:
    kept = list(_typed())
    texts = [value for name, value in kept if name.endswith("_text") and value.strip()]
    body = render_template(
        "desk/expired.html", target=target, errors=errors, kept=kept, texts=texts,
        username=request.form.get("username", ""),
    )
    return make_response(body, status)


def _typed() -> Iterator[tuple[str, str]]:
    for name, value in request.form.items(multi=True):
        if name not in NOT_KEPT:
            yield name, value
