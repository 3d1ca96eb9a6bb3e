"""The people of a Kommune in its file: who works there, who waits, inviting and letting in, reminding."""

import uuid
from collections.abc import Callable

from flask import g, redirect, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.web.row_numbers import row_numbers
from maerker.wording import gettext as _
from onboarding.applications import actions, reminders
from onboarding.applications.models import FileRole
from onboarding.applications.people import MEMBERSHIP_LABELS, invite_again, let_in_as, membership, people
from onboarding.applications.permissions import ROLE_HINTS, ROLE_LABELS
from onboarding.applications.standing import steps_now
from onboarding.console.blueprint import blueprint, who
from onboarding.console.file_frame import file_address, file_page, open_file, record, sentence_of
from onboarding.operators.permissions import OperatorPermission

SEE, WORK = OperatorPermission.see_files, OperatorPermission.work_files
FIELDS = ("name", "email", "function", "phone")
TONES = {"inside": "success", "invited": "info", "waiting": "warning", "unconfirmed": "neutral"}


@blueprint.get("/akten/<uuid:file_id>/personen")
@may(SEE)
def show_file_people(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    return _people_page()


@blueprint.post("/akten/<uuid:file_id>/personen")
@may(WORK)
@keeps_text
def send_file_invitation(file_id: uuid.UUID) -> Response:
    """Invite somebody into the file; they get a link with a code by mail."""
    open_file(file_id)
    if g.form_refused:
        return _people_page({"name": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    at = now()
    try:
        typed = {name: request.form.get(name, "") for name in FIELDS}
        person = actions.invite(**typed, roles=_roles(), by=who().actor, at=at)
    except Invalid as refusal:
        return _people_page(dict(refusal.fields) or {"name": refusal.explanation}, 422)
    record("file_person_invited", at=at, person=person.id)
    return redirect(file_address("personen", "eingeladen"), 303)


@blueprint.post("/akten/<uuid:file_id>/personen/<int:person_id>/einlassen")
@may(WORK)
def send_letting_in(file_id: uuid.UUID, person_id: int) -> Response:
    """Give somebody who asked for it the file to see."""
    return _act(file_id, person_id, "eingelassen", "file_person_let_in",
                lambda at: let_in_as(person_id, _roles(), by=who().actor, at=at))


@blueprint.post("/akten/<uuid:file_id>/personen/<int:person_id>/link")
@may(WORK)
def send_link_again(file_id: uuid.UUID, person_id: int) -> Response:
    """Mail a new link with a new code to the address it went to before."""
    return _act(file_id, person_id, "link", "file_link_sent_again",
                lambda at: invite_again(person_id, by=who().actor, at=at))


@blueprint.get("/akten/<uuid:file_id>/erinnern")
@may(WORK)
def show_reminder(file_id: uuid.UUID) -> Response:
    """Whom to remind, in which words: proposed from what is missing."""
    open_file(file_id)
    return _reminder_page(reminders.proposed_words(steps_now()), [
        str(person.id) for person in reminders.who_can_be_reminded() if FileRole.subject.value in person.roles
    ])


@blueprint.post("/akten/<uuid:file_id>/erinnern")
@may(WORK)
@keeps_text
def send_reminder(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    words, chosen, at = request.form.get("text", ""), request.form.getlist("people"), now()
    if g.form_refused:
        return _reminder_page(words, chosen, {"text": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    try:
        reminders.remind(row_numbers(chosen), words, by=who().actor, at=at)
    except Invalid as refusal:
        return _reminder_page(words, chosen, dict(refusal.fields), 422)
    record("file_reminded", at=at)
    return redirect(file_address(done="erinnert"), 303)


def _act(file_id: uuid.UUID, person_id: int, done: str, act: str, do: Callable[..., None]) -> Response:
    open_file(file_id)
    at = now()
    try:
        do(at)
    except Invalid as refusal:
        return _people_page({"form": sentence_of(refusal)}, 422)
    record(act, at=at, person=person_id)
    return redirect(file_address("personen", done), 303)


def _roles() -> list[FileRole]:
    return [FileRole(role) for role in request.form.getlist("roles") if role in set(FileRole)]


def _people_page(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    if errors:
        session().rollback()
    inviting = bool(errors) and "form" not in (errors or {})
    return file_page(
        "console/file_people.html", tab="personen", status=status, errors=errors or {}, people=people(),
        membership=membership, membership_labels=MEMBERSHIP_LABELS, tones=TONES, role_labels=ROLE_LABELS,
        roles=[(role.value, _(ROLE_LABELS[role]), _(ROLE_HINTS[role])) for role in FileRole], inviting=inviting,
        typed={name: request.form.get(name, "") for name in FIELDS}, typed_roles=request.form.getlist("roles"),
    )


def _reminder_page(
    words: str, chosen: list[str], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    if errors:
        session().rollback()
    known = reminders.who_can_be_reminded()
    return file_page(
        "console/file_reminder.html", tab="", status=status, errors=errors or {}, words=words, chosen=chosen,
        people=[(str(person.id), person.name, _who(person.function, person.roles)) for person in known],
        reminded=reminders.last_reminder(),
    )


def _who(function: str, roles: list[str]) -> str:
    return " · ".join(filter(None, (function, ", ".join(_(ROLE_LABELS[FileRole(role)]) for role in roles))))
