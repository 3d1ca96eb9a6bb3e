"""Trainings at the console: which courses there are, what is coming, planning a course."""

import uuid

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.console.blueprint import blueprint, who
from onboarding.console.file_frame import file_page, open_file
from onboarding.operators import audit
from onboarding.operators.permissions import OperatorPermission
from onboarding.training import actions
from onboarding.training.console_queries import course_lines, date_lines, participants, trainees_of_file
from onboarding.training.models import Course, CourseWay
from onboarding.training.notices import when
from onboarding.training.queries import Taking, trained_of
from onboarding.training.words import WAY_HINTS, WAY_LABELS, state_words

RUN, READ = OperatorPermission.run_trainings, OperatorPermission.see_files
FIELDS = ("title", "description", "way")


@blueprint.get("/schulungen")
@may(READ)
def show_trainings() -> str:
    """What is coming and what waits for somebody's attendance; the courses below."""
    at = now()
    return render_template(
        "console/trainings.html", dates=date_lines(since=at), courses=course_lines(at), at=at, when=when,
        ways=WAY_LABELS, done=request.args.get("getan", ""),
    )


@blueprint.get("/schulungen/neu")
@may(RUN)
def show_new_course() -> Response:
    return _course_form(None, {}, {})


@blueprint.post("/schulungen/neu")
@may(RUN)
@keeps_text
def add_course() -> Response:
    typed = _typed()
    if g.form_refused:
        return _course_form(None, typed, _again(), 400)
    try:
        made = actions.add_course(actions.NewCourse(**typed), by=who().actor, at=now())
    except Invalid as problem:
        return _course_form(None, typed, dict(problem.fields), 422)
    audit.note("course_added", by=who().actor, at=now(), course=made.title)
    return redirect(f"/schulungen/{made.id}?getan=kurs", 303)


@blueprint.get("/schulungen/<int:course_id>")
@may(READ)
def show_course(course_id: int) -> Response:
    return _course_page(course_id, "")


@blueprint.get("/schulungen/<int:course_id>/aendern")
@may(RUN)
def show_change_course(course_id: int) -> Response:
    course = actions.the_course(course_id)
    return _course_form(course, {name: str(getattr(course, name)) for name in FIELDS}, {})


@blueprint.post("/schulungen/<int:course_id>/aendern")
@may(RUN)
@keeps_text
def change_course(course_id: int) -> Response:
    typed = _typed()
    if g.form_refused:
        return _course_form(actions.the_course(course_id), typed, _again(), 400)
    try:
        actions.change_course(course_id, actions.NewCourse(**typed))
    except Invalid as problem:
        return _course_form(actions.the_course(course_id), typed, dict(problem.fields), 422)
    audit.note("course_changed", by=who().actor, at=now(), course=typed["title"])
    return redirect(f"/schulungen/{course_id}?getan=geaendert", 303)


@blueprint.post("/schulungen/<int:course_id>/einstellen")
@may(RUN)
def retire_course(course_id: int) -> Response:
    """No new sign-ups; it can be offered again at any time, so nobody is asked twice."""
    try:
        actions.retire_course(course_id, at=now())
    except Invalid as problem:
        return _course_page(course_id, problem.explanation, 422)
    audit.note("course_retired", by=who().actor, at=now(), course=actions.the_course(course_id).title)
    return redirect(f"/schulungen/{course_id}?getan=eingestellt", 303)


@blueprint.post("/schulungen/<int:course_id>/anbieten")
@may(RUN)
def offer_course_again(course_id: int) -> Response:
    actions.offer_again(course_id)
    audit.note("course_offered_again", by=who().actor, at=now(), course=actions.the_course(course_id).title)
    return redirect(f"/schulungen/{course_id}?getan=angeboten", 303)


@blueprint.get("/akten/<uuid:file_id>/schulung")
@may(READ)
def show_file_training(file_id: uuid.UUID) -> Response:
    """The people of one Kommune: who is trained, who is under way."""
    file = open_file(file_id)
    people = [(one, Taking(one.trainee, course, date)) for one, course, date in trainees_of_file(file_id)]
    return file_page(
        "console/trainings_file.html", tab="schulung", people=people, when=when, state_words=state_words,
        trained=trained_of([file_id]).get(file_id), needed=file.trained_needed, ways=WAY_LABELS,
    )


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in FIELDS}


def _again() -> dict[str, str]:
    return {"form": _("Bitte senden Sie das Formular noch einmal ab.")}


def _course_form(
    course: Course | None, typed: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    ways = [(way.value, _(WAY_LABELS[way]), _(WAY_HINTS[way])) for way in CourseWay]
    page = render_template("console/trainings_course_form.html", course=course, typed=typed, errors=errors, ways=ways)
    return make_response(page, status)


def _course_page(course_id: int, error: str, status: int = 200) -> Response:
    course, at = actions.the_course(course_id), now()
    page = render_template(
        "console/trainings_course.html", course=course, dates=date_lines(course_id=course_id)[::-1], at=at, when=when,
        people=participants(course_id=course_id) if course.way is CourseWay.self_study else [], ways=WAY_LABELS,
        error=error, done=request.args.get("getan", ""),
    )
    return make_response(page, status)
