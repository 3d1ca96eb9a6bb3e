"""The way into a file: a mailed link with its code, a second device, a code asked for anew, and the way out."""

import uuid

from flask import current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import enter_file
from maerker.errors import NotThere, TooMany
from maerker.identity.sign_ins import local_path
from maerker.web.access import public, signed_in
from maerker.web.cookies import SESSION, drop_cookie, read_cookie, set_cookie
from maerker.web.guard import keeps_text
from maerker.web.limits import Allowance
from maerker.web.row_numbers import is_row_number
from maerker.wording import gettext as _
from onboarding.applications import actions, sign_in
from onboarding.applications.kommunen import kommunen
from onboarding.applications.links import find_link, person_of_link, read_link_name, spend_link
from onboarding.applications.models import FileLink, FilePerson, LinkPurpose
from onboarding.joining.blueprint import blueprint, settings
from onboarding.joining.mail_limits import count_mail_to


@blueprint.get("/anmelden")
@public
def show_sign_in() -> Response:
    """Ask for a link: Kommune and address. Who is signed in goes on."""
    if current_user.is_authenticated:
        return redirect(_target(), 303)
    return _sign_in_page({"municipality_id": request.args.get("kommune", "")}, {})


@blueprint.post("/anmelden")
@public
@keeps_text
def ask_for_link() -> Response:
    """The same answer whether the address works in the file or not."""
    typed = request.form.to_dict()
    if g.form_refused:
        return _sign_in_page(typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    _count_link()
    try:
        municipality_id = uuid.UUID(typed.get("municipality_id", ""))
    except ValueError:
        return _sign_in_page(typed, {"municipality_id": _("Bitte wählen Sie Ihre Kommune.")}, 422)
    if "@" not in typed.get("email", ""):
        return _sign_in_page(typed, {"email": _("Bitte geben Sie Ihre E-Mail-Adresse an.")}, 422)
    count_mail_to(typed["email"])
    file_id = actions.file_of(municipality_id)
    if file_id is not None:
        enter_file(file_id)
        sign_in.ask_for_link(typed["email"], at=now())
    return redirect("/anmelden/gesendet", 303)


@blueprint.get("/anmelden/gesendet")
@public
def link_sent() -> str:
    return render_template("joining/link_sent.html")


@blueprint.get("/zugang/<name>")
@public
def show_link(name: str) -> Response:
    """Opening the link shows the field for the code and spends nothing."""
    found = _open(name)
    return _code_page(name, found, {}) if found else _no_link(name)


@blueprint.post("/zugang/<name>")
@public
@keeps_text
def use_link(name: str) -> Response:
    """The code, typed: the address is confirmed, the person signed in."""
    found = _open(name)
    if found is None:
        return _no_link(name)
    if g.form_refused:
        return _code_page(name, found, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    at = now()
    _demand_patience()
    if not spend_link(settings(), found, request.form.get("code", ""), at=at):
        _count_wrong_code()
        g.commit_anyway = True
        return _code_page(name, found, {"code": _("Der Code stimmt nicht. Er steht in derselben Nachricht.")}, 422)
    person = session().get_one(FilePerson, (found.file_id, found.person_id))
    actions.confirm(person, at=at)
    response = redirect(_target(), 303)
    by_mail = found.purpose is not LinkPurpose.device
    set_cookie(response, SESSION, sign_in.open_session(person, by_mail=by_mail, at=at))
    return response


@blueprint.post("/zugang/<name>/neu")
@public
def renew_link(name: str) -> Response:
    """A link that is over: a new one goes to the address the old one went to, and nowhere else."""
    _count_link()
    named = read_link_name(name)
    if named is None:
        raise NotThere()
    enter_file(named.file_id)
    person = person_of_link(settings(), named)
    if person is None:
        raise NotThere()
    count_mail_to(person.email)
    sign_in.send_link(person, LinkPurpose.sign_in, at=now())
    return redirect("/anmelden/gesendet", 303)


@blueprint.post("/abmelden")
@signed_in
def leave() -> Response:
    named = sign_in.read_token(read_cookie(SESSION))
    if named is not None:
        sign_in.close_session(named[1])
    response = redirect("/", 303)
    drop_cookie(response, SESSION)
    return response


@blueprint.get("/code")
@signed_in
def show_asked_again() -> str:
    """Before a grave act: a new code by mail. The page says for what."""
    return render_template("joining/ask_again.html", target=_target(), errors={}, sent=False)


@blueprint.post("/code")
@signed_in
@keeps_text
def ask_again() -> Response:
    """First press: a code is mailed. Second: the code is checked, the way is open for a quarter of an hour."""
    if g.form_refused:
        errors = {"code": _("Bitte senden Sie das Formular noch einmal ab.")}
        return make_response(render_template(
            "joining/ask_again.html", target=_target(), errors=errors, sent=False), 400)
    person, at = actions.the_person(current_user.id), now()
    given, number = request.form.get("code", ""), request.form.get("link", "")
    if not is_row_number(number):
        _count_link(str(person.file_id), str(person.id))
        link_id = sign_in.send_link(person, LinkPurpose.ask_again, at=at)
        return make_response(render_template(
            "joining/ask_again.html", target=_target(), link=link_id, sent=True, errors={}))
    link = session().get(FileLink, (person.file_id, int(number)))
    if link is None or link.person_id != person.id or link.purpose is not LinkPurpose.ask_again:
        raise NotThere()
    _demand_patience()
    if link.expires_at <= at or not spend_link(settings(), link, given, at=at):
        _count_wrong_code()
        g.commit_anyway = True
        errors = {"code": _("Der Code stimmt nicht oder ist abgelaufen.")}
        return make_response(render_template(
            "joining/ask_again.html", target=_target(), link=link.id, sent=True, errors=errors), 422)
    named = sign_in.read_token(read_cookie(SESSION))
    if named is not None:
        sign_in.note_asked_again(named[1], at=at)
    return redirect(_target(), 303)


def _open(name: str) -> FileLink | None:
    named = read_link_name(name)
    if named is None:
        return None
    enter_file(named.file_id)
    return find_link(settings(), named, at=now())


def _count_link(*whose: str) -> None:
    """Links are mailed so often for one network address (or for one person who is signed in)."""
    limits = current_app.extensions["maerker_limits"]
    limits.hit(
        Allowance("joining-link", settings().rate_logins * 2, 60), *(whose or (limits.hide(client_address()),)),
        explanation=_("Es wurden gerade viele Links angefordert. Bitte warten Sie eine Stunde."),
    )


def _wrong_codes() -> tuple[Allowance, str]:
    limits = current_app.extensions["maerker_limits"]
    return Allowance("joining-code", settings().rate_logins * 2, 60), limits.hide(client_address())


def _demand_patience() -> None:
    """Codes are guessed five times for a link, and not for one link after another."""
    if current_app.extensions["maerker_limits"].used_up(*_wrong_codes()):
        raise TooMany(_("Von Ihrem Anschluss kamen viele falsche Codes. Bitte warten Sie eine Stunde."),
                      retry_after=3600)


def _count_wrong_code() -> None:
    allowance, whose = _wrong_codes()
    current_app.extensions["maerker_limits"].hit(
        allowance, whose, explanation=_("Von Ihrem Anschluss kamen viele falsche Codes. Bitte warten Sie eine Stunde.")
    )


def _target() -> str:
    return local_path(request.values.get("weiter", ""), "/akte")


def _code_page(name: str, link: FileLink, errors: dict[str, str], status: int = 200) -> Response:
    page = render_template("joining/code.html", name=name, purpose=link.purpose, errors=errors, target=_target())
    return make_response(page, status)


def _no_link(name: str) -> Response:
    """Forged, used or over look the same; who holds a real one can have it renewed, for the same Kommune."""
    named = read_link_name(name)
    person = person_of_link(settings(), named) if named is not None else None
    return make_response(render_template("joining/no_link.html", renew=name if person else ""), 404)


def _sign_in_page(typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    page = render_template(
        "joining/sign_in.html", typed=typed, errors=errors, kommunen=kommunen(), target=_target(),
        nav_current="sign_in",
    )
    return make_response(page, status)
