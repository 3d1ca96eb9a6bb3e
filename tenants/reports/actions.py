"""What can be done with a report. Each act is one transaction: change, event, publication, outbox (law 6).

Actions flush and never commit. `by` is who does it, `at` when (aware). Texts are plain text as typed.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, select, update

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import end_of_day
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.jobs.outbox import Posting, post
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.registry.queries import in_charge_of
from tenants.reports import permissions
from tenants.reports.deadlines import DueMoments, Stops, due_moments, next_due
from tenants.reports.drafts import CheckedDraft
from tenants.reports.intake import Intake, write_from_draft, write_report
from tenants.reports.models import OutboxPosting, Report, ReportContact, ReportEvent
from tenants.reports.published import has_public_copy, write_publication
from tenants.reports.schemas import NewReport
from tenants.reports.status import CLOSED, MOVES, Move, Release, State, Verb
from tenants.reports.step import Step, as_offered, day_set, demand_needed
from tenants.reports.tracking import tracking_hash
from tenants.reports.trial import hold_trial, is_before_start

CONTACT_KEPT = timedelta(days=183)
OUTBOX = cast(Table, OutboxPosting.__table__)


@dataclass(frozen=True)
class Submitted:
    """A report that is on disk once the transaction is committed; `first_time` False: it was there already."""

    report_id: int
    number: str
    first_time: bool = True


def submit_report(
    new: NewReport, *, town: Town, code: str, by: Actor, at: datetime, postings_done: bool = False,
    place_checked: bool = False,
) -> Submitted:
    """A citizen's report comes in: number, three clocks, event, contact, photos, postings.

    The same submission sent twice is one report (the unique key of `submission` decides). Raises Invalid with
    the sentence for a field when category or place do not belong to the town. `place_checked`: the caller has
    already found this very point inside the town. Before the town's start the report is one of its trial; Stale if
    the trial has just ended.
    """
    trial = is_before_start(town)
    if trial:
        hold_trial(town)
    demand_own(new, town, place_checked=place_checked)
    postings = _postings_for_new(town, photos=bool(new.photos), email=bool(new.email))
    intake = Intake(
        columns=_columns(town, code, at, new.language, new.channel), postings=postings,
        done_at=at if postings_done else None, trial=trial,
    )
    return Submitted(*write_report(new, intake, by=by))


def submit_draft(
    draft: CheckedDraft, *, town: Town, code: str, language: str, by: Actor, at: datetime
) -> Submitted | None:
    """The same for a started form of this live town whose last page showed it complete and checked.

    It is taken and written in one statement. None if it is not there as it was shown: `take_draft` tells more.
    """
    postings = _postings_for_new(town, photos=draft.has_photos, email=draft.has_email)
    intake = Intake(columns=_columns(town, code, at, language, "web"), postings=postings)
    written = write_from_draft(draft, intake, by=by)
    return None if written is None else Submitted(*written)


def _columns(town: Town, code: str, at: datetime, language: str, channel: str) -> dict[str, object]:
    due = due_moments(at, town.calendar, town.promise)
    return {
        "tracking_hash": tracking_hash(code), "received_at": at, "year": at.astimezone(BERLIN).year,
        "channel": channel, "language": language, "publication_due_at": due.publication,
        "first_answer_due_at": due.first_answer, "forwarding_due_at": due.forwarding,
        "calendar_version": town.calendar.version,
        "next_due_at": min(due.publication, due.first_answer, due.forwarding),
    }


def _postings_for_new(town: Town, *, photos: bool, email: bool) -> list[str]:
    postings = []
    if photos:
        postings.append("render_photos")
    if email:
        postings.append("mail_receipt")
    if town.profile["editors_mailbox"]:
        postings.append("mail_editors")
    return postings


def find_submission(submission: uuid.UUID) -> Submitted | None:
    """The report that this submission made, if it has been sent before."""
    row = session().execute(
        select(Report.id, Report.number).where(Report.submission == submission)
    ).one_or_none()
    return None if row is None else Submitted(row[0], row[1], first_time=False)


def demand_own(new: NewReport, town: Town, *, place_checked: bool) -> None:
    """Raises Invalid with the sentence for a field when category, Ortsteil or point are not of this town."""
    category = town.category(new.category)
    if category is None or not category.active:
        raise Invalid(fields={"category": _("Bitte wählen Sie aus, worum es geht.")})
    if new.district and town.places and town.place(new.district) is None:
        raise Invalid(fields={"district": _("Diesen Ortsteil gibt es hier nicht. Bitte wählen Sie aus der Liste.")})
    if new.lat is not None and new.lon is not None and not place_checked:
        found = in_charge_of(new.lat, new.lon)
        if found is None or found.municipality_id != town.municipality_id:
            raise Invalid(fields={"lat": outside_sentence(found.name if found else None, town)})


def outside_sentence(in_charge: str | None, town: Town) -> str:
    """What to tell someone whose point lies elsewhere."""
    if in_charge is None:
        return _("Der Punkt liegt außerhalb von %(town)s und außerhalb des Landes.", town=town.name)
    return _("Der Punkt liegt außerhalb von %(town)s. Zuständig ist dort: %(name)s.", town=town.name, name=in_charge)


def take_step(
    number: str, verb: Verb, step: Step, *, town: Town, by: Actor, at: datetime, postings_done: bool = False
) -> Report:
    """Make one move of the table with one report.

    Raises NotThere (no such report here), NotAllowed, Stale (someone was faster; nothing is written) and Invalid
    with the sentence for each field that the move needs.
    """
    report = report_of_staff(number, town=town, by=by)
    move = MOVES[verb]
    permissions.demand(by, verb, report)
    if step.version != report.version:
        raise Stale(_("Jemand anderes hat diesen Hinweis gerade bearbeitet. Ihr Text ist unten erhalten."))
    if not move.allowed_from(report.state, report.release, told=report.told_still_there):
        raise Stale(_("Dieser Schritt ist beim jetzigen Stand nicht mehr möglich. Ihr Text ist unten erhalten."))
    step = as_offered(move, step)
    demand_needed(move, step, report, at)
    before = (report.state, report.release)
    department_before, closed_before = report.department_id, report.closed_at
    _change(report, move, step, at)
    event = write_event(report, verb, by=by, at=at, before=before, step=step)
    if move.words_version:
        report.public_text = step.public_text
    elif verb is Verb.publish:
        report.public_text = report.description
    session().flush()
    if report.closed_at != closed_before:
        date_contact(report)
    if verb not in (Verb.note, Verb.stand_by) and has_public_copy(report):
        write_publication(report, step.photo_ids, step.alts, at=at)
    post(OUTBOX, _postings_for_step(report, event, department_before, town), at=at, done=postings_done)
    return report


def report_of_staff(number: str, *, town: Town, by: Actor) -> Report:
    """The report with this number, locked, for what staff do with it. Raises NotThere, also for another's report."""
    report = session().scalars(
        select(Report).where(Report.number == number).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()  # as it is now: the page was made from an earlier look, and another one may have been faster
    if report is None or (by.kind == "staff" and not permissions.may_see(by, report.department_id)):
        raise NotThere()
    if report.trial:
        hold_trial(town)
    return report


def report_behind(tracking: bytes, *, town: Town) -> Report:
    """The report behind the hash of a tracking code, locked, for what its reporter does with it. Raises NotThere."""
    report = session().scalars(
        select(Report).where(Report.tracking_hash == tracking).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if report is None:
        raise NotThere()
    if report.trial:
        hold_trial(town)
    return report


def _change(report: Report, move: Move, step: Step, at: datetime) -> None:
    state_before = report.state
    still_waits = report.told_still_there and move.to is None and move.verb is not Verb.stand_by
    report.state = move.to or report.state
    report.release = _release_after(report, move, step)
    if move.needs_department:
        report.department_id = step.department_id
    if move.offers_date:
        report.planned_for = day_set(step)
    for clock in move.stops:
        if getattr(report, f"{clock}_stopped_at") is None:
            setattr(report, f"{clock}_stopped_at", at)
    for clock in move.restarts:
        setattr(report, f"{clock}_stopped_at", None)
    if not still_waits:
        over = report.state in CLOSED or report.release is Release.rejected
        stays_closed = report.closed_at is not None and report.state is state_before
        report.closed_at = (report.closed_at if stays_closed else at) if over else None
        report.next_due_at = None if over else _next_due(report)
    report.version += 1
    report.updated_at = at


def _release_after(report: Report, move: Move, step: Step) -> Release:
    """What a reporter wrote is not shortened, whatever the move is called that publishes it whole."""
    release = move.release_to or report.release
    if move.verb in (Verb.revise, Verb.restore) and step.public_text.strip() == report.description.strip():
        return Release.published
    return release


def date_contact(report: Report) -> None:
    """Contact data goes on its own day, half a year after the report is closed; reopened, it stays."""
    end = report.closed_at + CONTACT_KEPT if report.closed_at else None
    session().execute(
        update(ReportContact).where(ReportContact.report_id == report.id).values(delete_after=end)
        .execution_options(synchronize_session=False)
    )


def _next_due(report: Report) -> datetime | None:
    """The nearest clock still running; after all have stopped, the end of the day set for the work."""
    moments = DueMoments(report.publication_due_at, report.first_answer_due_at, report.forwarding_due_at)
    nearest = next_due(moments, Stops(
        released_at=report.publication_stopped_at, answered_at=report.first_answer_stopped_at,
        accepted_at=report.forwarding_stopped_at, ended_at=report.closed_at,
    ))
    if nearest is not None:
        return nearest.due
    return None if report.planned_for is None else end_of_day(report.planned_for)


def write_event(
    report: Report, verb: str, *, by: Actor, at: datetime,
    before: tuple[State | None, Release | None], step: Step | None = None,
) -> ReportEvent:
    """Append what happened; `step` holds the words that were filled in, if any."""
    event = ReportEvent(
        report_id=report.id, at=at, verb=str(verb), actor_kind=by.kind, actor_id=by.id, actor_name=by.name,
        state_before=before[0], state_after=report.state, release_before=before[1], release_after=report.release,
        department_id=report.department_id, reason=step.reason if step else "",
        planned_for=day_set(step),
        public_text=step.public_text.strip() if step else "", internal_text=step.internal_text.strip() if step else "",
    )
    session().add(event)
    session().flush()
    return event


_TELLS_REPORTER = frozenset(Verb) - {Verb.note, Verb.assign}


def _postings_for_step(
    report: Report, event: ReportEvent, department_before: int | None, town: Town
) -> Sequence[Posting]:
    postings = []
    if event.verb in _TELLS_REPORTER:
        postings.append(Posting("mail_step", report.id, event.id))
    department = town.department(report.department_id)
    if department and department.mailbox and report.department_id != department_before:
        postings.append(Posting("mail_department", report.id, event.id))
    return postings
