"""Sign-ins kept in the database, bound to tenant and application.

The cookie holds 256 random bits; the row holds their SHA-256. So a copied database opens no door, logging
out ends the session at once, and a cookie of one town means nothing at another (its row is not visible there).
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.mixins import moment

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)


class SessionColumns:
    """Columns of a session table; the table adds its owner (tenant or none) and the foreign key."""

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = moment()
    seen_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime] = moment()


def new_token() -> str:
    """256 random bits as text for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> bytes:
    """SHA-256: enough for random tokens (a password needs argon2)."""
    return hashlib.sha256(token.encode()).digest()


def form_token(key: bytes, session_token: str) -> str:
    """The CSRF token of a session: bound to it, without an end of its own (a slow form must still go through)."""
    return hmac.digest(key, b"csrf\x1f" + session_token.encode(), "sha256").hex()


def same_token(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())
