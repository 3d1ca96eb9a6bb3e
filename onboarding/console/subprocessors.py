"""The register of sub-processors, announced changes, and what each Kommune answered."""

from datetime import date, timedelta
from typing import Any

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, who
from onboarding.contracts.change_queries import (
    answer_lines,
    counts_of,
    days_left,
    number_with_agreement,
    rows_by_id,
    the_change,
)
from onboarding.contracts.instance_facts import OBJECTION_DAYS
from onboarding.contracts.queries import subprocessor_changes, subprocessor_register
from onboarding.contracts.rows import Subprocessing
from onboarding.contracts.subprocessor_actions import (
    announce_subprocessor_change,
    register_subprocessor,
    somebody_has_an_agreement,
)
from onboarding.contracts.subprocessor_answers import announce, take_back, to_be_told
from onboarding.contracts.versions import SubprocessorState
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.permissions import OperatorPermission

READ, KEEP = OperatorPermission.see_files, OperatorPermission.manage_subprocessors
FIELDS = ("name", "seat", "country", "service", "data")
KINDS = ("comes", "changes", "goes")


@blueprint.get("/unterauftragsverarbeiter")
@may(READ)
def show_subprocessors() -> str:
    """Who works now, what is announced, what was before."""
    register, changes = subprocessor_register(), subprocessor_changes()
    running = [change for change in changes if change.completed_at is None and change.withdrawn_at is None]
    return render_template(
        "console/subprocessors.html", rows=rows_by_id(register), running=running, at=now(), days_left=days_left,
        active=[row for row in register if row.state is SubprocessorState.active],
        ended=[row for row in register if row.state is SubprocessorState.ended],
        past=[change for change in changes if change not in running], counts=counts_of(changes),
        may_register=not somebody_has_an_agreement(), done=request.args.get("getan", ""),
    )


@blueprint.get("/unterauftragsverarbeiter/neu")
@may(KEEP)
def show_new_subprocessor() -> Response:
    return _new_page({"country": _("Deutschland")}, {})


