"""Accounts of the operator's people, their sessions and what they did. No town owns these rows."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Enum, ForeignKey, Identity, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Global, moment
from maerker.identity.sessions import SessionColumns


class OperatorRole(enum.StrEnum):
    """What someone is at the operator's."""

    admin = "admin"
    support = "support"


class OperatorAccount(Global, Model):
    """Someone who signs in at the console."""

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


class OperatorSession(Global, SessionColumns, Model):
    """A sign-in at the console."""

    __tablename__ = "operator_sessions"

    account_id: Mapped[int] = mapped_column(ForeignKey("operator_accounts.id", ondelete="CASCADE"), index=True)


class OperatorAudit(Global, Model):
    """An act of the operator's people. Appended only, by grant."""

    __tablename__ = "operator_audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = moment(server_default=func.now())
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    act: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
