"""Accounts of the operator's people, how they sign in, and what they did. No town owns these rows."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Enum, ForeignKey, Identity, Integer, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Global, moment
from maerker.identity.sessions import SessionColumns


class OperatorRole(enum.StrEnum):
    """What someone is at the operator's."""

    admin = "admin"
    support = "support"
    trainer = "trainer"
    reader = "reader"


class OperatorAccount(Global, Model):
    """Someone who signs in at the console, by password and a second factor.

    Without `password_hash` the account waits for its set-up link; without `totp_sealed` (the app's secret, sealed)
    the second factor is set up at the next sign-in. `totp_last_step`: the last half minute whose code was used.
    """

    __tablename__ = "operator_accounts"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    username: Mapped[str] = mapped_column(Text, unique=True)
    display_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, server_default="")
    role: Mapped[OperatorRole] = mapped_column(
        Enum(OperatorRole, native_enum=False, length=20, create_constraint=True, name="role")
    )
    password_hash: Mapped[str] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = moment()
    setup_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    setup_until: Mapped[datetime | None] = moment()
    totp_sealed: Mapped[str] = mapped_column(Text, server_default="")
    totp_since: Mapped[datetime | None] = moment()
    totp_last_step: Mapped[int] = mapped_column(BigInteger, server_default="0")
    recovery_since: Mapped[datetime | None] = moment()


class OperatorSession(Global, SessionColumns, Model):
    """A sign-in at the console. It begins with the second factor: `verified_at` is when that was last proved."""

    __tablename__ = "operator_sessions"

    account_id: Mapped[int] = mapped_column(ForeignKey("operator_accounts.id", ondelete="CASCADE"), index=True)
    verified_at: Mapped[datetime | None] = moment()
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)
    challenge_until: Mapped[datetime | None] = moment()


class OperatorHalfSignIn(Global, Model):
    """Someone on the way in: the password was right (`account_id`), or a passkey has been asked for (none yet).

    It opens nothing. `misses` are wrong codes; after a few the way begins anew.
    """

    __tablename__ = "operator_half_sign_ins"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("operator_accounts.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = moment(index=True)
    target: Mapped[str] = mapped_column(Text, server_default="/")
    misses: Mapped[int] = mapped_column(Integer, server_default="0")
    challenge: Mapped[bytes | None] = mapped_column(LargeBinary)


class OperatorRecoveryCode(Global, Model):
    """One of ten codes for the day on which the telephone is lost; good once. Kept as a keyed hash."""

    __tablename__ = "operator_recovery_codes"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("operator_accounts.id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime | None] = moment()


class OperatorPasskey(Global, Model):
    """A passkey: the public half of a key that stays on the person's device."""

    __tablename__ = "operator_passkeys"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("operator_accounts.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger, server_default="0")
    name: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = moment()
    used_at: Mapped[datetime | None] = moment()


class OperatorAudit(Global, Model):
    """An act of the operator's people. Appended only, by grant."""

    __tablename__ = "operator_audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = moment(server_default=func.now(), index=True)
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    act: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
