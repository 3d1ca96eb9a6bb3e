"""Who of the operator's people there is, and who is signed in."""

import enum
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from maerker.database.base import session
from maerker.errors import NotThere
from maerker.identity.sessions import IDLE, hash_token
from onboarding.operators.models import (
    OperatorAccount,
    OperatorAudit,
    OperatorRole,
    OperatorSession,
)


@dataclass(frozen=True)
class OperatorOfSession:
    """An open sign-in at the console and whose it is. `verified_at`: when the second factor was last proved."""

    id: int
    username: str
    display_name: str
    role: OperatorRole
    seen_at: datetime
    verified_at: datetime


def operator_of_session(token: str, at: datetime) -> OperatorOfSession | None:
    """The account behind a token. None: unknown, over, idle too long, no second factor, or the account is closed."""
    row = session().execute(
        select(
            OperatorAccount.id, OperatorAccount.username, OperatorAccount.display_name, OperatorAccount.role,
            OperatorSession.seen_at, OperatorSession.verified_at,
        )
        .join(OperatorSession, OperatorSession.account_id == OperatorAccount.id)
        .where(
            OperatorSession.token_hash == hash_token(token), OperatorSession.expires_at > at,
            OperatorSession.seen_at > at - IDLE, OperatorAccount.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None or row.verified_at is None:
        return None
    return OperatorOfSession(row.id, row.username, row.display_name, row.role, row.seen_at, row.verified_at)


class Standing(enum.StrEnum):
    """How far an account is."""

    active = "active"
    invited = "invited"
    link_expired = "link_expired"
    no_second_factor = "no_second_factor"
    disabled = "disabled"


@dataclass(frozen=True)
class Person:
    """One of the operator's people, as the list shows them."""

    id: int
    username: str
    display_name: str
    email: str
    role: OperatorRole
    standing: Standing
    last_sign_in: datetime | None
    setup_until: datetime | None


def people(at: datetime) -> list[Person]:
    """All accounts in the order of their names, the closed ones last; one statement."""
    rows = session().execute(
        _people().order_by(
            OperatorAccount.disabled_at.is_not(None), func.lower(func.unaccent(OperatorAccount.display_name)),
            OperatorAccount.id,
        )
    )
    return [_person(account, last, at) for account, last in rows]


def person(account_id: int, at: datetime) -> Person:
    """One of them. Raises NotThere."""
    row = session().execute(_people().where(OperatorAccount.id == account_id)).one_or_none()
    if row is None:
        raise NotThere()
    return _person(row[0], row[1], at)


def names() -> dict[int, str]:
    """The name of each account, for lists of what they did."""
    rows = session().execute(select(OperatorAccount.id, OperatorAccount.display_name))
    return {row.id: row.display_name for row in rows}


def account_of(account_id: int) -> OperatorAccount:
    """Raises NotThere."""
    account = session().get(OperatorAccount, account_id)
    if account is None:
        raise NotThere()
    return account


def open_sessions(account_id: int, at: datetime) -> int:
    """How many sign-ins of this account are open, this one included."""
    rows = OperatorSession
    return session().scalar(
        select(func.count()).select_from(rows).where(
            rows.account_id == account_id, rows.expires_at > at, rows.seen_at > at - IDLE
        )
    ) or 0


def _people() -> Select[OperatorAccount, datetime | None]:
    last = (
        select(func.max(OperatorAudit.at))
        .where(OperatorAudit.account_id == OperatorAccount.id, OperatorAudit.act == "signed_in")
        .scalar_subquery()
    )
    return select(OperatorAccount, last.label("last"))


def _person(account: OperatorAccount, last: datetime | None, at: datetime) -> Person:
    return Person(
        account.id, account.username, account.display_name, account.email, account.role, _standing(account, at),
        last, account.setup_until,
    )


def _standing(account: OperatorAccount, at: datetime) -> Standing:
    if account.disabled_at is not None:
        return Standing.disabled
    if account.setup_until is not None:
        return Standing.invited if account.setup_until > at else Standing.link_expired
    return Standing.active if account.totp_sealed else Standing.no_second_factor
