"""The moves: each has a page of its own that says what will happen, and sends its form to the same address.

What is typed is never lost: it comes back when something is missing, when someone else was faster (with both
versions), when the sign-in has ended meanwhile, and it can be taken into the form of another move.
"""

from collections.abc import Mapping
from typing import Any

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotAllowed, NotThere, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.desk import shown, words
from tenants.desk.blueprint import blueprint, departments, forget_public_pages, town, who
from tenants.desk.forms import Typed
from tenants.desk.lists import list_behind, origin, query, ways_back
from tenants.desk.moves import move_panel
from tenants.places.words import place_in_words
from tenants.reports.actions import take_step
from tenants.reports.desk_report import contact_of, events_of, photos_of, report_at_desk
from tenants.reports.models import Report, ReportEvent
from tenants.reports.permissions import Permission, may_see, needed_for, verbs_of
from tenants.reports.status import MOVES, Verb, moves_from
from tenants.reports.step import as_offered, was_made

FIELDS = ("department_id", "reason", "public_text", "planned_for", "internal_text")


@blueprint.get("/redaktion/<number>/<verb>")
@may(Permission.see_desk)
def show_step(number: str, verb: str) -> Response:
    move = _allowed(verb)
    found = report_at_desk(number, by=who().actor)
    report = found.report
    if not MOVES[move].allowed_from(report.state, report.release, told=report.told_still_there):
        return _page(report, move, Typed(version=str(report.version)), refused=_no_longer())
    return _page(report, move, Typed.fresh(move, report, photos_of(report), town(), found.public_photos))


@blueprint.post("/redaktion/<number>/<verb>")
@may(Permission.see_desk)
@keeps_text
def take(number: str, verb: str) -> Response:
    move, actor = _allowed(verb), who().actor
    typed = Typed.from_form(request.form)
    report = report_at_desk(number, by=actor).report
    due_before = report.next_due_at
    if g.form_refused or request.form.get("again"):
        return _again(report, move, typed)
    try:
        moved = take_step(
            number, move, typed.step(move, photos_of(report)), town=town(), by=actor, at=now()
        )
    except Invalid as problem:
        return _page(report, move, typed, errors=_in_order(problem.fields), status=422)
    except Stale:
        return _stale(number, move, typed)
    if move not in (Verb.note, Verb.assign):
        forget_public_pages()
    if not may_see(actor, moved.department_id):
        return redirect(ways_back(request.args)["list_href"], 303)
    was_due = due_before.isoformat() if due_before else ""
    back = origin(list_behind(request.args))
    return redirect(f"/redaktion/{number}" + query(getan=str(move), liste=back, bei=was_due), 303)


def _again(report: Report, move: Verb, typed: Typed) -> Response:
    """After a new sign-in, or from the form of another move: the words as they are, nothing sent yet."""
    if not MOVES[move].allowed_from(report.state, report.release, told=report.told_still_there):
        return _page(report, move, typed.at_version(report.version), refused=_no_longer())
    notice = _("Ihr Text ist erhalten, gespeichert ist noch nichts. Bitte prüfen Sie ihn und senden Sie ihn dann ab.")
    if typed.version != str(report.version) and not request.form.get("fresh"):
        return _stale(report.number, move, typed, notice=notice, status=200)
    return _page(report, move, typed.at_version(report.version), notice=notice)


def _stale(number: str, move: Verb, typed: Typed, *, notice: str = "", status: int = 409) -> Response:
    """Someone was faster. Either it was the first click of the same form, or both versions are shown."""
    report = report_at_desk(number, by=who().actor).report
    since = _since(report, typed)
    if since and _made(report, since[0], move, typed):
        return redirect(f"/redaktion/{number}" + query(getan=str(move), liste=origin(list_behind(request.args))), 303)
    allowed = MOVES[move].allowed_from(report.state, report.release, told=report.told_still_there)
    others = [event for event in since if event.actor_kind != "staff" or event.actor_id != who().id]
    last = next(reversed(others or since), None)
    return _page(
        report, move, typed.at_version(report.version), status=status, notice=notice,
        refused="" if allowed else _no_longer(), since=shown.timeline(since, town()),
        conflict=_both_versions(report, move, typed, since), stale=True,
        by=shown.actor(last) if last else "", by_oneself=bool(since) and not others,
        changed_at=last.at if last else None,
    )


