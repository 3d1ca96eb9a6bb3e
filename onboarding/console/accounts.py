"""One's own account at the console: rights, second factor, passkeys, password, open sign-ins."""

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.identity.sign_ins import local_path
from maerker.web.access import signed_in
from maerker.web.cookies import SESSION, read_cookie
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console import accounts_audit, accounts_factor, accounts_passkeys, accounts_people
from onboarding.console.accounts_words import act_words, role_words
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.operators import audit
from onboarding.operators.actions import change_password
from onboarding.operators.fresh import ask, demand_fresh, is_fresh, prove_again
from onboarding.operators.queries import account_of, names, open_sessions
from onboarding.operators.second_factor import ask_own_passkey, codes_left, passkeys_of
from onboarding.operators.sign_ins import end_other_sessions
from onboarding.operators.vault import site_of

MODULES = (accounts_audit, accounts_factor, accounts_passkeys, accounts_people)


@blueprint.get("/konto")
@signed_in
def show_account() -> Response:
    return _page()


@blueprint.post("/konto/passwort")
@signed_in
@keeps_text
@demand_fresh()
def send_password() -> Response:
    if g.form_refused:
        return _page({"password": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    form = request.form
    if form.get("new_password", "") != form.get("again", ""):
        return _page({"again": _("Die beiden Eingaben sind nicht gleich.")}, 422)
    try:
        change_password(who().id, form.get("password", ""), form.get("new_password", ""), at=now())
    except Invalid as refusal:
        return _page(dict(refusal.fields), 422)
    end_other_sessions(who().id, read_cookie(SESSION), at=now())
    return redirect("/konto?getan=passwort", 303)


@blueprint.post("/konto/anmeldungen")
@signed_in
def send_end_others() -> Response:
    """End one's sign-ins in other browsers."""
    end_other_sessions(who().id, read_cookie(SESSION), at=now())
    return redirect("/konto?getan=anmeldungen", 303)


@blueprint.get("/konto/bestaetigen")
@signed_in
def show_confirm() -> Response:
    """The second factor is asked for once more, before a grave act."""
    target = local_path(request.args.get("weiter", ""), "/konto")
    return redirect(target, 303) if is_fresh() else ask("/konto/bestaetigen", [("weiter", target)])


@blueprint.post("/konto/bestaetigen")
@signed_in
@keeps_text
def send_confirm() -> Response:
    target = local_path(request.form.get("weiter", ""), "/konto")
    error = _("Bitte senden Sie das Formular noch einmal ab.") if g.form_refused else prove_again()
    return ask("/konto/bestaetigen", [("weiter", target)], error, 422) if error else redirect(target, 303)


@blueprint.post("/konto/bestaetigen/frage")
@signed_in
def ask_to_confirm() -> Response:
    """The question for one's passkey, as JSON."""
    return make_response(ask_own_passkey(read_cookie(SESSION), who().id, site_of(settings()), at=now()))


def _page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    session().expire_all()
    account, at = account_of(who().id), now()
    return make_response(render_template(
        "console/account.html", account=account, role=role_words(account.role), errors=errors or {},
        codes_left=codes_left(account.id), passkeys=passkeys_of(account.id), done=request.args.get("getan", ""),
        sessions=open_sessions(account.id, at), latest=audit.latest_of(account.id), names=names(),
        act_words=act_words, nav_current="account",
    ), status)
