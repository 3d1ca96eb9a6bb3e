"""New due moments for open reports after the calendar has changed: an explicit act, written down.

Without it the moments stay as they were promised (domain.md section 4). Clocks that have stopped keep theirs, so that
what was kept or missed stays as it was.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, or_, select, update

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.wording import gettext as _
from tenants.profile.changes import ChangedMeanwhile, note_change
from tenants.profile.models import Profile
from tenants.profile.town import Town
from tenants.reports.deadlines import Clock, DueMoments, Stops, due_moments, next_due
from tenants.reports.models import Report, ReportEvent

RECOMPUTED = "recomputed"


@dataclass(frozen=True)
class DueChange:
    """An open report whose running clocks would end at other moments."""

    report: Report
    moments: DueMoments

    @property
    def later(self) -> bool:
        """Whether the town gets more time for the next thing it owes."""
        found = next_due(self.moments, _stops(self.report))
        return found is not None and self.report.next_due_at is not None and found.due > self.report.next_due_at


def due_changes(town: Town, *, lock: bool = False) -> list[DueChange]:
    """Open reports that were counted with an older calendar and would be counted otherwise today."""
    rows = select(Report).where(
        Report.closed_at.is_(None), Report.calendar_version != town.calendar.version,
        or_(Report.publication_stopped_at.is_(None), Report.first_answer_stopped_at.is_(None),
            Report.forwarding_stopped_at.is_(None)),
    ).order_by(Report.id)
    if lock:
        rows = rows.with_for_update().execution_options(populate_existing=True)
    found = [DueChange(report, _recomputed(report, town)) for report in session().scalars(rows)]
    return [change for change in found if change.moments != _stored(change.report)]


def recompute_due_moments(town: Town, *, by: Actor, at: datetime) -> int:
    """Give open reports the moments of the present calendar, each with a line in its history. Returns how many.

    Raises ChangedMeanwhile when the calendar has changed since `town` was read.
    """
    if session().scalar(select(Profile.calendar_version).with_for_update(read=True)) != town.calendar.version:
        raise ChangedMeanwhile(_("Der Kalender wurde gerade geändert. Bitte sehen Sie die Fristen noch einmal an."))
    changes = due_changes(town, lock=True)
    events = []
    for change in changes:
        report = change.report
        for clock in Clock:
            setattr(report, f"{clock.value}_due_at", getattr(change.moments, clock.value))
        nearest = next_due(change.moments, _stops(report))
        report.next_due_at = nearest.due if nearest else report.next_due_at
        report.version += 1
        report.updated_at = at
        events.append(_event(report, by, at))
    session().flush()
    if events:
        session().execute(insert(ReportEvent), events)
    session().execute(
        update(Report).where(Report.closed_at.is_(None), Report.calendar_version != town.calendar.version)
        .values(calendar_version=town.calendar.version).execution_options(synchronize_session=False)
    )
    note_change("due_moments_recomputed", by=by, at=at, reports=len(changes), calendar=town.calendar.version)
    return len(changes)


def _recomputed(report: Report, town: Town) -> DueMoments:
    """The moments of today's calendar for running clocks, the stored ones for those that have stopped."""
    fresh = due_moments(report.received_at, town.calendar, town.promise)
    stops = _stops(report)
    return DueMoments(
        publication=report.publication_due_at if stops.released_at else fresh.publication,
        first_answer=report.first_answer_due_at if stops.answered_at else fresh.first_answer,
        forwarding=report.forwarding_due_at if stops.accepted_at else fresh.forwarding,
    )


def _stored(report: Report) -> DueMoments:
    return DueMoments(report.publication_due_at, report.first_answer_due_at, report.forwarding_due_at)


def _stops(report: Report) -> Stops:
    return Stops(
        released_at=report.publication_stopped_at, answered_at=report.first_answer_stopped_at,
        accepted_at=report.forwarding_stopped_at, ended_at=report.closed_at,
    )


def _event(report: Report, by: Actor, at: datetime) -> dict[str, object]:
    return {
        "report_id": report.id, "at": at, "verb": RECOMPUTED, "actor_kind": by.kind, "actor_id": by.id,
        "actor_name": by.name, "state_before": report.state, "state_after": report.state,
        "release_before": report.release, "release_after": report.release, "department_id": report.department_id,
        "internal_text": _("Der Kalender der Verwaltung hat sich geändert. Die laufenden Fristen sind neu berechnet."),
    }
