"""One's own passkeys: adding (with JavaScript), naming, removing."""

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotAllowed
from maerker.web.access import signed_in
from maerker.web.cookies import SESSION, read_cookie
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.operators.fresh import demand_fresh, is_fresh
from onboarding.operators.second_factor import (
    add_passkey,
    ask_for_new_passkey,
    own_passkey,
    remove_passkey,
    rename_passkey,
)
from onboarding.operators.sign_ins import OPERATORS
from onboarding.operators.vault import site_of

LONGEST_OPEN = 30
"""So many minutes after the proof a passkey may still be added on the page that was opened with it."""


@blueprint.get("/konto/passkeys")
@signed_in
@demand_fresh()
def show_new_passkey() -> Response:
    return _new_page()


@blueprint.post("/konto/passkeys/frage")
@signed_in
def ask_for_passkey_to_add() -> Response:
    """What the browser needs to make a passkey, as JSON. Raises NotAllowed if the page has been open for long."""
    if not is_fresh(LONGEST_OPEN):
        raise NotAllowed(_("Bitte öffnen Sie die Seite noch einmal."))
    return make_response(ask_for_new_passkey(read_cookie(SESSION), who().id, site_of(settings()), at=now()))


@blueprint.post("/konto/passkeys")
@signed_in
def send_passkey() -> Response:
    """Keep the passkey that the browser made for the question; it was asked on a page that demands a fresh proof."""
    form, at = request.form, now()
    try:
        made = add_passkey(
            read_cookie(SESSION), who().id, form.get("credential", ""), form.get("name", ""),
            site=site_of(settings()), at=at,
        )
    except Invalid as refusal:
        g.commit_anyway = True  # the question is spent
        return _new_page(refusal.explanation, 422)
    OPERATORS.write(who().id, "passkey_added", at=at, passkey=made.name)
    return redirect("/konto?getan=passkey", 303)


@blueprint.get("/konto/passkeys/<int(max=9223372036854775807):passkey_id>")
@signed_in
def show_passkey(passkey_id: int) -> str:
    return render_template(
        "console/account_passkey.html", passkey=own_passkey(who().id, passkey_id), nav_current="account"
    )


@blueprint.post("/konto/passkeys/<int(max=9223372036854775807):passkey_id>/name")
@signed_in
def send_passkey_name(passkey_id: int) -> Response:
    rename_passkey(who().id, passkey_id, request.form.get("name", ""))
    return redirect("/konto?getan=name", 303)


@blueprint.post("/konto/passkeys/<int(max=9223372036854775807):passkey_id>/entfernen")
@signed_in
@demand_fresh()
def send_passkey_removed(passkey_id: int) -> Response:
    name = remove_passkey(who().id, passkey_id)
    OPERATORS.write(who().id, "passkey_removed", at=now(), passkey=name)
    return redirect("/konto?getan=passkey-weg", 303)


def _new_page(error: str = "", status: int = 200) -> Response:
    return make_response(render_template(
        "console/account_passkey_new.html", error=error, name=request.form.get("name", ""), nav_current="account"
    ), status)
