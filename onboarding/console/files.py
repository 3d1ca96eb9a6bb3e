"""One file as the operator sees it: the steps with their proofs, what was filled in, what happened."""

import uuid

from flask import g, redirect, request
from werkzeug.wrappers import Response

from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications import actions
from onboarding.applications.acts import told
from onboarding.applications.entries import entries, missing, values
from onboarding.applications.history import history_page
from onboarding.applications.models import FilePerson
from onboarding.applications.needs import set_trained_needed
from onboarding.applications.overrides import proposals
from onboarding.applications.people import people, waiting_people
from onboarding.applications.reminders import last_reminder
from onboarding.applications.sections import SECTIONS, EntryKind
from onboarding.applications.standing import steps_now
from onboarding.console.blueprint import blueprint, who
from onboarding.console.entry_words import entry_words
from onboarding.console.file_acts import acts_of
from onboarding.console.file_frame import failed_postings, file_address, file_page, open_file, record
from onboarding.console.words import SIDE_TONES, STANDING_TONES, since_words
from onboarding.operators.permissions import OperatorPermission
from onboarding.steps import RULE_OF, SIDE_LABELS, STANDING_LABELS, letter, turn

SEE, WORK = OperatorPermission.see_files, OperatorPermission.work_files


@blueprint.get("/akten/<uuid:file_id>")
@may(SEE)
def show_file(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    return _overview()


@blueprint.post("/akten/<uuid:file_id>/annehmen")
@may(WORK)
def send_admission(file_id: uuid.UUID) -> Response:
    open_file(file_id)
    at = now()
    try:
        actions.admit(by=who().actor, at=at)
    except Invalid as refusal:
        return _overview({"form": refusal.explanation}, 422)
    record("file_admitted", at=at)
    return redirect(file_address(done="angenommen"), 303)


@blueprint.post("/akten/<uuid:file_id>/ablehnen")
@may(WORK)
@keeps_text
def send_refusal(file_id: uuid.UUID) -> Response:
    """Refuse an application; one that was taken stays taken."""
    file = open_file(file_id)
    if file.admitted_at is not None:
        return _overview({"form": _("Der Antrag ist schon angenommen und kann nicht mehr abgelehnt werden.")}, 409)
    if g.form_refused:
        return _overview({"reason": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    at = now()
    try:
        actions.refuse(request.form.get("reason", ""), by=who().actor, at=at)
    except Invalid as refusal:
        return _overview(dict(refusal.fields) or {"reason": refusal.explanation}, 422)
    record("file_refused", at=at)
    return redirect(file_address(done="abgelehnt"), 303)


@blueprint.post("/akten/<uuid:file_id>/geschulte")
@may(WORK)
def send_trained_needed(file_id: uuid.UUID) -> Response:
    """How many trained people this Kommune needs, as it was agreed."""
    open_file(file_id)
    typed, at = request.form.get("trained_needed", "").strip(), now()
    try:
        set_trained_needed(int(typed) if typed.isdecimal() and len(typed) < 5 else 0, by=who().actor, at=at)
    except Invalid as refusal:
        return _overview(dict(refusal.fields), 422)
    record("trained_needed_changed", at=at, number=int(typed))
    return redirect(file_address(done="anzahl"), 303)


@blueprint.get("/akten/<uuid:file_id>/angaben")
@may(SEE)
def show_entries(file_id: uuid.UUID) -> Response:
    """What the Kommune filled in, with who saved it last. It is the Kommune's to change."""
    open_file(file_id)
    given = values()
    return file_page(
        "console/file_entries.html", tab="angaben", sections=SECTIONS, saved=entries(), words=entry_words,
        lacking={section.key: missing(given, section) for section in SECTIONS}, EntryKind=EntryKind,
    )


@blueprint.get("/akten/<uuid:file_id>/verlauf")
@may(SEE)
def show_history(file_id: uuid.UUID) -> Response:
    """Every act of either side, as the Kommune reads it too."""
    open_file(file_id)
    typed = request.args.get("seite", "")
    page = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 and int(typed) else 1
    rows, pages = history_page(page)
    return file_page(
        "console/file_history.html", tab="verlauf", acts=[told(row) for row in rows], page=page, pages=pages,
    )


def _overview(errors: dict[str, str] | None = None, status: int = 200) -> Response:
    if status >= 400:
        session().rollback()
    now_standing = steps_now()
    first = turn(now_standing)
    waited = (now().astimezone(BERLIN).date() - first.since.astimezone(BERLIN).date()).days if first.since else 0
    return file_page(
        "console/file.html", tab="", status=status, steps=now_standing, turn=first, waited=since_words(waited),
        letter=letter(now_standing), standings=STANDING_LABELS, standing_tones=STANDING_TONES, sides=SIDE_LABELS,
        side_tones=SIDE_TONES, proposals=proposals(), errors=errors or {}, waiting=waiting_people(),
        failed=failed_postings(), reminded=last_reminder(), rules=RULE_OF, typed=request.form,
        acts=acts_of(now_standing, who().permissions), applicant=_applicant(),
    )


def _applicant() -> FilePerson | None:
    """Who speaks for the Kommune in its application: the first one who was let in, before that the first who came."""
    everybody = people()
    inside = [person for person in everybody if person.let_in_at is not None]
    return min(inside, key=lambda person: person.let_in_at or now(), default=everybody[0] if everybody else None)
