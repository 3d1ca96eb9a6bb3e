"""Sending: once, however often the form arrives; then the page with number, code and what happens next."""

import uuid
from datetime import datetime, timedelta

from flask import Response, current_app, g, make_response, render_template, request
from sqlalchemy.exc import IntegrityError

from maerker.application import client_address
from maerker.audit.actor import CITIZEN
from maerker.clock import now
from maerker.database.base import session
from maerker.database.direct import last_statement
from maerker.errors import Invalid, Problem, TooMany
from maerker.settings import Settings
from maerker.web.access import public
from maerker.web.cookies import FORM, read_cookie
from maerker.web.guard import FormRefused, keeps_text
from maerker.web.limits import Allowance, Hit, Limits
from maerker.wording import gettext as _
from maerker.wording import language
from tenants.portal.blueprint import blueprint
from tenants.portal.report_check import show_check
from tenants.portal.report_mark import Mark, read_mark
from tenants.portal.report_steps import (
    CHECK,
    DONE,
    START,
    current_draft,
    refused_sentence,
    see_other,
    show_again,
    step_of,
    while_open,
)
from tenants.reports.actions import Submitted, find_submission, submit_draft, submit_report
from tenants.reports.drafts import CheckedDraft, SentReport, TakenDraft, sent_report, take_draft
from tenants.reports.notices import day_in_words
from tenants.reports.tracking import tracking_code
from tenants.reports.trial import TrialOver, is_before_start, trial_over_sentence

BAIT = "website"
EXPIRED = f"{START}?abgelaufen=1"


@blueprint.post("/hinweise/neu/pruefen")
@public
@keeps_text
@while_open
def report_sent() -> Response:
    """Send the report. A second sending of the same form finds it sent and shows the same confirmation."""
    try:
        _demand_person()
        if send_report() is None:
            return _nothing_to_send()
    except IntegrityError as fault:
        return _sent_before(fault)
    except Problem as problem:
        return _not_sent(problem)
    return see_other(DONE)


@blueprint.get("/hinweise/neu/danke")
@public
def report_done() -> Response:
    """Number, tracking code and what happens by when; found again by the form's cookie for a day."""
    sent = sent_report(current_draft())
    if sent is None:
        return see_other(START)
    code = _code(sent.submission)
    return make_response(render_template(
        "portal/report/done.html", number=sent.number, code=code, href=f"/verfolgen/{code}", steps=what_happens(sent),
        gets_mail=sent.gets_mail, nav_current="new",
    ))


def send_report() -> Submitted | None:
    """Make the report of the started form, in this one transaction; None if there is nothing to take.

    After it the report is on disk: nothing that could still fail may follow.
    """
    at, submission = now(), _submission()
    mark = read_mark(request.form.get("seen", ""))
    try:
        submitted = _as_shown(mark, submission, at)
    except TooMany as one_too_many:  # unless it was sent before
        return _looked_at_again(mark, submission, at, one_too_many)
    return submitted or _looked_at_again(mark, submission, at)


def _as_shown(mark: Mark | None, submission: uuid.UUID, at: datetime) -> Submitted | None:
    """The form as its last page showed it, taken and written in one go; None where more has to be looked at, or said.

    A form that was sent before is found out by that alone, and is not counted. Raises TooMany.
    """
    if mark is None or mark.config_version != g.town.config_version or is_before_start(g.town):
        return None
    hits = _count_report()
    draft = CheckedDraft(
        token=read_cookie(FORM), submission=submission, content=mark.content,
        begun_by=at - timedelta(seconds=_settings().form_min_seconds), has_photos=mark.has_photos,
        has_contact=mark.has_contact, has_email=mark.has_email,
    )
    with last_statement():
        submitted = submit_draft(draft, town=g.town, code=_code(submission), language=language(), by=CITIZEN, at=at)
    if submitted is None:
        session().rollback()
        _limits().give_back(*hits)
    return submitted


def _looked_at_again(
    mark: Mark | None, submission: uuid.UUID, at: datetime, one_too_many: TooMany | None = None
) -> Submitted | None:
    """Take the draft first and make the report of what it held. Raises Invalid and the others with what is wrong.

    `one_too_many`: it was counted, and is refused if there is something to send.
    """
    taken = take_draft(read_cookie(FORM), submission, at=at)
    if taken is None:
        return None
    if taken.trial is not is_before_start(g.town):
        raise TrialOver(trial_over_sentence(g.town))
    _demand_time_taken(taken)
    new = taken.as_checked(language()) if _is_as_seen(taken, mark) else taken.as_report(language())
    if one_too_many is not None:
        raise one_too_many
    _count_report()
    with last_statement():
        return submit_report(
            new, town=g.town, code=_code(taken.submission), by=CITIZEN, at=at, place_checked=taken.place_checked
        )


