"""The public copy: written by each public move, read by everything that citizens see (law 4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from maerker.calendar.deadlines import last_day
from maerker.database.base import session
from tenants.reports.models import Publication, Report, ReportEvent, ReportPhoto, TrialPublication
from tenants.reports.status import CLOSED, PUBLIC, Release, State, Verb

PUBLISHED = frozenset({Release.published, Release.published_redacted, Release.removed})
ANSWERS = frozenset({Verb.answer, Verb.finish, Verb.close_unresolved, Verb.reopen})


def has_public_copy(report: Report) -> bool:
    """Whether there is, or was, a copy of this report for citizens to read."""
    return report.release in PUBLISHED


def write_publication(
    report: Report, photo_ids: tuple[int, ...] | None, alts: Mapping[int, str], *, at: datetime
) -> None:
    """Rewrite the public copy of a report after a move.

    `photo_ids` are the photos the editor chose at release; None leaves the choice as it is. A removed report
    keeps a neutral stub without words, photos and place. The copy of a trial's report is for testers alone and
    stands in a table of its own (law 4).
    """
    if report.release is Release.removed:
        values = _stub()
    else:
        values = {
            "removed": False, "redacted": report.release is Release.published_redacted,
            "description": report.public_text, "language": report.language, "street": report.street,
            "house_number": report.house_number, "district": report.district, "lat": report.lat, "lon": report.lon,
            "answers": _answers(report), "closed_reason": _closed_reason(report), "expected_at": _expected(report),
        }
        if photo_ids is not None:
            values["photos"] = _photos(report, photo_ids, alts)
    values |= {"state": report.state, "updated_at": at, "category": report.category}
    first = {"report_id": report.id, "number": report.number, "received_at": report.received_at, "published_at": at}
    table = TrialPublication if report.trial else Publication
    statement = insert(table).values(**first, **values)
    session().execute(statement.on_conflict_do_update(
        index_elements=[table.tenant_id, table.report_id], set_=values
    ))


def _stub() -> dict[str, Any]:
    return {
        "removed": True, "redacted": True, "description": "", "street": "", "house_number": "", "district": "",
        "lat": None, "lon": None, "photos": [], "answers": [], "closed_reason": "", "expected_at": None,
    }


def _answers(report: Report) -> list[dict[str, Any]]:
    """What was answered in public. Words given while the report was not were for its reporter alone, and stay so."""
    events = session().execute(
        select(ReportEvent.at, ReportEvent.public_text, ReportEvent.state_after)
        .where(
            ReportEvent.report_id == report.id, ReportEvent.verb.in_([str(verb) for verb in ANSWERS]),
            ReportEvent.release_after.in_(PUBLIC),
        )
        .order_by(ReportEvent.id)
    )
    return [{"at": at.isoformat(), "text": words, "state": str(state)} for at, words, state in events]


def _closed_reason(report: Report) -> str:
    if report.state is not State.closed_unresolved:
        return ""
    return session().scalar(
        select(ReportEvent.reason).where(
            ReportEvent.report_id == report.id, ReportEvent.verb == str(Verb.close_unresolved)
        ).order_by(ReportEvent.id.desc()).limit(1)
    ) or ""


def _expected(report: Report) -> datetime | None:
    """The day set for the work; before the first answer, the promised one."""
    if report.state in CLOSED:
        return None
    if report.planned_for is not None:
        return report.planned_for
    if report.first_answer_stopped_at is None:
        return datetime.combine(last_day(report.first_answer_due_at), datetime.min.time(), report.updated_at.tzinfo)
    return None


def _photos(report: Report, photo_ids: tuple[int, ...], alts: Mapping[int, str]) -> list[dict[str, Any]]:
    if not photo_ids:
        return []
    rows = session().scalars(
        select(ReportPhoto).where(ReportPhoto.report_id == report.id, ReportPhoto.id.in_(photo_ids))
        .order_by(ReportPhoto.position)
    )
    return [
        {"file": row.file, "alt": alts.get(row.id, row.alt), "width": row.width, "height": row.height} for row in rows
    ]
