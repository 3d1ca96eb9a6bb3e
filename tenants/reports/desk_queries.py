"""What the desk asks: the inbox in the order of what is due, the list of all reports, the state of the mails.

Each question is one statement, however many rows it answers with.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, distinct, false, func, or_, select, true

from maerker.audit.actor import Actor
from maerker.clock import BERLIN
from maerker.database.base import session
from tenants.reports.deadlines import DueMoments, NextDue, Stops, running
from tenants.reports.models import OutboxPosting, Report, ReportPhoto
from tenants.reports.permissions import Permission
from tenants.reports.search import as_query
from tenants.reports.status import CLOSED, Release, State

ROWS = 50
FOUND_AT_MOST = 500
COUNTED_AT_MOST = 10_000
_LATELY = 300
_NAMED = 5
EXCERPT = 220
VIEWS = ("open", "waiting", "mine", "overdue")
GROUPS = ("overdue", "today", "week", "later", "none")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the desk is asked for; an empty value asks for all. `view` is one of VIEWS."""

    view: str = "open"
    state: State | None = None
    release: Release | None = None
    category: str = ""
    department: int | None = None
    words: str = ""
    page: int = 1

    @property
    def any(self) -> bool:
        """Whether something beside the view narrows the list."""
        return any((self.state, self.release, self.category, self.department is not None, self.words))


@dataclass(frozen=True, kw_only=True)
class DeskRow:
    """One report in a list of the desk. `clocks` are those still running, the nearest first."""

    number: str
    received_at: datetime
    category: str
    street: str
    house_number: str
    district: str
    lat: float | None
    lon: float | None
    has_point: bool
    excerpt: str
    language: str
    state: State
    release: Release
    department_id: int | None
    next_due_at: datetime | None
    planned_for: datetime | None
    clocks: tuple[NextDue, ...]
    photos: int
    told_still_there: bool = False


@dataclass(frozen=True)
class Counts:
    """How many open reports there are: in each view, and in each group of the list as it is filtered."""

    views: dict[str, int] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)

    @property
    def shown(self) -> int:
        return sum(self.groups.values())


@dataclass(frozen=True)
class MailHealth:
    """Mails of the town that wait although they were tried, and those refused for good lately.

    `about` are the numbers of the reports with refused mails, as far as someone may see them, at most a few.
    """

    waiting: int
    refused: int
    about: tuple[str, ...]


def inbox(filters: Filters, *, by: Actor, at: datetime) -> tuple[list[DeskRow], Counts]:
    """The open reports someone may see, what is due first on top; 50 rows a page. Two statements."""
    shown = and_(Report.closed_at.is_(None), visible_to(by), _in_view(filters.view, by, at), *_asked(filters))
    rows = session().execute(
        _rows().where(shown)
        .order_by(Report.next_due_at.asc().nulls_last(), Report.id)
        .limit(ROWS).offset(ROWS * (filters.page - 1))
    )
    return [_row(row) for row in rows], _count(shown, by, at)


def all_reports(filters: Filters, *, by: Actor) -> tuple[list[DeskRow], int]:
    """All reports someone may see, closed ones too, the latest first. Counts no further than 10,000."""
    shown = and_(visible_to(by), *_asked(filters))
    rows = session().execute(
        _rows().where(shown).order_by(Report.received_at.desc(), Report.id.desc())
        .limit(ROWS).offset(ROWS * (filters.page - 1))
    )
    some = select(Report.id).where(shown).limit(COUNTED_AT_MOST).subquery()
    return [_row(row) for row in rows], session().scalar(select(func.count()).select_from(some)) or 0


def next_number(
    after: str, filters: Filters, *, by: Actor, at: datetime, due: datetime | None = None
) -> str | None:
    """The report to look at after this one in a list, in the inbox's order; the first of it when this was the last.

    `due`: when this one was due before the step that took it out of the list or to another place in it.
    """
    here = session().execute(
        select(Report.next_due_at, Report.id, Report.closed_at).where(Report.number == after, visible_to(by))
    ).one_or_none()
    order = (Report.next_due_at.asc().nulls_last(), Report.id)
    shown = and_(Report.closed_at.is_(None), visible_to(by), _in_view(filters.view, by, at), *_asked(filters))
    others = select(Report.number).where(shown, Report.number != after).order_by(*order).limit(1)
    if here is not None and (due is not None or here.closed_at is None):
        following = session().scalar(others.where(_behind(due or here.next_due_at, here.id)))
        if following is not None:
            return following
    return session().scalar(others)


def number_meant(words: str, *, by: Actor, at: datetime) -> str | None:
    """The report that someone typed the number of: `2026-000123`, `2026-123`, or `123` of this year.

    Before the others that of the trial, which exists as long as the trial does: `P2026-000123`, `P123`.
    """
    typed = re.fullmatch(r"([Pp]?)(?:(\d{4})\s*-\s*)?(\d{1,6})", words.strip())
    if typed is None:
        return None
    number = f"{typed[2] or at.astimezone(BERLIN).year}-{int(typed[3]):06d}"
    meant = (f"P{number}",) if typed[1] else (f"P{number}", number)
    return session().scalar(
        select(Report.number).where(Report.number.in_(meant), visible_to(by)).order_by(Report.number.desc()).limit(1)
    )


