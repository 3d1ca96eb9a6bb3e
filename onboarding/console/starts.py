"""One Kommune's start at the console: its date and hour, set, moved, taken back; the day it would like."""

import uuid
from datetime import date, datetime, time

from flask import g, redirect, request
from werkzeug.wrappers import Response

from maerker.calendar.deadlines import local_day
from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.console_calendar import others_starting
from onboarding.applications.entries import as_day, read_day, values
from onboarding.applications.needs import set_wished_start
from onboarding.applications.standing import steps_now
from onboarding.applications.start import cancel_start, fix_start, works_on
from onboarding.console.blueprint import blueprint, settings, who
from onboarding.console.file_frame import file_address, file_page, open_file, record
from onboarding.operators.permissions import OperatorPermission
from onboarding.provisioning.from_file import town_of
from onboarding.provisioning.pages import forget_after_commit
from onboarding.provisioning.start import keeps_from_start
from onboarding.steps import Step

SEE, FIX = OperatorPermission.see_files, OperatorPermission.fix_start
USUAL_HOUR = "08:00"
BESIDES = frozenset({Step.processing_release, Step.training, Step.set_up})
"""What keeps no start from happening, and what citizens or the law would miss from the first day on."""


@blueprint.get("/akten/<uuid:file_id>/start")
@may(SEE)
def show_start(file_id: uuid.UUID) -> Response:
    """When it starts, what is still in the way, who starts on the same day."""
    open_file(file_id)
    return _page()


@blueprint.post("/akten/<uuid:file_id>/start")
@may(FIX)
@keeps_text
def send_start(file_id: uuid.UUID) -> Response:
    """Set or move the start. A day off asks for a tick first."""
    open_file(file_id)
    if g.form_refused:
        return _page({"day": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    at = now()
    try:
        moment = _moment(request.form.get("day", ""), request.form.get("hour", ""))
        fix_start(file_id, moment, by=who().actor, at=at, sure=request.form.get("sure") == "1")
    except (Invalid, Stale) as refusal:
        return _page(_named(refusal), refusal.status)
    _forget_pages()
    record("start_fixed", at=at, moment=moment.isoformat())
    return redirect(file_address("start", "termin"), 303)


@blueprint.post("/akten/<uuid:file_id>/start/aufheben")
@may(FIX)
@keeps_text
def send_start_cancelled(file_id: uuid.UUID) -> Response:
    """Take the date back, with a reason that the Kommune reads."""
    open_file(file_id)
    if g.form_refused:
        return _page({"reason": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    at = now()
    try:
        cancel_start(file_id, request.form.get("reason", ""), by=who().actor, at=at)
    except (Invalid, Stale) as refusal:
        return _page(_named(refusal), refusal.status)
    _forget_pages()
    record("start_cancelled", at=at)
    return redirect(file_address("start", "aufgehoben"), 303)


@blueprint.post("/akten/<uuid:file_id>/start/wunsch")
@may(OperatorPermission.work_files)
def send_wished_start(file_id: uuid.UUID) -> Response:
    """Write down the day the Kommune would like, as it said by telephone; an empty field takes it back."""
    open_file(file_id)
    typed, at = request.form.get("wish", "").strip(), now()
    day = read_day(typed)
    if typed and day is None:
        return _page({"wish": _("Bitte geben Sie ein Datum an, zum Beispiel 31.12.2026.")}, 422)
    set_wished_start(day, by=who().actor, at=at)
    record("wished_start_set", at=at)
    return redirect(file_address("start", "wunsch"), 303)


def _moment(day: str, hour: str) -> datetime:
    """Day and hour on the clock of Berlin. Raises Invalid by field."""
    chosen, problems = read_day(day.strip()), {}
    if chosen is None:
        problems["day"] = _("Bitte geben Sie ein Datum an, zum Beispiel 31.12.2026.")
    try:
        clock = time.fromisoformat(hour.strip().rjust(5, "0"))
    except ValueError:
        clock = time()
        problems["hour"] = _("Bitte geben Sie eine Uhrzeit an, zum Beispiel 08:00.")
    if chosen is None or problems:
        raise Invalid(fields=problems)
    return datetime.combine(chosen, clock.replace(second=0, microsecond=0, tzinfo=None), BERLIN)


def _named(refusal: Invalid | Stale) -> dict[str, str]:
    """The sentences by the names of the form's fields. What is wrong about a moment of today is its hour."""
    about = "hour" if read_day(request.form.get("day", "").strip()) == local_day(now()) else "day"
    fields = {about if name == "starts_at" else name: words for name, words in refusal.fields.items()}
    return fields or {"form": refusal.explanation}


def _forget_pages() -> None:
    tenant = town_of(this_file())
    if tenant is not None:
        forget_after_commit(tenant.id, settings())


def _page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    if errors:
        session().rollback()
    file, wish = this_file(), as_day(values().get("wished_start"))
    local = file.starts_at and file.starts_at.astimezone(BERLIN)
    day = local.date() if local else wish
    proposed = {"day": day.isoformat() if day else "", "hour": f"{local:%H:%M}" if local else _hour_for(day),
                "reason": "", "wish": wish.isoformat() if wish else ""}
    typed = {name: request.form.get(name, kept) for name, kept in proposed.items()}
    chosen = read_day(typed["day"])
    others = others_starting(chosen, besides=file.file_id) if chosen and _is_near(chosen) else []
    now_open = [step for step in steps_now() if not step.passed]
    has_place = file.provisioned_at is not None
    return file_page(
        "console/file_start.html", tab="start", status=status, errors=errors or {}, typed=typed, wish=wish,
        others=others, works=day is None or not _is_near(day) or works_on(day),
        gates=() if file.started_at else keeps_from_start(file), others_day=chosen,
        besides=[step for step in now_open if step.step in BESIDES and (step.step is not Step.set_up or has_place)],
    )


def _hour_for(day: date | None) -> str:
    """The usual hour; for today a full hour that is still to come, while there is one."""
    local = now().astimezone(BERLIN)
    return f"{local.hour + 1:02}:00" if day == local.date() and 8 <= local.hour < 23 else USUAL_HOUR


def _is_near(day: date) -> bool:
    """Whether the calendar knows the day; a Kommune may wish for any."""
    return 2009 <= day.year < 2100
