"""The operator's console: sign-in, and which towns there are."""

from typing import cast

from flask import Blueprint, Flask, current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.errors import TooMany
from maerker.identity.passwords import password_matches
from maerker.identity.sign_ins import Throttle, local_path
from maerker.settings import Settings
from maerker.web.access import may, public
from maerker.web.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.queries import towns
from onboarding.operators import actions
from onboarding.operators.permissions import OperatorPermission
from tenants.registry.models import TenantState

blueprint = Blueprint("console", __name__, template_folder="templates")


def register(app: Flask) -> None:
    """Connect the console."""
    # Flask-Login would look at a cookie `remember_token` first, which a sister subdomain can plant.
    app.config["REMEMBER_COOKIE_NAME"] = "__Host-maerker_remembers_nobody"
    password_matches("", "")  # made once a process, so that the first wrong name is no slower than a wrong password
    app.register_blueprint(blueprint)


@blueprint.context_processor
def _account() -> dict[str, object]:
    known = getattr(g, "_login_user", None)
    return {
        "current_account": known if known is not None and known.is_authenticated else None,
        "operator_name": _settings().operator_name,
    }


@blueprint.get("/")
@may(OperatorPermission.see_towns)
def show_towns() -> str:
    """All towns with state, hosts and number of publications."""
    lines = towns()
    live = sum(line.state is TenantState.live for line in lines)
    return render_template(
        "console/towns.html", lines=lines, live=live, public=sum(line.publications for line in lines),
        labels=state_labels(), address=_settings().public_url,
    )


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
    throttle = Throttle(limits, _settings().rate_logins, "console")
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


@blueprint.get("/impressum", defaults={"page": "impressum"})
@blueprint.get("/datenschutz", defaults={"page": "datenschutz"})
@blueprint.get("/barrierefreiheit", defaults={"page": "barrierefreiheit"})
@public
def legal(page: str) -> Response:
    """The operator's legal pages stand at the bare host."""
    return redirect(f"{_settings().public_url(_settings().base_host)}/{page}")


def state_labels() -> dict[TenantState, tuple[str, str]]:
    """Where a town stands, in words, with the tone of its badge."""
    return {
        TenantState.joining: (_("tritt bei"), "info"), TenantState.trial: (_("im Probebetrieb"), "info"),
        TenantState.live: (_("in Betrieb"), "success"), TenantState.paused: (_("pausiert"), "warning"),
        TenantState.leaving: (_("verlässt die Plattform"), "warning"), TenantState.closed: (_("beendet"), "neutral"),
    }


def _page(target: str, error: str, status: int = 200) -> Response:
    body = render_template(
        "console/sign_in.html", target=target, error=error, username=request.form.get("username", "")
    )
    return make_response(body, status)


def _settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])
