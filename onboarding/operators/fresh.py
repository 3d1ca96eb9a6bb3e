"""Grave acts ask for the second factor once more: `@demand_fresh()` on a view of the console.

Put it below the access and above the function. A GET is led to a page that asks and comes back. A POST shows the
question with everything that was typed kept in the page; with the right code it goes on as if nothing had been.
Files cannot be kept in a page: decorate the page with the form as well, so that the question comes before it.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from flask import current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import TooMany
from maerker.settings import Settings
from maerker.web.cookies import SESSION, read_cookie
from maerker.web.limits import Allowance, Limits
from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.operators.queries import account_of
from onboarding.operators.second_factor import code_is_right, own_passkey_is_right, passkeys_of
from onboarding.operators.sign_ins import OPERATORS, note_verified
from onboarding.operators.signed_in import SignedInOperator
from onboarding.operators.vault import site_of, vault_of

CODE, PASSKEY = "fresh_code", "credential"
NOT_KEPT = frozenset({"csrf_token", CODE, PASSKEY})
TOO_MANY = marked("Es gab zu viele falsche Codes. Bitte warten Sie eine Viertelstunde.")


def demand_fresh(minutes: int = 10) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The view is called only if the second factor was proved within so many minutes, or is proved now."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def asked(*args: Any, **values: Any) -> Any:
            if is_fresh(minutes) or g.get("form_refused"):
                return view(*args, **values)
            if request.method != "POST":
                return redirect(f"/konto/bestaetigen?{urlencode({'weiter': request.full_path.rstrip('?')})}", 303)
            if CODE not in request.form and PASSKEY not in request.form:
                return ask(request.full_path.rstrip("?"), typed())
            refusal = prove_again()
            return view(*args, **values) if not refusal else ask(request.full_path.rstrip("?"), typed(), refusal, 422)

        return asked

    return decorate


def is_fresh(minutes: int = 10) -> bool:
    """Whether the person of this request proved the second factor within so many minutes."""
    return now() - _who().verified_at <= timedelta(minutes=minutes)


def prove_again() -> str:
    """Check the code or passkey of this request; '' if it is right, otherwise the sentence for the person.

    What was found stands by itself (a used code stays used) whatever becomes of the act, so it is committed here,
    before the act's own transaction begins.
    """
    who, at = _who(), now()
    try:
        demand_tries_left(who.id)
    except TooMany as problem:
        return _(problem.explanation)
    token, form = read_cookie(SESSION), request.form
    if form.get(PASSKEY):
        right = own_passkey_is_right(token, who.id, form[PASSKEY], site=site_of(_settings()), at=at)
    else:
        right = bool(code_is_right(account_of(who.id), form.get(CODE, ""), vault=vault_of(_settings()), at=at))
    if right:
        note_verified(token, at=at)
        OPERATORS.write(who.id, "verified_again", at=at)
    else:
        count_wrong(who.id)
        OPERATORS.write(who.id, "second_factor_refused", at=at, way="again")
    session().commit()
    if right:
        return ""
    return _("Das wurde nicht angenommen. Bitte nehmen Sie den nächsten Code Ihrer App.")


def ask(action: str, kept: list[tuple[str, str]], error: str = "", status: int = 200) -> Response:
    """The page that asks; `kept` is what was typed into the form that is sent on to `action`."""
    return make_response(render_template(
        "console/account_confirm.html", action=action, kept=kept, error=error, code_name=CODE,
        passkeys=bool(passkeys_of(_who().id)),
    ), status)


def typed() -> list[tuple[str, str]]:
    """What was typed into the form of this request, to be sent again with the code."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_KEPT]


def demand_tries_left(account_id: int) -> None:
    """Raises TooMany after some wrong codes in a quarter of an hour, from wherever they came."""
    if _limits().used_up(_allowance(), str(account_id)):
        raise TooMany(TOO_MANY, retry_after=15 * 60)


def count_wrong(account_id: int) -> None:
    """Count one wrong code."""
    try:
        _limits().hit(_allowance(), str(account_id), explanation=TOO_MANY)
    except TooMany:
        return  # the next attempt is told


def _allowance() -> Allowance:
    return Allowance("second-factor", _settings().rate_logins, 15)


def _limits() -> Limits:
    return cast(Limits, current_app.extensions["maerker_limits"])


def _settings() -> Settings:
    return cast(Settings, current_app.config["SETTINGS"])


def _who() -> SignedInOperator:
    return cast(SignedInOperator, current_user)
