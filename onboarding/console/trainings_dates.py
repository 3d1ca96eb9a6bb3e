"""A date of a course at the console: planning, moving, calling off; who takes part, who was there."""

from datetime import date, datetime, time
from typing import Any

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.web.row_numbers import row_numbers
from maerker.wording import gettext as _
from onboarding.applications.entries import read_day
from onboarding.console.blueprint import blueprint, who
from onboarding.operators import audit
from onboarding.operators.permissions import OperatorPermission
from onboarding.training import actions, attendance
from onboarding.training.console_queries import date_line, participants
from onboarding.training.models import Course, CourseDate
from onboarding.training.notices import when
from onboarding.training.self_test import QUESTIONS
from onboarding.training.words import WAY_LABELS

RUN, READ = OperatorPermission.run_trainings, OperatorPermission.see_files
FIELDS = ("day", "begins", "ends", "place", "seats", "trainer_name")


@blueprint.get("/schulungen/<int:course_id>/termin")
@may(RUN)
def show_new_date(course_id: int) -> Response:
    return _form(actions.the_course(course_id), None, {"seats": "20", "trainer_name": who().display_name}, {})


@blueprint.post("/schulungen/<int:course_id>/termin")
@may(RUN)
@keeps_text
def add_date(course_id: int) -> Response:
    typed, course = _typed(), actions.the_course(course_id)
    if g.form_refused:
        return _form(course, None, typed, _again(), 400)
    try:
        made = actions.add_date(course_id, read_date(typed), at=now())
    except Invalid as problem:
        return _form(course, None, typed, _errors(problem), 422)
    audit.note("course_date_added", by=who().actor, at=now(), course=course.title, day=typed["day"])
    return redirect(f"/schulungen/termine/{made.id}?getan=geplant", 303)


@blueprint.get("/schulungen/termine/<int:date_id>")
@may(READ)
def show_date(date_id: int) -> Response:
    return _page(date_id)


@blueprint.get("/schulungen/termine/<int:date_id>/aendern")
@may(RUN)
def show_change_date(date_id: int) -> Response:
    row = actions.the_date(date_id)
    return _form(actions.the_course(row.course_id), row, _as_typed(row), {})


@blueprint.post("/schulungen/termine/<int:date_id>/aendern")
@may(RUN)
@keeps_text
def change_date(date_id: int) -> Response:
    typed, row = _typed(), actions.the_date(date_id)
    course = actions.the_course(row.course_id)
    if g.form_refused:
        return _form(course, row, typed, _again(), 400)
    try:
        actions.change_date(date_id, read_date(typed), by=who().actor, at=now())
    except Invalid as problem:
        return _form(course, row, typed, _errors(problem), 422)
    audit.note("course_date_changed", by=who().actor, at=now(), course=course.title, day=typed["day"])
    return redirect(f"/schulungen/termine/{date_id}?getan=geaendert", 303)


@blueprint.get("/schulungen/termine/<int:date_id>/absagen")
@may(RUN)
def show_cancel_date(date_id: int) -> Response:
    return _cancel_page(date_id, "", {})


@blueprint.post("/schulungen/termine/<int:date_id>/absagen")
@may(RUN)
@keeps_text
def cancel_date(date_id: int) -> Response:
    """Everybody who has signed up gets a mail with the reason."""
    reason = request.form.get("reason", "")
    if g.form_refused:
        return _cancel_page(date_id, reason, _again(), 400)
    try:
        told = actions.cancel_date(date_id, reason, by=who().actor, at=now())
    except Invalid as problem:
        return _cancel_page(date_id, reason, _errors(problem), 422)
    audit.note("course_date_cancelled", by=who().actor, at=now(), **_of_date(date_id), count=told, reason=reason)
    return redirect(f"/schulungen/termine/{date_id}?getan=abgesagt", 303)


@blueprint.post("/schulungen/termine/<int:date_id>/teilnahme")
@may(RUN)
def note_attendance(date_id: int) -> Response:
    chosen = row_numbers(request.form.getlist("trainee"))
    try:
        number = attendance.note_attendance(date_id, chosen, by=who().actor, at=now())
    except Invalid as problem:
        return _page(date_id, problem.explanation, 422)
    if number:
        audit.note("attendance_noted", by=who().actor, at=now(), **_of_date(date_id), count=number)
    return redirect(f"/schulungen/termine/{date_id}?getan={'teilnahme' if number else 'niemand'}", 303)


@blueprint.get("/schulungen/termine/<int:date_id>/teilnahme/<int:trainee_id>")
@may(RUN)
def show_undo_attendance(date_id: int, trainee_id: int) -> Response:
    return _undo_page(date_id, trainee_id, "", {})


