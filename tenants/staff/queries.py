"""Who is signed in (the one statement that each request of the desk begins with), and who works in a town."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, and_, bindparam, case, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.errors import NotThere
from maerker.identity.sessions import IDLE, hash_token
from tenants.departments.models import Department
from tenants.departments.queries import works_for
from tenants.reports.models import OutboxPosting
from tenants.staff.models import LinkPurpose, Role, StaffAccount, StaffLink, StaffMembership, StaffSession


@dataclass(frozen=True)
class AccountOfSession:
    """An open sign-in and whose it is. `departments` are the ids of the person's own Fachbereiche."""

    id: int
    username: str
    display_name: str
    role: Role
    trained: bool
    departments: frozenset[int]
    seen_at: datetime


def account_of_session(token: str, at: datetime) -> AccountOfSession | None:
    """The account behind a token. None: unknown here, over, idle too long, or the account is closed.

    Its departments are those whose reports the person works today: deputies and absences count.
    """
    row = session().execute(_of_session(), {
        "token_hash": hash_token(token), "at": at, "idle_since": at - IDLE, "day": local_day(at),
    }).one_or_none()
    if row is None:
        return None
    return AccountOfSession(
        id=row[0], username=row[1], display_name=row[2], role=row[3], trained=row[4] is not None, seen_at=row[5],
        departments=frozenset(row[6]),
    )


@cache
def _of_session() -> Select[Any]:
    """Put together once: doing it for each request of the desk took longer than the database's answer."""
    own = works_for(StaffAccount.id, bindparam("day", type_=Date))
    at = bindparam("at", type_=StaffSession.expires_at.type)
    return (
        select(
            StaffAccount.id, StaffAccount.username, StaffAccount.display_name, StaffAccount.role,
            StaffAccount.trained_on, StaffSession.seen_at, func.array(own.scalar_subquery()),
        )
        .join(
            StaffSession,
            (StaffSession.tenant_id == StaffAccount.tenant_id) & (StaffSession.account_id == StaffAccount.id),
        )
        .where(
            StaffSession.token_hash == bindparam("token_hash"), StaffSession.expires_at > at,
            StaffSession.seen_at > bindparam("idle_since", type_=StaffSession.seen_at.type),
            StaffAccount.disabled_at.is_(None),
        )
    )


class Standing(enum.StrEnum):
    """How it stands with someone's account."""

    active = "active"
    invited = "invited"
    invitation_over = "invitation_over"
    not_invited = "not_invited"
    disabled = "disabled"


@dataclass(frozen=True)
class Person:
    """Someone who works in the town. `departments` are names, `department_ids` their ids in the same order.

    `invited_until`: how long the open invitation holds. `mail_problem`: why the last mail with a link did not arrive,
    `mail_done`: whether it has left.
    """

    id: int
    username: str
    display_name: str
    email: str
    role: Role
    standing: Standing
    trained_on: date | None
    last_seen_at: datetime | None
    departments: tuple[str, ...]
    department_ids: tuple[int, ...]
    sign_ins: int
    invited_until: datetime | None
    mail_done: bool
    mail_problem: str


def people(at: datetime) -> list[Person]:
    """All who have an account, admins first, closed accounts last; one statement for any number."""
    order = case({role.value: n for n, role in enumerate(Role)}, value=StaffAccount.role)
    rows = session().execute(_people(at).order_by(
        StaffAccount.disabled_at.is_not(None), order, func.lower(func.unaccent(StaffAccount.display_name)),
        StaffAccount.id,
    ))
    return [_person(row, at) for row in rows]


def person(account_id: int, at: datetime) -> Person:
    """One of them. Raises NotThere, also for another town's."""
    row = session().execute(_people(at).where(StaffAccount.id == account_id)).one_or_none()
    if row is None:
        raise NotThere()
    return _person(row, at)


def _people(at: datetime) -> Select[Any]:
    name = func.lower(Department.name)
    names = (
        select(func.array_agg(aggregate_order_by(Department.name, name, Department.id)))
        .join(StaffMembership, and_(StaffMembership.tenant_id == Department.tenant_id,
                                    StaffMembership.department_id == Department.id))
        .where(StaffMembership.tenant_id == StaffAccount.tenant_id, StaffMembership.account_id == StaffAccount.id)
    )
    ids = names.with_only_columns(func.array_agg(aggregate_order_by(Department.id, name, Department.id)))
    sign_ins = select(func.count()).where(
        StaffSession.tenant_id == StaffAccount.tenant_id, StaffSession.account_id == StaffAccount.id,
        StaffSession.expires_at > at, StaffSession.seen_at > at - IDLE,
    )
    newest = (
        select(StaffLink.id).where(
            StaffLink.tenant_id == StaffAccount.tenant_id, StaffLink.account_id == StaffAccount.id
        ).order_by(StaffLink.id.desc()).limit(1).correlate(StaffAccount).scalar_subquery()
    )
    sent = and_(
        OutboxPosting.tenant_id == StaffLink.tenant_id, OutboxPosting.subject_id == StaffLink.id,
        OutboxPosting.kind.in_(("account_invitation", "account_password")),
    )
    return (
        select(
            StaffAccount.id, StaffAccount.username, StaffAccount.display_name, StaffAccount.email, StaffAccount.role,
            StaffAccount.has_password, StaffAccount.disabled_at, StaffAccount.trained_on, StaffAccount.last_seen_at,
            names.scalar_subquery().label("departments"), ids.scalar_subquery().label("department_ids"),
            sign_ins.scalar_subquery().label("sign_ins"), StaffLink.purpose, StaffLink.expires_at,
            OutboxPosting.done_at, OutboxPosting.problem,
        )
        .outerjoin(StaffLink, and_(StaffLink.tenant_id == StaffAccount.tenant_id, StaffLink.id == newest))
        .outerjoin(OutboxPosting, sent)
    )


def _person(row: Any, at: datetime) -> Person:
    invited = row.purpose == LinkPurpose.invitation
    return Person(
        id=row.id, username=row.username, display_name=row.display_name, email=row.email, role=row.role,
        standing=_standing(row, at), trained_on=row.trained_on, last_seen_at=row.last_seen_at,
        departments=tuple(row.departments or ()), department_ids=tuple(row.department_ids or ()),
        sign_ins=row.sign_ins, invited_until=row.expires_at if invited else None, mail_done=row.done_at is not None,
        mail_problem=row.problem or "",
    )


def _standing(row: Any, at: datetime) -> Standing:
    if row.disabled_at is not None:
        return Standing.disabled
    if row.has_password:
        return Standing.active
    if row.purpose != LinkPurpose.invitation:
        return Standing.not_invited
    return Standing.invited if row.expires_at > at else Standing.invitation_over
