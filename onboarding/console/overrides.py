"""Letting a Kommune go on without a proof: one person proposes with a reason, another one decides."""

import uuid
from collections.abc import Callable
from datetime import datetime

from flask import g, redirect, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed, NotThere, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications import overrides
from onboarding.applications.actions import this_file
from onboarding.applications.standing import steps_now
from onboarding.console.blueprint import blueprint, who
from onboarding.console.file_frame import file_address, file_page, open_file, record
from onboarding.operators.fresh import demand_fresh
from onboarding.operators.permissions import OperatorPermission
from onboarding.steps import GATES, Step

OVERRIDE = OperatorPermission.override_gates


@blueprint.get("/akten/<uuid:file_id>/ausnahme/<step>")
@may(OVERRIDE)
def show_override(file_id: uuid.UUID, step: str) -> Response:
    """What it means, what is proposed, and who may decide."""
    open_file(file_id)
    return _page(_gate(step))


@blueprint.post("/akten/<uuid:file_id>/ausnahme/<step>")
@may(OVERRIDE)
@keeps_text
@demand_fresh()
def send_override(file_id: uuid.UUID, step: str) -> Response:
    """The first person proposes."""
    reason = request.form.get("reason", "")
    return _do(file_id, step, "vorgeschlagen", "override_proposed",
               lambda gate, at: overrides.propose_override(gate, reason, by=who().actor, at=at))


@blueprint.post("/akten/<uuid:file_id>/ausnahme/<step>/zustimmen")
@may(OVERRIDE)
@demand_fresh()
def send_agreement(file_id: uuid.UUID, step: str) -> Response:
    """The second person agrees."""
    return _do(file_id, step, "zugelassen", "override_agreed",
               lambda gate, at: overrides.agree_override(
                   gate, seen=request.form.get("seen", ""), by=who().actor, at=at))


@blueprint.post("/akten/<uuid:file_id>/ausnahme/<step>/ablehnen")
@may(OVERRIDE)
@keeps_text
@demand_fresh()
def send_decline(file_id: uuid.UUID, step: str) -> Response:
    """The second person declines, or the first one takes it back."""
    reason = request.form.get("reason", "")
    return _do(file_id, step, "nicht-zugelassen", "override_declined",
               lambda gate, at: overrides.decline_override(gate, reason, by=who().actor, at=at))


def _do(
    file_id: uuid.UUID, step: str, done: str, act: str, do: Callable[[Step, datetime], None]
) -> Response:
    open_file(file_id)
    gate, at = _gate(step), now()
    if g.form_refused:
        return _page(gate, {"reason": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        do(gate, at)
    except (Invalid, NotAllowed, Stale) as refusal:
        errors = dict(refusal.fields) or {"form": refusal.explanation}
        return _page(gate, errors, refusal.status)
    record(act, at=at, step=gate.value)
    return redirect(file_address(done=done), 303)


def _gate(step: str) -> Step:
    if step not in GATES:
        raise NotThere()
    return Step(step)


def _page(step: Step, errors: dict[str, str] | None = None, status: int = 200) -> Response:
    if errors:
        session().rollback()
    current, file = next(item for item in steps_now() if item.step is step), this_file()
    possible = file.admitted_at and not (file.refused_at or file.withdrawn_at or file.started_at)
    return file_page(
        "console/file_override.html", tab="", status=status, errors=errors or {}, step=current,
        possible=possible, proposal=overrides.proposals().get(step), own_id=who().id,
        typed=request.form.get("reason", ""),
    )
