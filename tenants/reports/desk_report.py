"""One report as the desk shows it: words, photos, contact, history, mails, and what lies nearby.

The page needs six statements, whatever the report has gone through.
"""

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, and_, func, select, text, union

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import contacts_scope
from maerker.errors import NotThere
from tenants.reports.desk_queries import excerpt_of
from tenants.reports.models import (
    OutboxPosting,
    Publication,
    Report,
    ReportContact,
    ReportEvent,
    ReportPhoto,
    TrialPublication,
)
from tenants.reports.permissions import Permission, may_see
from tenants.reports.status import State

NEARBY_METRES = 150
NEIGHBOURS = 6
NEIGHBOUR_EXCERPT = 140
NEIGHBOURS_SINCE = timedelta(days=730)
_METRES_PER_DEGREE = 111_320
_PLAN_FOR_THESE_VALUES = text("SET LOCAL plan_cache_mode = force_custom_plan")
_NUMBER = re.compile(r"P?[0-9]{4}-[0-9]{6,8}")


@dataclass(frozen=True)
class Contact:
    """How to reach the reporter."""

    name: str
    email: str
    phone: str


@dataclass(frozen=True)
class Mail:
    """A mail that a report caused, and what became of it. `problem` is for the operator's eyes."""

    kind: str
    event_id: int | None
    posted_at: datetime
    done_at: datetime | None
    not_before: datetime | None
    attempts: int
    problem: str

    @property
    def refused(self) -> bool:
        return self.done_at is not None and bool(self.problem)

    @property
    def delayed(self) -> bool:
        return self.done_at is None and self.attempts > 0


@dataclass(frozen=True)
class Neighbour:
    """Another report at nearly the same place. `metres` None: the same street, one of them without a point."""

    number: str
    category: str
    state: State
    received_at: datetime
    excerpt: str
    language: str
    metres: int | None


@dataclass(frozen=True)
class DeskReport:
    """A report and its public copy, if there is one."""

    report: Report
    publication: Publication | TrialPublication | None

    @property
    def public_photos(self) -> list[dict[str, Any]]:
        """The photos that everybody can see, in a trial its testers, as the public copy holds them."""
        return self.publication.photos if self.publication else []

    @property
    def public_files(self) -> frozenset[str]:
        return frozenset(item["file"] for item in self.public_photos)


def report_at_desk(number: str, *, by: Actor) -> DeskReport:
    """The report with this number. Raises NotThere also for one of a department that is not one's own."""
    if not _NUMBER.fullmatch(number):
        raise NotThere()
    row = session().execute(
        select(Report, Publication)
        .outerjoin(Publication, and_(
            Publication.tenant_id == Report.tenant_id, Publication.report_id == Report.id
        ))
        .where(Report.number == number)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or not may_see(by, row[0].department_id):
        raise NotThere()
    copy_for_testers = session().get(TrialPublication, (row[0].tenant_id, row[0].id)) if row[0].trial else None
    return DeskReport(row[0], copy_for_testers or row[1])


def photos_of(report: Report) -> list[ReportPhoto]:
    return list(session().scalars(
        select(ReportPhoto).where(ReportPhoto.report_id == report.id).order_by(ReportPhoto.position, ReportPhoto.id)
    ))


def events_of(report: Report) -> list[ReportEvent]:
    """The history, oldest first. The report's version is their number."""
    return list(session().scalars(
        select(ReportEvent).where(ReportEvent.report_id == report.id).order_by(ReportEvent.id)
    ))


def contact_of(report: Report, *, by: Actor) -> Contact | None:
    """How to reach the reporter, for those who may know. None: anonymous, erased, or not theirs to see."""
    if Permission.see_contacts not in by.permissions:
        return None
    with contacts_scope():
        row = session().execute(
            select(ReportContact.name, ReportContact.email, ReportContact.phone)
            .where(ReportContact.report_id == report.id)
        ).one_or_none()
    return None if row is None or not any(row) else Contact(*row)


def mails_of(report: Report) -> list[Mail]:
    """The mails that this report has caused so far, oldest first."""
    rows = session().execute(
        select(
            OutboxPosting.kind, OutboxPosting.detail_id, OutboxPosting.posted_at, OutboxPosting.done_at,
            OutboxPosting.not_before, OutboxPosting.attempts, OutboxPosting.problem,
        )
        .where(OutboxPosting.subject_id == report.id, OutboxPosting.kind.startswith("mail_"))
        .order_by(OutboxPosting.id)
    )
    return [Mail(*row) for row in rows]


def neighbours_of(report: Report, *, by: Actor) -> list[Neighbour]:
    """Reports that may be about the same thing: within 150 m, or in the same street where a point is missing.

    Open ones, and public ones of the two years before. A clerk is shown those of own departments alone.
    """
    # A plan kept for any point reads all reports of the town: with 200,000 of them 15 ms instead of 0.5.
    session().execute(_PLAN_FOR_THESE_VALUES)
    ids = _perhaps_near(report).subquery()
    rows = session().execute(
        select(
            Report.number, Report.category, Report.state, Report.received_at,
            func.left(Report.description, NEIGHBOUR_EXCERPT + 1), Report.lat, Report.lon, Report.department_id,
            Report.language,
        )
        .where(Report.id.in_(select(ids.c[0])), Report.id != report.id)
        .order_by((Report.category != report.category).asc(), Report.received_at.desc(), Report.id)
        .limit(NEIGHBOURS * 4)
    ).all()
    shown = [
        Neighbour(row[0], row[1], row[2], row[3], excerpt_of(row[4], NEIGHBOUR_EXCERPT), row[8],
                  _metres(report, row[5], row[6]))
        for row in rows if may_see(by, row[7])
    ]
    close = [item for item in shown if item.metres is None or item.metres <= NEARBY_METRES]
    return close[:NEIGHBOURS]


def _perhaps_near(report: Report) -> CompoundSelect[int]:
    """Ids of open reports in the box or the street, and of public ones in the box; each part has its index."""
    open_ones = select(Report.id).where(Report.closed_at.is_(None))
    same_street = and_(
        Report.street != "", func.lower(Report.street) == report.street.lower(), Report.district == report.district
    )
    if report.lat is None or report.lon is None:
        return union(
            open_ones.where(same_street, Report.lat.is_(None)), open_ones.where(same_street, Report.lat.is_not(None))
        )
    high = NEARBY_METRES / _METRES_PER_DEGREE
    wide = high / max(0.1, math.cos(math.radians(report.lat)))
    north_south, east_west = (report.lat - high, report.lat + high), (report.lon - wide, report.lon + wide)
    return union(
        open_ones.where(Report.lat.is_not(None), Report.lat.between(*north_south), Report.lon.between(*east_west)),
        open_ones.where(Report.lat.is_(None), same_street),
        select(Publication.report_id).where(
            Publication.tenant_id == report.tenant_id, Publication.lat.between(*north_south),
            Publication.lon.between(*east_west), Publication.received_at >= report.received_at - NEIGHBOURS_SINCE,
        ),
    )


def _metres(report: Report, lat: float | None, lon: float | None) -> int | None:
    if report.lat is None or report.lon is None or lat is None or lon is None:
        return None
    north = (lat - report.lat) * _METRES_PER_DEGREE
    east = (lon - report.lon) * _METRES_PER_DEGREE * math.cos(math.radians(report.lat))
    return round(math.hypot(north, east))