@blueprint.post("/schulungen/termine/<int:date_id>/teilnahme/<int:trainee_id>")
@may(RUN)
@keeps_text
def undo_attendance(date_id: int, trainee_id: int) -> Response:
    reason = request.form.get("reason", "")
    if g.form_refused:
        return _undo_page(date_id, trainee_id, reason, _again(), 400)
    try:
        attendance.undo_attendance(date_id, trainee_id, reason, by=who().actor, at=now())
    except Invalid as problem:
        return _undo_page(date_id, trainee_id, reason, _errors(problem), 422)
    audit.note("attendance_undone", by=who().actor, at=now(), **_of_date(date_id), reason=reason)
    return redirect(f"/schulungen/termine/{date_id}?getan=zurueckgenommen", 303)


@blueprint.post("/schulungen/termine/<int:date_id>/erinnern")
@may(RUN)
def remind_open_tests(date_id: int) -> Response:
    number = attendance.remind_open_tests(date_id, by=who().actor, at=now())
    if number:
        audit.note("tests_reminded", by=who().actor, at=now(), **_of_date(date_id), count=number)
    return redirect(f"/schulungen/termine/{date_id}?getan={'erinnert' if number else 'niemand'}", 303)


def _of_date(date_id: int) -> dict[str, str]:
    """What the operator's record says of a date."""
    row = actions.the_date(date_id)
    day = row.starts_at.astimezone(BERLIN).date()
    return {"course": actions.the_course(row.course_id).title, "day": day.isoformat()}


def read_date(typed: dict[str, str]) -> actions.NewDate:
    """The form as a date. Raises Invalid for what is no day, no time, no number."""
    day, begins, ends = read_day(typed["day"].strip()), _time(typed["begins"]), _time(typed["ends"])
    problems = {}
    if day is None:
        problems["day"] = _("Bitte geben Sie ein Datum an, zum Beispiel 31.12.2026.")
    for name, value in (("begins", begins), ("ends", ends)):
        if value is None:
            problems[name] = _("Bitte geben Sie eine Uhrzeit an, zum Beispiel 9:00.")
    seats = typed["seats"].strip()
    if not (seats.isascii() and seats.isdigit() and len(seats) < 5):
        problems["seats"] = _("Bitte geben Sie eine Zahl an.")
    if not typed["place"].strip():
        problems["place"] = _("Bitte geben Sie den Ort oder die Adresse im Netz an.")
    if day is None or begins is None or ends is None or problems:
        raise Invalid(fields=problems)
    return actions.NewDate(
        starts_at=_moment(day, begins), ends_at=_moment(day, ends), place=typed["place"], seats=int(seats),
        trainer_name=typed["trainer_name"],
    )


def _time(text: str) -> time | None:
    for form in ("%H:%M", "%H.%M", "%H"):
        try:
            return datetime.strptime(text.strip(), form).time()  # noqa: DTZ007 - the day brings the zone
        except ValueError:
            continue
    return None


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, BERLIN)


def _as_typed(row: CourseDate) -> dict[str, str]:
    begins, ends = row.starts_at.astimezone(BERLIN), row.ends_at.astimezone(BERLIN)
    return {
        "day": begins.date().isoformat(), "begins": f"{begins:%H:%M}", "ends": f"{ends:%H:%M}", "place": row.place,
        "seats": str(row.seats), "trainer_name": row.trainer_name,
    }


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _again() -> dict[str, str]:
    return {"form": _("Bitte senden Sie das Formular noch einmal ab.")}


def _errors(problem: Invalid) -> dict[str, str]:
    return dict(problem.fields) or {"form": problem.explanation}


def _form(
    course: Course, row: CourseDate | None, typed: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    page = render_template("console/trainings_date_form.html", course=course, date=row, typed=typed, errors=errors)
    return make_response(page, status)


def _page(date_id: int, error: str = "", status: int = 200) -> Response:
    row = actions.the_date(date_id)
    course, at = actions.the_course(row.course_id), now()
    line = date_line(row, course)
    page = render_template(
        "console/trainings_date.html", date=row, course=course, line=line, people=participants(date_id=date_id),
        state=line.state(at), begun=row.starts_at <= at, when=when, ways=WAY_LABELS, of=QUESTIONS, error=error,
        done=request.args.get("getan", ""),
    )
    return make_response(page, status)


def _cancel_page(date_id: int, reason: str, errors: dict[str, str], status: int = 200) -> Response:
    session().expire_all()
    row = actions.the_date(date_id)
    return _asking("console/trainings_cancel.html", status, date=row, course=actions.the_course(row.course_id),
                   people=participants(date_id=date_id), when=when, reason=reason, errors=errors)


def _undo_page(date_id: int, trainee_id: int, reason: str, errors: dict[str, str], status: int = 200) -> Response:
    found = next((
        one for one in participants(date_id=date_id) if one.trainee.id == trainee_id and one.trainee.attended_at
    ), None)
    if found is None:
        raise NotThere()
    return _asking("console/trainings_undo.html", status, date=actions.the_date(date_id), one=found, reason=reason,
                   errors=errors)


def _asking(template: str, status: int, **values: Any) -> Response:
    return make_response(render_template(template, **values), status)
