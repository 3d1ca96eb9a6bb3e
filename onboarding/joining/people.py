"""The people of a file: who works in it, whom to invite, let in or take out."""

from typing import Any

from flask import g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications import actions
from onboarding.applications import people as members
from onboarding.applications.models import FileRole
from onboarding.applications.permissions import ROLE_HINTS, ROLE_LABELS, FilePermission
from onboarding.joining.blueprint import blueprint
from onboarding.joining.mail_limits import count_mail_from


@blueprint.get("/akte/personen")
@may(FilePermission.see_file)
def show_people() -> str:
    """Everybody who works in the file; who waits to be let in stands first."""
    return render_template(
        "joining/people.html", people=_shown(), labels=ROLE_LABELS, states=members.MEMBERSHIP_LABELS,
        done=request.args.get("ok", ""), nav_current="people",
    )


@blueprint.get("/akte/personen/einladen")
@may(FilePermission.invite_people)
def show_invite() -> Response:
    return _invite_page({}, [], {})


@blueprint.post("/akte/personen/einladen")
@may(FilePermission.invite_people)
@keeps_text
def invite() -> Response:
    typed, roles = request.form.to_dict(), _roles()
    if g.form_refused:
        return _invite_page(typed, roles, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    count_mail_from(current_user.file_id, typed.get("email", ""))
    try:
        actions.invite(
            name=typed.get("name", ""), email=typed.get("email", ""), function=typed.get("function", "")[:200],
            phone=typed.get("phone", "")[:200], roles=roles, by=current_user.actor, at=now(),
        )
    except Invalid as problem:
        return _invite_page(typed, roles, dict(problem.fields), 422)
    return redirect("/akte/personen?ok=eingeladen", 303)


@blueprint.get("/akte/personen/<int:person_id>")
@may(FilePermission.invite_people)
def show_person(person_id: int) -> Response:
    person = actions.the_person(person_id)
    return _person_page(person_id, [FileRole(role) for role in person.roles], {}, {})


@blueprint.post("/akte/personen/<int:person_id>")
@may(FilePermission.invite_people)
@keeps_text
def change_person(person_id: int) -> Response:
    """What somebody stands for; who waits is let in by the same form."""
    typed, roles = request.form.to_dict(), _roles()
    if g.form_refused:
        return _person_page(person_id, roles, typed, {"form": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        _change(person_id, typed, roles)
    except Invalid as problem:
        return _person_page(person_id, roles, typed, dict(problem.fields) or {"form": problem.explanation}, 422)
    return redirect(f"/akte/personen?ok={'eingelassen' if 'let_in' in typed else 'gespeichert'}", 303)


@blueprint.post("/akte/personen/<int:person_id>/link")
@may(FilePermission.invite_people)
def send_again(person_id: int) -> Response:
    count_mail_from(current_user.file_id, actions.the_person(person_id).email)
    members.invite_again(person_id, by=current_user.actor, at=now())
    return redirect("/akte/personen?ok=link", 303)


@blueprint.get("/akte/personen/<int:person_id>/entfernen")
@may(FilePermission.invite_people)
def show_remove(person_id: int) -> Response:
    return _remove_page(person_id, {})


@blueprint.post("/akte/personen/<int:person_id>/entfernen")
@may(FilePermission.invite_people)
def remove(person_id: int) -> Response:
    """Somebody leaves the file; who takes out themselves is signed out with it."""
    try:
        actions.remove(person_id, by=current_user.actor, at=now())
    except Invalid as problem:
        return _remove_page(person_id, dict(problem.fields), 422)
    return redirect("/" if person_id == current_user.id else "/akte/personen?ok=entfernt", 303)


def _change(person_id: int, typed: dict[str, str], roles: list[FileRole]) -> None:
    by, at = current_user.actor, now()
    if "let_in" in typed:
        members.let_in_as(person_id, roles, by=by, at=at)
        return
    members.change_details(person_id, function=typed.get("function", ""), phone=typed.get("phone", ""))
    actions.change_roles(person_id, roles, by=by, at=at)


def _roles() -> list[FileRole]:
    return [FileRole(value) for value in request.form.getlist("roles") if value in set(FileRole)]


def _shown() -> list[dict[str, Any]]:
    order = list(members.Membership)
    rows = [{"person": person, "state": members.membership(person)} for person in members.people()]
    return sorted(rows, key=lambda row: (row["state"] is not members.Membership.waiting, order.index(row["state"])))


def _choices() -> list[tuple[str, str, str]]:
    return [(str(role), _(ROLE_LABELS[role]), _(ROLE_HINTS[role])) for role in FileRole]


def _invite_page(
    typed: dict[str, str], roles: list[FileRole], errors: dict[str, str], status: int = 200
) -> Response:
    page = render_template("joining/invite.html", typed=typed, roles=roles, choices=_choices(), errors=errors,
                           nav_current="people")
    return make_response(page, status)


def _person_page(
    person_id: int, roles: list[FileRole], typed: dict[str, str], errors: dict[str, str], status: int = 200
) -> Response:
    person = actions.the_person(person_id)
    page = render_template(
        "joining/person.html", member=person, state=members.membership(person), states=members.MEMBERSHIP_LABELS,
        roles=roles, choices=_choices(), typed=typed, errors=errors, nav_current="people",
    )
    return make_response(page, status)


def _remove_page(person_id: int, errors: dict[str, str], status: int = 200) -> Response:
    page = render_template("joining/person_remove.html", member=actions.the_person(person_id), errors=errors,
                           nav_current="people")
    return make_response(page, status)
