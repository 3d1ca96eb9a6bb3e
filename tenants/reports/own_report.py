"""What a reporter may see of the own report, found by the tracking code: more than the public, less than the desk.

Internal notes, names of staff and the handing to departments are not read at all.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select

from maerker.database.base import session
from maerker.database.scope import contacts_scope
from tenants.reports.models import Report, ReportContact, ReportEvent, ReportPhoto
from tenants.reports.status import CLOSED, IN_CHARGE_ELSEWHERE, PUBLIC, Release, State, Verb
from tenants.reports.still_there import SAID_WITHIN, STILL_THERE

AnyRow = Row[*tuple[Any, ...]]

# Steps that concern the reporter, whether or not the report is public.
TOLD = frozenset(str(verb) for verb in Verb if verb not in (Verb.note, Verb.assign)) | {
    "submit", "place_set", "place_moved", "corrected", STILL_THERE,
}


@dataclass(frozen=True, kw_only=True)
class OwnReport:
    """The reporter's view. `steps` are events in order, `email` is masked and empty when none is known."""

    row: AnyRow
    steps: Sequence[AnyRow]
    photos: Sequence[AnyRow]
    email: str

    @property
    def state(self) -> State:
        return State(self.row.state)

    @property
    def release(self) -> Release:
        return Release(self.row.release)

    @property
    def is_public(self) -> bool:
        return self.release in PUBLIC

    @property
    def may_set_place(self) -> bool:
        """Whether a point is missing and still of use."""
        return self.row.lat is None and self.state not in CLOSED and self.release is not Release.rejected

    @property
    def told_still_there(self) -> bool:
        """Whether the reporter has said so, and the desk has not decided yet."""
        return self.state in CLOSED and self.row.closed_at is None

    def may_say_still_there(self, at: datetime) -> bool:
        """Whether the reporter can say now that the defect is still there."""
        return self.state in CLOSED and self.row.closed_at is not None and at < self.row.closed_at + SAID_WITHIN


def own_report(tenant_id: uuid.UUID, tracking: bytes) -> OwnReport | None:
    """The report behind a code's hash in this town, with everything its reporter may see."""
    r = Report.__table__.c
    row = session().execute(
        select(
            r.id, r.number, r.received_at, r.category, r.description, r.public_text, r.street, r.house_number,
            r.district, r.place_note, r.lat, r.lon, r.state, r.release, r.publication_due_at, r.first_answer_due_at,
            r.forwarding_due_at, r.publication_stopped_at, r.first_answer_stopped_at, r.forwarding_stopped_at,
            r.planned_for, r.closed_at, r.language, r.next_due_at,
        ).where(r.tenant_id == tenant_id, r.tracking_hash == tracking)
    ).one_or_none()
    if row is None:
        return None
    return OwnReport(
        row=row, steps=_steps(tenant_id, row.id), photos=_photos(tenant_id, row.id), email=_masked_email(row.id)
    )


def own_photo(tenant_id: uuid.UUID, tracking: bytes, position: int) -> str | None:
    """The file of a photo of the report behind a code's hash, or None."""
    r, p = Report.__table__.c, ReportPhoto.__table__.c
    statement = select(p.file).where(
        r.tenant_id == tenant_id, r.tracking_hash == tracking, p.tenant_id == tenant_id, p.report_id == r.id,
        p.position == position,
    )
    return session().scalar(statement)


def _steps(tenant_id: uuid.UUID, report_id: int) -> Sequence[AnyRow]:
    e = ReportEvent.__table__.c
    return session().execute(
        select(e.at, e.verb, e.reason, e.public_text, e.state_after)
        .where(e.tenant_id == tenant_id, e.report_id == report_id, e.verb.in_(TOLD))
        .order_by(e.id)
    ).all()


def _photos(tenant_id: uuid.UUID, report_id: int) -> Sequence[AnyRow]:
    p = ReportPhoto.__table__.c
    return session().execute(
        select(p.position, p.alt, p.width, p.height, p.rendered_at, p.failed)
        .where(p.tenant_id == tenant_id, p.report_id == report_id)
        .order_by(p.position)
    ).all()


def _masked_email(report_id: int) -> str:
    with contacts_scope():
        address = session().scalar(select(ReportContact.email).where(ReportContact.report_id == report_id))
    return masked(address or "")


def masked(address: str) -> str:
    """'k…@posteo.de': enough to recognise the own address, too little to learn another's."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}" if at else ""


@dataclass(frozen=True)
class Clock:
    """One clock of the promise as the reporter sees it. `status` is a word of the macro `promise_list`."""

    name: str
    due: datetime
    stopped: datetime | None
    status: str


def clocks(row: Any, steps: Sequence[Any], at: datetime) -> list[Clock]:
    """What was promised for this report, and whether it was kept. `steps`: its events, in order."""
    found = []
    for name in ("publication", "first_answer", "forwarding"):
        due, stopped = getattr(row, f"{name}_due_at"), getattr(row, f"{name}_stopped_at")
        found.append(Clock(name, due, stopped, _status(due, stopped, row.closed_at, at)))
        if name == "forwarding" and took_it_on(stopped, steps):
            found[-1] = Clock(name, due, stopped, "lapsed")
    return found


def took_it_on(stopped: datetime | None, steps: Sequence[Any]) -> bool:
    """Whether the clock of forwarding ended since the municipality does the work itself: nothing was to be forwarded.

    Not when it ended by the words that others are in charge: these were due in time (point 5 of the promise).
    """
    return stopped is not None and not any(
        step.verb == Verb.close_unresolved and step.reason in IN_CHARGE_ELSEWHERE and step.at == stopped
        for step in steps
    )


def _status(due: datetime, stopped: datetime | None, closed: datetime | None, at: datetime) -> str:
    if stopped is not None:
        return "kept" if stopped < due else "missed"
    if closed is not None:
        return "lapsed"
    return "overdue" if at >= due else "open"