def what_happens(sent: SentReport) -> list[tuple[str, str]]:
    """The next steps in words, with the days that the town's promise gives."""
    answer = _("Sie erhalten bis %(day)s, eine Antwort.", day=day_in_words(sent.first_answer_due_at))
    where = _("Wir schicken sie Ihnen per E-Mail.") if sent.gets_mail else _("Sie finden sie mit Ihrem Code.")
    return [
        (_("Wir lesen Ihren Hinweis"), _(
            "Bis %(day)s, entscheidet die Verwaltung, ob er veröffentlicht wird. Namen und Kontaktdaten werden nie "
            "veröffentlicht.", day=day_in_words(sent.publication_due_at),
        )),
        (_("Sie bekommen eine Antwort"), f"{answer} {where}"),
        (_("Der Mangel wird bearbeitet"), _("An der Ampel sehen Sie, wie weit die Arbeit ist.")),
    ]


def _demand_person() -> None:
    """A program fills every field, even those that nobody sees."""
    if g.form_refused:
        raise FormRefused(refused_sentence())
    if request.form.get(BAIT):
        raise Invalid(_(
            "Ihr Hinweis wurde nicht gesendet: Ein unsichtbares Feld war ausgefüllt, wie es Programme tun. Haben Sie "
            "das Formular selbst ausgefüllt, dann senden Sie es bitte noch einmal ab."
        ))


def _demand_time_taken(taken: TakenDraft) -> None:
    if (now() - taken.started_at).total_seconds() < _settings().form_min_seconds:
        raise Invalid(_(
            "Das ging schneller, als jemand ein Formular ausfüllen kann. Bitte warten Sie einige Sekunden und senden "
            "Sie Ihren Hinweis dann noch einmal ab."
        ))


def _is_as_seen(taken: TakenDraft, mark: Mark | None) -> bool:
    """Whether this is what the last page showed, checked; False for a form that does not say what it showed.

    Raises Invalid if another window has changed the draft meanwhile.
    """
    if not request.form.get("seen"):
        return False
    if mark is None or mark.content != taken.content:
        raise Invalid(_(
            "Ihre Angaben haben sich inzwischen geändert, zum Beispiel in einem anderen Fenster. Bitte prüfen Sie sie "
            "noch einmal und senden Sie sie dann ab."
        ))
    return True


def _count_report() -> tuple[Hit, ...]:
    """Raises TooMany when one address, or all together, send very many reports to this town."""
    settings, town = _settings(), str(g.town.tenant_id)
    hits = (
        Hit(Allowance("reports-of-address", settings.rate_reports_per_address, 60), (
            town, _limits().hide(client_address()),
        ), _(
            "Von Ihrem Anschluss kamen in der letzten Stunde sehr viele Hinweise. Bitte senden Sie diesen später ab. "
            "Ihre Eingaben bleiben 24 Stunden lang gespeichert."
        )),
        Hit(Allowance("reports-of-town", settings.rate_reports_per_town, 60), (town,), _(
            "Zurzeit gehen hier außergewöhnlich viele Hinweise ein. Bitte senden Sie Ihren später ab. Ihre Eingaben "
            "bleiben 24 Stunden lang gespeichert."
        )),
    )
    _limits().hit_in_turn(*hits)
    return hits


def _not_sent(problem: Problem) -> Response:
    """Show what is wrong where it can be mended: the step of the first wrong field, otherwise the last page."""
    session().rollback()
    draft = current_draft()
    if draft is None:
        return see_other(EXPIRED)
    if draft.submitted_at is not None:
        return see_other(DONE)
    if problem.fields:
        return show_again(step_of(problem.fields), problem, values=draft.answers)
    return show_check(draft, problem)


def _nothing_to_send() -> Response:
    """There was no such draft to take: sent before, gone after a day, or another one has been begun meanwhile."""
    draft = current_draft()
    if draft is None:
        return see_other(EXPIRED)
    return see_other(DONE if draft.submitted_at is not None else CHECK.href)


def _sent_before(fault: IntegrityError) -> Response:
    """The report is there already, by another way than this draft: the draft counts as sent. Raises the fault
    when it was another one."""
    session().rollback()
    taken = take_draft(read_cookie(FORM), _submission(), at=now())
    if taken is None or find_submission(taken.submission) is None:
        raise fault
    return see_other(DONE)


def _code(submission: uuid.UUID) -> str:
    return tracking_code(_settings(), g.town.tenant_id, submission)


def _limits() -> Limits:
    limits: Limits = current_app.extensions["maerker_limits"]
    return limits


def _submission() -> uuid.UUID:
    try:
        return uuid.UUID(request.form.get("submission", ""))
    except ValueError:
        return uuid.UUID(int=0)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
