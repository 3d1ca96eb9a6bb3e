"""What changes around an agreement: sub-processors to agree or object to, essential changes to release anew."""

from flask import g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.errors import Invalid, NotThere, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.permissions import FilePermission
from onboarding.applications.standing import steps_now
from onboarding.contracts.change_queries import days_left, rows_by_id
from onboarding.contracts.queries import platform_changes, subprocessor_register
from onboarding.contracts.subprocessor_answers import OpenAnswer, answer_change, asked_of_file
from onboarding.contracts.subprocessors import subprocessors_for
from onboarding.joining.blueprint import blueprint
from onboarding.steps import Step


@blueprint.get("/akte/aenderungen")
@may(FilePermission.see_file)
def show_changes() -> str:
    """What waits for an answer, who works for this Kommune now, essential changes since it applied, and the past."""
    at, file, asked = now(), this_file(), asked_of_file()
    release = next(step for step in steps_now() if step.step is Step.processing_release)
    return render_template(
        "joining/changes.html", file=file, at=at, rows=rows_by_id(subprocessor_register()), days_left=days_left,
        open=[one for one in asked if one.is_open], past=[one for one in asked if not one.is_open],
        working=subprocessors_for(file.file_id, at), release=release,
        platform=[change for change in platform_changes() if change.declared_at >= file.applied_at],
        done=request.args.get("getan", ""), today=local_day(at), nav_current="changes",
    )


@blueprint.get("/akte/aenderungen/<int:change_id>")
@may(FilePermission.see_file)
def show_asked_change(change_id: int) -> Response:
    return _page(change_id, {}, {})


@blueprint.post("/akte/aenderungen/<int:change_id>")
@may(FilePermission.answer_changes)
@keeps_text
def send_change_answer(change_id: int) -> Response:
    """Agree, or object with a reason."""
    typed = request.form.to_dict()
    if g.form_refused:
        return _page(change_id, typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    answer = typed.get("answer", "")
    if answer not in ("agreed", "objected"):
        return _page(change_id, typed, {"answer": _("Bitte wählen Sie, ob Sie zustimmen.")}, 422)
    try:
        answer_change(change_id, agreed=answer == "agreed", reason=typed.get("reason", ""), by=current_user.actor,
                      at=now())
    except Invalid as problem:
        return _page(change_id, typed, dict(problem.fields), 422)
    except Stale as problem:
        return _page(change_id, typed, {"form": problem.explanation}, 409)
    return redirect(f"/akte/aenderungen?getan={'zugestimmt' if answer == 'agreed' else 'widersprochen'}", 303)


def _page(change_id: int, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    asked, at = _asked(change_id), now()
    page = render_template(
        "joining/changes_answer.html", asked=asked, rows=rows_by_id(subprocessor_register()), typed=typed,
        errors=errors, at=at, days_left=days_left, may_object=asked.may_object(local_day(at)),
        may_answer=FilePermission.answer_changes in current_user.permissions, nav_current="changes",
    )
    return make_response(page, status)


def _asked(change_id: int) -> OpenAnswer:
    found = next((one for one in asked_of_file() if one.change.id == change_id), None)
    if found is None:
        raise NotThere()
    return found
