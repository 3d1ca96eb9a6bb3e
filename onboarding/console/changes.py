"""Essential changes of the platform: declared here, with a new processing release of every Kommune as the result."""

from datetime import date, timedelta
from typing import Any

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, who
from onboarding.contracts.change_queries import number_to_release_again, release_lines, the_platform_change
from onboarding.contracts.changes import declare_platform_change
from onboarding.contracts.platform_releases import declare, progress
from onboarding.contracts.queries import platform_changes
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.permissions import OperatorPermission

READ, DECLARE = OperatorPermission.see_files, OperatorPermission.declare_changes
USUAL_DAYS = 30


@blueprint.get("/aenderungen")
@may(READ)
def show_changes() -> str:
    """Every essential change, and how many Kommunen have released anew."""
    changes = platform_changes()
    return render_template(
        "console/changes.html", changes=[(change, progress(change)) for change in changes], at=now(),
        today=local_day(now()),
    )


@blueprint.get("/aenderungen/neu")
@may(DECLARE)
def show_declare() -> Response:
    return _declare_page({"effective_on": (local_day(now()) + timedelta(days=USUAL_DAYS)).isoformat()}, {})


@blueprint.post("/aenderungen/neu")
@may(DECLARE)
@keeps_text
@demand_fresh()
def send_declare() -> Response:
    """First the page says how many Kommunen have to release anew; with `confirmed` it is declared."""
    typed, at = request.form.to_dict(), now()
    if g.form_refused:
        return _declare_page(typed, {"title": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    if typed.get("act") == "back":
        return _declare_page(typed, {})
    try:
        said = _said(typed)
        if typed.get("act") != "confirmed":
            with session().begin_nested() as tried:
                declare_platform_change(**said, by=who().actor, at=at)
                tried.rollback()
            return make_response(render_template(
                "console/changes_confirm.html", said=said, kept=_kept(typed), number=number_to_release_again(at)
            ))
        change = declare(**said, by=who().actor, at=at)
    except Invalid as refusal:
        return _declare_page(typed, dict(refusal.fields), 422)
    return redirect(f"/aenderungen/{change.id}?getan=1", 303)


@blueprint.get("/aenderungen/<int:change_id>")
@may(READ)
def show_platform_change(change_id: int) -> str:
    change = the_platform_change(change_id)
    lines = release_lines(change)
    return render_template(
        "console/changes_change.html", change=change, lines=lines, today=local_day(now()),
        released=sum(line.released_at is not None for line in lines), done=request.args.get("getan", ""),
    )


def _said(typed: dict[str, str]) -> dict[str, Any]:
    try:
        on = date.fromisoformat(typed.get("effective_on", "").strip())
    except ValueError:
        raise Invalid(fields={"effective_on": _("Bitte geben Sie einen Tag an.")}) from None
    return {"title": typed.get("title", ""), "description": typed.get("description", ""), "effective_on": on}


def _kept(typed: dict[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in typed.items() if name in ("title", "description", "effective_on")]


def _declare_page(typed: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    return make_response(render_template("console/changes_new.html", typed=typed, errors=errors), status)
