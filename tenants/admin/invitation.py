"""How someone sets a password: by the link of an invitation, or by asking for one. Open to everybody.

Opening the page of a link changes nothing (mail servers open links to look for harm); only the form spends it. No
page here tells whether a name or an address has an account.
"""

from flask import current_app, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.errors import Invalid, NotThere, TooMany
from maerker.web.access import public
from maerker.web.guard import keeps_text
from maerker.web.limits import Allowance
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.admin.blueprint import blueprint, town
from tenants.staff.invitations import ask_for_password, follow_link
from tenants.staff.links import OpenLink, find_link

TOO_MANY = marked("Das waren zu viele Anfragen. Bitte versuchen Sie es in einer Stunde noch einmal.")


@blueprint.get("/einladung/<token>")
@blueprint.get("/passwort/<token>")
@public
def show_link(token: str) -> Response:
    link = find_link(token, current_app.config["SETTINGS"], at=now())
    return _gone() if link is None else _password_page(link, {})


@blueprint.post("/einladung/<token>")
@blueprint.post("/passwort/<token>")
@public
@keeps_text
def take_link(token: str) -> Response:
    link = find_link(token, current_app.config["SETTINGS"], at=now())
    if link is None:
        return _gone()
    password = request.form.get("password", "")
    if g.form_refused:
        return _password_page(link, {"password": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    if password != request.form.get("password_again", ""):
        return _password_page(link, {"password_again": _("Die beiden Eingaben stimmen nicht überein.")}, 422)
    try:
        follow_link(token, password, current_app.config["SETTINGS"], at=now())
    except NotThere:
        return _gone()
    except Invalid as problem:
        return _password_page(link, dict(problem.fields), 422)
    return redirect("/passwort/gesetzt", 303)


@blueprint.get("/passwort/gesetzt")
@public
def password_is_set() -> str:
    return render_template("admin/password_set.html")


@blueprint.get("/passwort")
@public
def show_asking() -> str:
    return render_template("admin/password_ask.html", typed="", error="")


@blueprint.post("/passwort")
@public
@keeps_text
def ask() -> Response:
    typed = request.form.get("username", "").strip()
    if g.form_refused:
        return _asking_page(typed, _("Bitte senden Sie das Formular noch einmal ab."), 400)
    if not typed:
        return _asking_page(typed, _("Bitte geben Sie Ihren Anmeldenamen oder Ihre E-Mail-Adresse an."), 422)
    limits, settings = current_app.extensions["maerker_limits"], current_app.config["SETTINGS"]
    whose = (str(town().tenant_id), limits.hide(client_address()))
    try:
        limits.hit(Allowance("password-link", settings.rate_logins, 60), *whose, explanation=_(TOO_MANY))
    except TooMany as problem:
        answer = _asking_page(typed, problem.explanation, 429)
        answer.headers["Retry-After"] = str(problem.retry_after)
        return answer
    ask_for_password(typed, settings, at=now())
    return redirect("/passwort/unterwegs", 303)


@blueprint.get("/passwort/unterwegs")
@public
def link_is_on_its_way() -> str:
    return render_template("admin/password_sent.html")


def _gone() -> Response:
    """The same for a link that was used, has run out, belongs to another town or never was."""
    return _private(render_template("admin/link_gone.html"), 404)


def _password_page(link: OpenLink, errors: dict[str, str], status: int = 200) -> Response:
    return _private(render_template("admin/password_new.html", link=link, errors=errors), status)


def _asking_page(typed: str, error: str, status: int) -> Response:
    return make_response(render_template("admin/password_ask.html", typed=typed, error=error), status)


def _private(body: str, status: int) -> Response:
    """The address is a key: no page that is visited next is told of it, no search engine keeps it."""
    answer = make_response(body, status)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
