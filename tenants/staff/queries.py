"""Who is signed in: the one statement that each request of the desk begins with."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from maerker.database.base import session
from maerker.identity.sessions import IDLE, hash_token
from tenants.staff.models import Role, StaffAccount, StaffMembership, StaffSession


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
    """The account behind a token. None: unknown here, over, idle too long, or the account is closed."""
    own = select(StaffMembership.department_id).where(StaffMembership.account_id == StaffAccount.id)
    row = session().execute(
        select(
            StaffAccount.id, StaffAccount.username, StaffAccount.display_name, StaffAccount.role,
            StaffAccount.trained_on, StaffSession.seen_at, func.array(own.scalar_subquery()),
        )
        .join(
            StaffSession,
            (StaffSession.tenant_id == StaffAccount.tenant_id) & (StaffSession.account_id == StaffAccount.id),
        )
        .where(
            StaffSession.token_hash == hash_token(token), StaffSession.expires_at > at,
            StaffSession.seen_at > at - IDLE, StaffAccount.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    return AccountOfSession(
        id=row[0], username=row[1], display_name=row[2], role=row[3], trained=row[4] is not None, seen_at=row[5],
        departments=frozenset(row[6]),
    )