@blueprint.post("/unterauftragsverarbeiter/neu")
@may(KEEP)
@keeps_text
def send_new_subprocessor() -> Response:
    """Enter one that works already, as long as no Kommune has a signed agreement."""
    typed = request.form.to_dict()
    if g.form_refused:
        return _new_page(typed, {"name": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        since = _day(typed.get("since", ""), "since") if typed.get("since") else None
        register_subprocessor(_described(typed, since), by=who().actor, at=now())
    except Invalid as refusal:
        return _new_page(typed, dict(refusal.fields), 422)
    except Stale as refusal:
        return _new_page(typed, {"name": refusal.explanation}, 409)
    return redirect("/unterauftragsverarbeiter?getan=eingetragen", 303)


@blueprint.get("/unterauftragsverarbeiter/ankuendigen")
@may(KEEP)
def show_announce() -> Response:
    """The form; `eintrag` names the row that changes or goes, and fills in what it is now."""
    asked = request.args.get("eintrag", "")
    row = next((row for row in subprocessor_register() if str(row.id) == asked), None)
    typed = {name: getattr(row, name) for name in FIELDS} if row else {"country": _("Deutschland")}
    kind = request.args.get("art", "")
    first = (local_day(now()) + timedelta(days=OBJECTION_DAYS + 1)).isoformat()
    return _announce_page({
        **typed, "kind": kind if kind in KINDS else ("changes" if row else "comes"), "replaces": asked if row else "",
        "objection_days": str(OBJECTION_DAYS), "takes_effect_on": first,
    }, {})


@blueprint.post("/unterauftragsverarbeiter/ankuendigen")
@may(KEEP)
@keeps_text
@demand_fresh()
def send_announce() -> Response:
    """First the page says how many Kommunen get a mail; with `confirmed` they get it."""
    typed, at = request.form.to_dict(), now()
    if g.form_refused:
        return _announce_page(typed, {"what": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    if typed.get("act") == "back":
        return _announce_page(typed, {})
    try:
        planned = _planned(typed)
        if typed.get("act") != "confirmed":
            with session().begin_nested() as tried:
                change = announce_subprocessor_change(**planned, by=who().actor, at=at)
                until = change.objections_until
                tried.rollback()
            return _confirm_page(typed, planned, until)
        change = announce(**planned, by=who().actor, at=at)
    except Invalid as refusal:
        return _announce_page(typed, dict(refusal.fields), 422)
    except Stale as refusal:
        return _announce_page(typed, {"replaces": refusal.explanation}, 409)
    return redirect(f"/unterauftragsverarbeiter/aenderungen/{change.id}?getan=angekuendigt", 303)


@blueprint.get("/unterauftragsverarbeiter/aenderungen/<int:change_id>")
@may(READ)
def show_announced_change(change_id: int) -> str:
    """One change with the answer of each Kommune; `antwort` narrows the list."""
    change = the_change(change_id)
    lines, shown = answer_lines(change), request.args.get("antwort", "")
    return render_template(
        "console/subprocessors_change.html", change=change, rows=rows_by_id(subprocessor_register()), at=now(),
        lines=[line for line in lines if shown in ("", line.answer)], all_lines=lines, shown=shown,
        counts=counts_of([change])[change.id], days_left=days_left, done=request.args.get("getan", ""),
        waiting=len(to_be_told(change)) if change.withdrawn_at is None else 0,
    )


@blueprint.get("/unterauftragsverarbeiter/aenderungen/<int:change_id>/zuruecknehmen")
@may(KEEP)
def show_announcement_back(change_id: int) -> str:
    change = the_change(change_id)
    return render_template(
        "console/subprocessors_take_back.html", change=change, counts=counts_of([change])[change.id]
    )


@blueprint.post("/unterauftragsverarbeiter/aenderungen/<int:change_id>/zuruecknehmen")
@may(KEEP)
@demand_fresh()
def send_announcement_back(change_id: int) -> Response:
    """The change does not come; everybody who was told is told."""
    take_back(change_id, by=who().actor, at=now())
    return redirect(f"/unterauftragsverarbeiter/aenderungen/{change_id}?getan=zurueckgenommen", 303)


def _planned(typed: dict[str, str]) -> dict[str, Any]:
    """What was typed, for the action. Raises Invalid with a sentence for each field."""
    kind, days = typed.get("kind", ""), typed.get("objection_days", "")
    problems: dict[str, str] = {}
    if kind not in KINDS:
        problems["kind"] = _("Bitte wählen Sie, was sich ändert.")
    replaces = typed.get("replaces", "")
    if kind in ("changes", "goes") and not _is_number(replaces):
        problems["replaces"] = _("Bitte wählen Sie, welcher Eintrag sich ändert.")
    if not _is_number(days) or len(days) > 3:
        problems["objection_days"] = _("Bitte geben Sie die Zahl der Tage an.")
    try:
        on = _day(typed.get("takes_effect_on", ""), "takes_effect_on")
    except Invalid as refusal:
        problems.update(refusal.fields)
    if problems:
        raise Invalid(fields=problems)
    return {
        "what": typed.get("what", ""), "new": None if kind == "goes" else _described(typed, None),
        "replaces_id": int(replaces) if kind != "comes" else None, "takes_effect_on": on, "objection_days": int(days),
    }


def _described(typed: dict[str, str], since: date | None) -> Subprocessing:
    return Subprocessing(**{name: typed.get(name, "").strip() for name in FIELDS}, since=since)


def _day(typed: str, field: str) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        raise Invalid(fields={field: _("Bitte geben Sie einen Tag an.")}) from None


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 16


def _new_page(typed: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    return make_response(render_template(
        "console/subprocessors_new.html", typed=typed, errors=errors, may_register=not somebody_has_an_agreement()
    ), status)


def _announce_page(typed: dict[str, Any], errors: dict[str, str], status: int = 200) -> Response:
    active = [row for row in subprocessor_register() if row.state is SubprocessorState.active]
    return make_response(render_template(
        "console/subprocessors_announce.html", typed=typed, errors=errors, active=active, least=OBJECTION_DAYS
    ), status)


def _confirm_page(typed: dict[str, str], planned: dict[str, Any], until: date) -> Response:
    kept = [(name, value) for name, value in typed.items() if name not in ("csrf_token", "act", "fresh_code")]
    return make_response(render_template(
        "console/subprocessors_confirm.html", planned=planned, until=until, kept=kept,
        former=rows_by_id(subprocessor_register()).get(planned["replaces_id"]), number=number_with_agreement(),
    ))
