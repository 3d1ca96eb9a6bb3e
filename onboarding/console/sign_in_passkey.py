"""Signing in by a passkey, with or without the password before. Needs JavaScript; the codes do not."""

from flask import current_app, g, make_response, request
from werkzeug.wrappers import Response

from maerker.application import client_address
from maerker.clock import now
from maerker.errors import Invalid
from maerker.identity.sign_ins import local_path
from maerker.web.access import public
from maerker.web.cookies import read_cookie, set_cookie
from maerker.web.guard import keeps_text
from maerker.web.limits import Allowance
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, settings
from onboarding.console.sign_in import HALF, arrived, page, source
from onboarding.operators.sign_ins import HALF_LASTS, ask_passkey, finish_by_passkey
from onboarding.operators.vault import site_of

QUESTIONS_PER_ADDRESS = 120
"""In a quarter of an hour; each unknown visitor's question is a row until it is over."""


@blueprint.post("/anmelden/passkey/frage")
@public
def ask_for_passkey() -> Response:
    """The question for the browser, as JSON."""
    limits = current_app.extensions["maerker_limits"]
    limits.hit(
        Allowance("passkey-question", QUESTIONS_PER_ADDRESS, 15), limits.hide(client_address()),
        explanation=_("Es gab zu viele Anmeldeversuche. Bitte warten Sie eine Viertelstunde."),
    )
    token, question = ask_passkey(read_cookie(HALF), site_of(settings()), at=now())
    answer = make_response(question)
    set_cookie(answer, HALF, token, seconds=int(HALF_LASTS.total_seconds()))
    return answer


@blueprint.post("/anmelden/passkey")
@public
@keeps_text
def sign_in_by_passkey() -> Response:
    target = local_path(request.form.get("weiter", ""), "/")
    if g.form_refused:
        return page(target, _("Bitte senden Sie das Formular noch einmal ab."), 400)
    try:
        opened, target = finish_by_passkey(
            read_cookie(HALF), request.form.get("credential", ""), site=site_of(settings()), at=now(),
            source=source(), target=target,
        )
    except Invalid as refusal:
        g.commit_anyway = True  # the question is spent, and the audit row
        return page(target, refusal.explanation, 422)
    return arrived(opened, target)
