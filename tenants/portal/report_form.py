"""The report form, step by step: place, matter, contact, and the last look. Photos and sending stand beside."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, request
from flask_babel import format_timedelta

from maerker.clock import now
from maerker.errors import Problem
from maerker.web.access import public
from maerker.web.guard import FormRefused, keeps_text
from tenants.portal import report_clear, report_photos, report_send  # noqa: F401  they add their addresses to the blueprint
from tenants.portal.blueprint import blueprint
from tenants.portal.report_check import first_gap, show_check, similar_reports
from tenants.portal.report_place import Elsewhere, preset, read_contact, read_matter, read_place
from tenants.portal.report_steps import (
    BACK_TO_START,
    CONTACT,
    DONE,
    MATTER,
    PLACE,
    Step,
    begin_again,
    current_draft,
    gap_sentence,
    go_on,
    keep,
    lost_sentence,
    refused_sentence,
    see_other,
    show_again,
    show_step,
    while_open,
)
from tenants.reports.models import ReportDraft

Read = Callable[[Mapping[str, str]], Mapping[str, Any]]
NO_POINT = {"lat": "", "lon": ""}


@blueprint.get("/hinweise/neu")
@public
@while_open
def report_place() -> Response:
    """The first step. A link may bring category and point along; a sent form is followed by an empty one."""
    draft = current_draft()
    kept = draft.answers if draft and draft.submitted_at is None else {}
    if request.args.get("abgelaufen") and not kept:
        sentence = lost_sentence()
    else:
        sentence = _why_asked(PLACE, draft)
    return show_step(
        PLACE, values={**kept, **preset(request.args, g.town)}, sentence=sentence, begun=_begun_elsewhere(draft)
    )


@blueprint.post("/hinweise/neu")
@public
@keeps_text
@while_open
def report_place_kept() -> Response:
    return _keep_step(PLACE, lambda form: read_place(form, g.town, current_app.config["SETTINGS"]))


@blueprint.get("/hinweise/neu/anliegen")
@public
@while_open
def report_matter() -> Response:
    return _show_kept(MATTER)


@blueprint.post("/hinweise/neu/anliegen")
@public
@keeps_text
@while_open
def report_matter_kept() -> Response:
    return _keep_step(MATTER, lambda form: read_matter(form, g.town))


@blueprint.get("/hinweise/neu/kontakt")
@public
@while_open
def report_contact() -> Response:
    return _show_kept(CONTACT)


@blueprint.post("/hinweise/neu/kontakt")
@public
@keeps_text
@while_open
def report_contact_kept() -> Response:
    return _keep_step(CONTACT, read_contact)


@blueprint.get("/hinweise/neu/pruefen")
@public
@while_open
def report_check() -> Response:
    """Everything once more, with links to change it; what is missing is asked for first."""
    draft = current_draft()
    if draft is None or draft.submitted_at is not None:
        return begin_again() if draft is None else see_other(DONE)
    return show_check(draft)


def _begun_elsewhere(draft: ReportDraft | None) -> str:
    """When the report was begun that this page goes on with ('vor 2 Stunden'); empty for who is within its steps.

    Without a word a second report would be written over the first.
    """
    if draft is None or draft.submitted_at is not None or not (any(draft.answers.values()) or draft.photos):
        return ""
    if any(mark in request.args for mark in ("zurueck", "aendern", "fehlt")):
        return ""
    return str(format_timedelta(draft.started_at - now(), granularity="minute", threshold=1, add_direction=True))


def _show_kept(step: Step) -> Response:
    draft = current_draft()
    if draft is None or draft.submitted_at is not None:
        return begin_again() if draft is None else see_other(DONE)
    return show_step(
        step, values=draft.answers, similar=similar_reports(draft.answers) if step is MATTER else [],
        sentence=_why_asked(step, draft),
    )


def _why_asked(step: Step, draft: ReportDraft | None) -> str:
    """A word to whom the last page has sent back here, as long as it is still true."""
    if not request.args.get("fehlt") or draft is None or draft.submitted_at is not None:
        return ""
    return gap_sentence(step, draft) if first_gap(draft, g.town) is step else ""


def _keep_step(step: Step, read: Read) -> Response:
    form = request.form.to_dict()
    given_up = "without_point" in form
    if given_up:
        form |= NO_POINT
    try:
        if g.form_refused:
            raise FormRefused(refused_sentence())
        if step is not PLACE and _is_sent():
            return see_other(DONE)
        keep(read(form))
    except Problem as problem:
        if given_up and not g.form_refused and not _has_words(form):
            _forget_point()
            return see_other(_without_point(form))  # nothing is wrong: the words of the place come next
        where = problem if isinstance(problem, Elsewhere) else None
        answer = show_again(step, problem, values=form, elsewhere=where)
        if given_up and not g.form_refused:
            _forget_point()
        return answer
    return go_on(step)


def _without_point(form: dict[str, str]) -> str:
    """The step anew; a category that came with a link is in the form alone until the step is kept."""
    category = form.get("category", "")
    return f"{BACK_TO_START}&{urlencode({'category': category})}" if category else BACK_TO_START


def _has_words(form: dict[str, str]) -> bool:
    return any(form.get(name, "").strip() for name in ("street", "house_number", "district", "place_note"))


def _forget_point() -> None:
    """A point that was given up is gone from the draft as well, whatever else of the step was refused."""
    draft = current_draft()
    if draft is not None and draft.submitted_at is None and draft.answers.get("lat") is not None:
        keep({"lat": None, "lon": None, "inside": False})
        g.commit_anyway = True


def _is_sent() -> bool:
    """Whether the form was sent already: who comes back to a later step sees the confirmation, not a new report."""
    draft = current_draft()
    return draft is not None and draft.submitted_at is not None