def _made(report: Report, event: ReportEvent, move: Verb, typed: Typed) -> bool:
    try:
        step = as_offered(MOVES[move], typed.step(move, photos_of(report)))
    except Invalid:
        return False
    return was_made(report, event, MOVES[move], step, who().id)


def _since(report: Report, typed: Typed) -> list[ReportEvent]:
    """The steps that were made after the form was shown (a report's version is the number of its events)."""
    events = events_of(report)
    known = int(typed.version) if typed.version.isdecimal() and len(typed.version) < 10 else len(events)
    return events[known:]


def _both_versions(report: Report, move: Verb, typed: Typed, since: list[ReportEvent]) -> list[dict[str, str]]:
    written = next((event.public_text for event in reversed(since) if event.public_text), "")
    noted = next((event.internal_text for event in reversed(since) if event.internal_text), "")
    department = town().department(report.department_id)
    wanted = next((item for item in town().departments if str(item.id) == typed.department_id), None)
    fields = []
    if move not in (Verb.note, Verb.assign, Verb.revise):  # these leave the state as it is, whatever that is by now
        fields.append({
            "label": _("Stand"), "theirs": f"{_(report.state.label)}, {_(report.release.label)}",
            "mine": words.move_label(move),
        })
    if typed.reason and MOVES[move].reasons:
        decided = next((words.reason_of(event) for event in reversed(since) if event.reason), "")
        fields.append({
            "label": _("Grund"), "theirs": decided, "mine": _(dict(MOVES[move].reasons).get(typed.reason, "")),
        })
    if typed.public_text:
        label = move_panel(move, report, None).text_label
        fields.append({"label": label, "theirs": written, "mine": typed.public_text})
    if typed.internal_text:
        fields.append({"label": _("Interner Text"), "theirs": noted, "mine": typed.internal_text})
    if wanted is not None and MOVES[move].needs_department:
        fields.append({
            "label": _("Fachbereich"), "theirs": department.name if department else "", "mine": wanted.name,
        })
    return fields


def _page(
    report: Report, move: Verb, typed: Typed, *, status: int = 200, errors: dict[str, str] | None = None,
    notice: str = "", **more: Any,
) -> Response:
    """The form of a move beside the report it is about. `refused`: why there is no button to send it."""
    actor = who().actor
    contact = contact_of(report, by=actor)
    has_address = None if Permission.see_contacts not in actor.permissions else bool(contact and contact.email)
    moves = moves_from(report.state, report.release, verbs_of(actor), told=report.told_still_there)
    back = origin(list_behind(request.args))
    body = render_template(
        "desk/step.html", report=report, panel=move_panel(move, report, has_address, back), typed=typed,
        errors=errors or {}, departments=departments(), notice_text=notice, **ways_back(request.args),
        photos=shown.photos(report, photos_of(report), frozenset()),
        place=place_in_words(report, town()),
        category=town().category_name(report.category), age=words.age_in_words(report.received_at, now()),
        events=shown.timeline(events_of(report), town()),
        others=[move_panel(item.verb, report, has_address, back) for item in moves if item.verb is not move], **more,
    )
    return make_response(body, status)


def _in_order(errors: Mapping[str, str]) -> dict[str, str]:
    """The sentences in the order of the form's fields."""
    return {name: errors[name] for name in (*FIELDS, *errors) if name in errors}


def _allowed(verb: str) -> Verb:
    if verb not in set(Verb):
        raise NotThere()
    if needed_for(Verb(verb)) not in who().permissions:
        raise NotAllowed(_("Ihr Konto hat das Recht zu diesem Schritt nicht."))
    return Verb(verb)


def _no_longer() -> str:
    return _("Dieser Schritt ist beim jetzigen Stand des Hinweises nicht möglich.")
