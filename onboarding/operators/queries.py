"""Who of the operator's people is signed in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from maerker.database.base import session
from maerker.identity.sessions import IDLE, hash_token
from onboarding.operators.models import OperatorAccount, OperatorRole, OperatorSession


@dataclass(frozen=True)
class OperatorOfSession:
    """An open sign-in at the console and whose it is."""

    id: int
    username: str
    display_name: str
    role: OperatorRole
    seen_at: datetime


def operator_of_session(token: str, at: datetime) -> OperatorOfSession | None:
    """The account behind a token. None: unknown, over, idle too long, or the account is closed."""
    row = session().execute(
        select(
            OperatorAccount.id, OperatorAccount.username, OperatorAccount.display_name, OperatorAccount.role,
            OperatorSession.seen_at,
        )
        .join(OperatorSession, OperatorSession.account_id == OperatorAccount.id)
        .where(
            OperatorSession.token_hash == hash_token(token), OperatorSession.expires_at > at,
            OperatorSession.seen_at > at - IDLE, OperatorAccount.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else OperatorOfSession(*row)
