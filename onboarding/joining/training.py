"""Training in a file: who is trained and how many must be, courses with free seats, signing one's people up."""

from flask import g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.web.row_numbers import is_row_number
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.permissions import FilePermission
from onboarding.joining.blueprint import blueprint
from onboarding.joining.mail_limits import count_mail_from
from onboarding.joining.self_test import certificate_answer
from onboarding.training import booking
from onboarding.training.actions import seats_taken, the_course, the_date
from onboarding.training.models import Course, CourseDate, CourseWay
from onboarding.training.notices import when
from onboarding.training.queries import dates_offered, departments_trained, people_in_training, self_studies, trained_of
from onboarding.training.words import WAY_LABELS, state_words

HOME = "/akte/schulung"
FIELDS = ("name", "email", "department")


@blueprint.get(HOME)
@may(FilePermission.see_file)
def show_training() -> str:
    """How many are trained, who takes part, what can be booked."""
    file, people, at = this_file(), people_in_training(), now()
    return render_template(
        "joining/training.html", file=file, people=people, state_words=state_words, when=when, at=at,
        trained=trained_of([file.file_id]), done=request.args.get("ok", ""), ways=WAY_LABELS,
        departments=departments_trained(booking.promised_departments(), people), dates=dates_offered(at),
        studies=self_studies(), open_for_booking=booking.may_book(file), nav_current="training",
    )


@blueprint.get(f"{HOME}/anmelden")
@may(FilePermission.book_training)
def show_sign_up() -> Response:
    course, date = _wanted(request.args.get("kurs", ""), request.args.get("termin", ""))
    return _sign_up_page(course, date, {}, {})


@blueprint.post(f"{HOME}/anmelden")
@may(FilePermission.book_training)
@keeps_text
def sign_up() -> Response:
    """One person for one course. A date that has become full meanwhile is refused, the typed text stays."""
    course, date = _wanted(request.form.get("kurs", ""), request.form.get("termin", ""))
    typed = {name: request.form.get(name, "") for name in FIELDS}
    if g.form_refused:
        return _sign_up_page(course, date, typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    count_mail_from(current_user.file_id, typed["email"])
    who = booking.SignUp(**typed, course_id=course.id, date_id=date.id if date else None)
    try:
        booking.sign_up(who, by=current_user.actor, at=now())
    except Invalid as problem:
        return _sign_up_page(course, date, typed, dict(problem.fields) or {"form": problem.explanation}, 422)
    return redirect(f"{HOME}?ok=angemeldet", 303)


@blueprint.get(f"{HOME}/<int:trainee_id>/abmelden")
@may(FilePermission.book_training)
def show_cancel(trainee_id: int) -> Response:
    return _cancel_page(trainee_id, "")


@blueprint.post(f"{HOME}/<int:trainee_id>/abmelden")
@may(FilePermission.book_training)
def cancel_sign_up(trainee_id: int) -> Response:
    try:
        booking.cancel_sign_up(trainee_id, by=current_user.actor, at=now())
    except Invalid as problem:
        return _cancel_page(trainee_id, problem.explanation, 422)
    return redirect(f"{HOME}?ok=abgemeldet", 303)


@blueprint.post(f"{HOME}/<int:trainee_id>/link")
@may(FilePermission.book_training)
def send_training_link(trainee_id: int) -> Response:
    count_mail_from(current_user.file_id, booking.the_trainee(trainee_id).email)
    booking.send_link_again(trainee_id, by=current_user.actor, at=now())
    return redirect(f"{HOME}?ok=link", 303)


@blueprint.get(f"{HOME}/<int:trainee_id>/nachweis")
@may(FilePermission.see_file)
def show_certificate(trainee_id: int) -> Response:
    """Somebody's certificate as PDF."""
    return certificate_answer(booking.the_trainee(trainee_id))


def _wanted(course_id: str, date_id: str) -> tuple[Course, CourseDate | None]:
    """The course, and the date if it has dates. Raises NotThere for what does not exist."""
    if is_row_number(date_id):
        date = the_date(int(date_id))
        return the_course(date.course_id), date
    if not is_row_number(course_id):
        raise NotThere()
    course = the_course(int(course_id))
    if course.way is not CourseWay.self_study:
        raise NotThere()
    return course, None


def _sign_up_page(
    course: Course, date: CourseDate | None, typed: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    session().expire_all()
    free = max(0, date.seats - seats_taken(date.id)) if date else None
    page = render_template(
        "joining/training_sign_up.html", course=course, date=date, free=free, when=when, ways=WAY_LABELS, typed=typed,
        errors=errors, departments=[(name, name) for name in booking.promised_departments()], nav_current="training",
    )
    return make_response(page, status)


def _cancel_page(trainee_id: int, error: str, status: int = 200) -> Response:
    trainee = booking.the_trainee(trainee_id)
    page = render_template("joining/training_cancel.html", trainee=trainee, course=the_course(trainee.course_id),
                           error=error, nav_current="training")
    return make_response(page, status)
