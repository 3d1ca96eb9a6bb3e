"""Somebody's own training, behind the personal link that was mailed: lesson, self-test, certificate. No account.

Opening a page spends nothing and changes nothing; a try counts when it is handed in.
"""

from io import BytesIO

from flask import g, make_response, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import enter_file
from maerker.errors import Invalid, NotThere, Stale
from maerker.web.access import public
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.kommunen import kommune_line
from onboarding.joining.blueprint import blueprint, settings
from onboarding.training.attendance import take_test
from onboarding.training.certificate import read_certificate
from onboarding.training.links import find_trainee, read_trainee_name, whose_test
from onboarding.training.models import Course, CourseDate, Trainee
from onboarding.training.notices import when
from onboarding.training.questions import CURRENT
from onboarding.training.self_test import PASS_MARK, QUESTIONS, draw, marked_try, score

HOME = "/selbsttest/<name>"


@blueprint.get(HOME)
@public
def show_own_training(name: str) -> str:
    """Where one's own training stands, and what comes next."""
    trainee = _trainee(name)
    file = this_file()
    return render_template(
        "joining/training_own.html", **_surroundings(name, trainee), kommune=kommune_line(file.municipality_id),
        date=session().get(CourseDate, trainee.date_id) if trainee.date_id else None, when=when, at=now(),
    )


@blueprint.get(f"{HOME}/lernheft")
@public
def show_lesson(name: str) -> str:
    """What has to be known: for self-study, and to look it up."""
    return render_template("joining/training_lesson.html", **_surroundings(name, _trainee(name)))


@blueprint.get(f"{HOME}/fragen")
@public
def show_questions(name: str) -> Response:
    """The ten questions of the try that is due; who has passed sees the result."""
    trainee = _trainee(name)
    if trainee.test_passed_at is not None:
        return _to_result(name)
    return _questions_page(name, trainee, {})


@blueprint.post(f"{HOME}/fragen")
@public
@keeps_text
def hand_in_answers(name: str) -> Response:
    """One try. What is open is asked for again and nothing is lost; a try that was handed in leads to its result."""
    trainee = _trainee(name)
    number = request.form.get("versuch", "")
    if trainee.test_passed_at is not None:
        return _to_result(name)
    if g.form_refused:
        return _questions_page(name, trainee, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    if request.form.get("fragen", "") != str(CURRENT) or not number.isascii() or not number.isdigit():
        changed = _("Die Fragen haben sich geändert. Bitte beginnen Sie neu.")
        return _questions_page(name, trainee, {"form": changed}, 422)
    try:
        take_test(trainee, int(number[:9]), request.form, at=now())
    except Stale:
        return _to_result(name)
    except Invalid as problem:
        return _questions_page(name, trainee, dict(problem.fields), 422)
    return _to_result(name)


@blueprint.get(f"{HOME}/ergebnis")
@public
def show_result(name: str) -> Response:
    """The last try with the right answers and why they are right."""
    trainee = _trainee(name)
    tried = marked_try(whose_test(trainee), trainee.test_answers)
    if not tried:
        return redirect(f"/selbsttest/{name}", 303)
    return make_response(render_template(
        "joining/training_result.html", **_surroundings(name, trainee), tried=tried, reached=score(tried),
    ))


@blueprint.get(f"{HOME}/nachweis")
@public
def show_own_certificate(name: str) -> Response:
    return certificate_answer(_trainee(name))


def certificate_answer(trainee: Trainee) -> Response:
    """Somebody's certificate as a file to keep. Raises NotThere as long as there is none."""
    if trainee.certificate_id is None:
        raise NotThere()
    document, pdf = read_certificate(trainee.certificate_id, settings())
    name = "".join(char for char in document.subject if char.isalnum() or char in " -.").strip()
    answer = send_file(
        BytesIO(pdf), mimetype="application/pdf", as_attachment=True,
        download_name=_("Schulungsnachweis %(name)s", name=name) + ".pdf",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _trainee(name: str) -> Trainee:
    """Whose link it is, with their file in scope. Raises NotThere for a forged link and for who was signed off."""
    named = read_trainee_name(settings(), name)
    if named is None:
        raise NotThere()
    enter_file(named.file_id)
    trainee = find_trainee(named)
    if trainee is None:
        raise NotThere()
    return trainee


def _surroundings(name: str, trainee: Trainee) -> dict[str, object]:
    return {
        "base": f"/selbsttest/{name}", "trainee": trainee, "course": session().get_one(Course, trainee.course_id),
        "pass_mark": PASS_MARK, "number": QUESTIONS,
    }


def _questions_page(name: str, trainee: Trainee, errors: dict[str, str], status: int = 200) -> Response:
    asked = draw(whose_test(trainee), trainee.test_tries)
    given = {one.key: request.form.get(one.key, "") for one in asked}
    page = render_template(
        "joining/training_questions.html", **_surroundings(name, trainee), asked=asked, given=given, errors=errors,
        version=CURRENT,
    )
    return make_response(page, status)


def _to_result(name: str) -> Response:
    return redirect(f"/selbsttest/{name}/ergebnis", 303)