def mail_health(*, by: Actor) -> MailHealth:
    """Looks at what is open, and at the latest postings for those that were refused."""
    open_ones = select(func.count()).where(
        OutboxPosting.done_at.is_(None), OutboxPosting.attempts > 0, OutboxPosting.kind.startswith("mail_")
    )
    latest = (
        select(OutboxPosting.kind, OutboxPosting.done_at, OutboxPosting.problem, OutboxPosting.subject_id)
        .order_by(OutboxPosting.id.desc()).limit(_LATELY).subquery()
    )
    is_refused = and_(latest.c.done_at.is_not(None), latest.c.problem != "", latest.c.kind.startswith("mail_"))
    refused = select(func.count()).select_from(latest).where(is_refused)
    about = select(func.array_agg(distinct(Report.number))).join(latest, latest.c.subject_id == Report.id).where(
        is_refused, visible_to(by)
    )
    row = session().execute(
        select(open_ones.scalar_subquery(), refused.scalar_subquery(), about.scalar_subquery())
    ).one()
    return MailHealth(row[0], row[1], tuple(sorted(row[2] or (), reverse=True)[:_NAMED]))


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The rows that `permissions.may_see` allows, as a condition."""
    if Permission.see_all_reports in by.permissions:
        return true()
    return Report.department_id.in_(sorted(by.departments)) if by.departments else false()


def clocks_of(report: Any) -> tuple[NextDue, ...]:
    """The clocks still running for a report (or a row with its columns), the nearest first; none once it is closed."""
    moments = DueMoments(report.publication_due_at, report.first_answer_due_at, report.forwarding_due_at)
    return running(moments, Stops(
        released_at=report.publication_stopped_at, answered_at=report.first_answer_stopped_at,
        accepted_at=report.forwarding_stopped_at, ended_at=report.closed_at,
    ))


def excerpt_of(words: str, longest: int) -> str:
    """The beginning of a text on one line, cut between two words."""
    words = " ".join(words.split())
    return words if len(words) <= longest else f"{words[:longest].rsplit(' ', 1)[0]} …"


def _rows() -> Select[Any]:
    photos = select(func.count()).where(
        ReportPhoto.tenant_id == Report.tenant_id, ReportPhoto.report_id == Report.id
    )
    return select(
        Report.number, Report.received_at, Report.category, Report.street, Report.house_number, Report.district,
        Report.lat, Report.lon, func.left(Report.description, EXCERPT + 1).label("excerpt"), Report.language,
        Report.state, Report.release, Report.department_id, Report.next_due_at, Report.planned_for, Report.closed_at,
        Report.publication_due_at, Report.first_answer_due_at, Report.forwarding_due_at,
        Report.publication_stopped_at, Report.first_answer_stopped_at, Report.forwarding_stopped_at,
        photos.correlate(Report).scalar_subquery().label("photos"),
    )


def _row(row: Any) -> DeskRow:
    return DeskRow(
        number=row.number, received_at=row.received_at, category=row.category, street=row.street,
        house_number=row.house_number, district=row.district, lat=row.lat, lon=row.lon, has_point=row.lat is not None,
        excerpt=excerpt_of(row.excerpt, EXCERPT), language=row.language,
        state=row.state, release=row.release, department_id=row.department_id, next_due_at=row.next_due_at,
        planned_for=row.planned_for, clocks=clocks_of(row), photos=row.photos,
        told_still_there=row.state in CLOSED and row.closed_at is None,
    )


def _asked(filters: Filters) -> Sequence[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if filters.state is not None:
        asked.append(Report.state == filters.state)
    if filters.release is not None:
        asked.append(Report.release == filters.release)
    if filters.category:
        asked.append(Report.category == filters.category)
    if filters.department is not None:
        asked.append(Report.department_id == filters.department if filters.department else
                     Report.department_id.is_(None))
    if filters.words:
        found = select(func.find_reports(as_query(filters.words), FOUND_AT_MOST, type_=BigInteger))
        asked.append(Report.id.in_(found))
    return asked


def _in_view(view: str, by: Actor, at: datetime) -> ColumnElement[bool]:
    if view == "waiting":
        return Report.release == Release.waiting
    if view == "mine":
        return Report.department_id.in_(sorted(by.departments)) if by.departments else false()
    if view == "overdue":
        return Report.next_due_at <= at
    return true()


def _count(shown: ColumnElement[bool], by: Actor, at: datetime) -> Counts:
    midnight = datetime.combine(at.astimezone(BERLIN).date() + timedelta(days=1), datetime.min.time(), BERLIN)
    week = midnight + timedelta(days=6)
    due = Report.next_due_at
    groups = {
        "overdue": due <= at, "today": and_(due > at, due <= midnight), "week": and_(due > midnight, due <= week),
        "later": due > week, "none": due.is_(None),
    }
    columns = [func.count().filter(_in_view(view, by, at)) for view in VIEWS]
    columns += [func.count().filter(shown, groups[group]) for group in GROUPS]
    row = session().execute(
        select(*columns).select_from(Report).where(Report.closed_at.is_(None), visible_to(by))
    ).one()
    return Counts(dict(zip(VIEWS, row[:4], strict=True)), dict(zip(GROUPS, row[4:], strict=True)))


def _behind(due: datetime | None, report_id: int) -> ColumnElement[bool]:
    if due is None:
        return and_(Report.next_due_at.is_(None), Report.id > report_id)
    return or_(
        Report.next_due_at > due, and_(Report.next_due_at == due, Report.id > report_id),
        Report.next_due_at.is_(None),
    )
