"""Accounts of editors, clerks, readers and town admins, and their sessions."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Enum, ForeignKeyConstraint, Index, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Numbered, TenantOwned, moment
from maerker.identity.sessions import SessionColumns


class Role(enum.StrEnum):
    """What someone is in a town (domain.md section 6)."""

    admin = "admin"
    editor = "editor"
    clerk = "clerk"
    reader = "reader"


class StaffAccount(TenantOwned, Numbered, Model):
    """Someone who signs in at a town. Who is not trained does not publish."""

    __tablename__ = "staff_accounts"
    __table_args__ = (UniqueConstraint("tenant_id", "username"),)

    username: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, server_default="")
    role: Mapped[Role] = mapped_column(Enum(Role, native_enum=False, length=20, create_constraint=True, name="role"))
    password_hash: Mapped[str] = mapped_column(Text, server_default="")
    trained_on: Mapped[date | None] = mapped_column(Date)
    disabled_at: Mapped[datetime | None] = moment()
    last_seen_at: Mapped[datetime | None] = moment()


class StaffMembership(TenantOwned, Model):
    """A person's department; a clerk works the reports of own departments."""

    __tablename__ = "staff_memberships"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "account_id"], ["staff_accounts.tenant_id", "staff_accounts.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "department_id"], ["departments.tenant_id", "departments.id"], ondelete="CASCADE"
        ),
        Index(None, "tenant_id", "department_id"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    department_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class StaffSession(TenantOwned, SessionColumns, Model):
    """A sign-in, kept in the database, so that logging out and disabling an account end it at once."""

    __tablename__ = "staff_sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "account_id"], ["staff_accounts.tenant_id", "staff_accounts.id"], ondelete="CASCADE"
        ),
        Index(None, "tenant_id", "account_id"),
    )


class StaffAudit(TenantOwned, Numbered, Model):
    """An act of administration: sign-ins, refusals, changes. Appended only, by grant."""

    __tablename__ = "staff_audit"
    __table_args__ = (Index(None, "tenant_id", "at"),)

    at: Mapped[datetime] = moment(server_default=func.now())
    account_id: Mapped[int | None] = mapped_column(BigInteger)
    act: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


