"""Withdrawing the application, and taking it up again: grave, so a code is asked for first."""

from urllib.parse import urlencode

from flask import g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications import actions
from onboarding.applications.kommunen import kommune_line
from onboarding.applications.permissions import FilePermission
from onboarding.joining.blueprint import blueprint

ADDRESS = "/akte/zurueckziehen"


@blueprint.get(ADDRESS)
@may(FilePermission.withdraw)
def show_withdraw() -> Response:
    return _page("", {}) if current_user.is_fresh(now()) else _ask_for_code()


@blueprint.post(ADDRESS)
@may(FilePermission.withdraw)
@keeps_text
def withdraw() -> Response:
    """The application ends; the file stays readable and can be taken up again."""
    reason, at = request.form.get("reason", ""), now()
    if g.form_refused:
        return _page(reason, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    if not current_user.is_fresh(at):
        return _ask_for_code()
    if len(reason) > 2000:
        return _page(reason, {"reason": _("Bitte höchstens %(number)s Zeichen.", number=2000)}, 422)
    try:
        actions.withdraw(reason, by=current_user.actor, at=at)
    except Invalid as problem:
        return _page(reason, {"form": problem.explanation}, 422)
    return redirect("/akte", 303)


@blueprint.post("/akte/wiederaufnehmen")
@may(FilePermission.withdraw)
def take_up_again() -> Response:
    actions.take_up_again(by=current_user.actor, at=now())
    return redirect("/akte", 303)


def _ask_for_code() -> Response:
    return redirect(f"/code?{urlencode({'weiter': ADDRESS}, safe='/')}", 303)


def _page(reason: str, errors: dict[str, str], status: int = 200) -> Response:
    file = actions.this_file()
    page = render_template("joining/withdraw.html", file=file, kommune=kommune_line(file.municipality_id),
                           reason=reason, errors=errors, nav_current="file")
    return make_response(page, status)
