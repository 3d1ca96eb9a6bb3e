"""The second half of a sign-in: the app's code, one of the ten codes, or connecting the app for the first time."""

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, TooMany
from maerker.identity.totp import new_secret, qr_image, setup_address
from maerker.web.access import public
from maerker.web.cookies import read_cookie
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, settings
from onboarding.console.sign_in import HALF, arrived, source
from onboarding.operators.fresh import count_wrong, demand_tries_left
from onboarding.operators.second_factor import passkeys_of
from onboarding.operators.sign_ins import HalfWay, finish_by_code, finish_by_setup, half_way
from onboarding.operators.vault import vault_of

SETUP = "/anmelden/einrichten"


@blueprint.get("/anmelden/code")
@public
def show_code() -> Response:
    way = _way()
    if way is None:
        return _begin_anew()
    return redirect(SETUP, 303) if way.needs_setup else _code_page(way)


@blueprint.post("/anmelden/code")
@public
@keeps_text
def send_code() -> Response:
    way = _way()
    if way is None:
        return _begin_anew()
    if way.needs_setup:
        return redirect(SETUP, 303)
    if g.form_refused:
        return _code_page(way, _("Bitte senden Sie das Formular noch einmal ab."), 400)
    target = way.row.target
    try:
        demand_tries_left(way.account.id)
        opened = finish_by_code(
            way, request.form.get("code", ""), vault=vault_of(settings()), at=now(), source=source()
        )
    except TooMany as problem:
        return _code_page(way, _(problem.explanation), 429)
    except Invalid as refusal:
        _note_miss(way)
        return _code_page(way, refusal.explanation, 422)
    return arrived(opened, target)


@blueprint.get(SETUP)
@public
def show_setup() -> Response:
    way = _way()
    if way is None:
        return _begin_anew()
    return _setup_page(way) if way.needs_setup else redirect("/anmelden/code", 303)


@blueprint.post(SETUP)
@public
@keeps_text
def send_setup() -> Response:
    way = _way()
    if way is None:
        return _begin_anew()
    if g.form_refused:
        return _setup_page(way, {"code": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    form = request.form
    try:
        demand_tries_left(way.account.id)
        opened = finish_by_setup(
            way, form.get("offer", ""), form.get("code", ""), vault=vault_of(settings()), at=now(), source=source()
        )
    except TooMany as problem:
        return _setup_page(way, {"code": _(problem.explanation)}, 429)
    except Invalid as refusal:
        _note_miss(way)
        return _setup_page(way, dict(refusal.fields) or {"code": refusal.explanation}, 422)
    return arrived(opened, "/konto/notfallcodes?neu=1")


def offer_for(account_id: int, username: str, offer: str = "") -> dict[str, str]:
    """What the page for connecting an app shows: QR code, the secret as text, and the offer for the form.

    An `offer` that was shown already is shown again: the person may have scanned it.
    """
    vault, at = vault_of(settings()), now()
    try:
        secret = vault.open_offer(offer, str(account_id), at=at)
    except ValueError:
        secret = new_secret()
        offer = vault.seal_offer(secret, str(account_id), at=at)
    address = setup_address(secret, username=username, issuer=f"Maerker {settings().operator_name}")
    groups = " ".join(secret[start:start + 4] for start in range(0, len(secret), 4))
    return {"offer": offer, "secret": groups, "qr": qr_image(address), "address": address}


def _way() -> HalfWay | None:
    token = read_cookie(HALF)
    return half_way(token, at=now()) if token else None


def _note_miss(way: HalfWay) -> None:
    count_wrong(way.account.id)
    g.commit_anyway = True  # the miss, and its audit row


def _begin_anew() -> Response:
    body = render_template(
        "console/sign_in.html", target="/", username="",
        error=_("Das hat zu lange gedauert, oder es waren zu viele Versuche. Bitte beginnen Sie noch einmal."),
    )
    return make_response(body, 403)


def _code_page(way: HalfWay, error: str = "", status: int = 200) -> Response:
    return make_response(render_template(
        "console/sign_in_code.html", name=way.account.display_name, username=way.account.username, error=error,
        passkeys=bool(passkeys_of(way.account.id)), codes_page=_codes_page(),
    ), status)


def _codes_page() -> str:
    """The page of a demonstration that shows the codes of its people's apps; '' where there is none."""
    sink = settings().mail_sink_url
    return f"{sink.rstrip('/')}/codes" if settings().demo and sink else ""


def _setup_page(way: HalfWay, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    shown = offer_for(way.account.id, way.account.username, request.form.get("offer", ""))
    return make_response(render_template(
        "console/sign_in_setup.html", name=way.account.display_name, errors=errors or {}, **shown
    ), status)
