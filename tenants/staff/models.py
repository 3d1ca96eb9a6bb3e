"""Accounts of editors, clerks, readers and town admins, and their sessions."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Computed,
    Date,
    Enum,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    Uuid,
    func,
)
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
    """Someone who signs in at a town. Who is not trained does not publish.

    `enabled_at` is when the account was made or opened again; its inactivity counts from there or from the last
    sign-in. `ends_warned_at`: when the person was told that the account is about to end. `has_password` may be read
    by the operator's role, which must not read the password itself.
    """

    __tablename__ = "staff_accounts"
    __table_args__ = (UniqueConstraint("tenant_id", "username"),)

    username: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text, server_default="")
    role: Mapped[Role] = mapped_column(Enum(Role, native_enum=False, length=20, create_constraint=True, name="role"))
    password_hash: Mapped[str] = mapped_column(Text, server_default="")
    has_password: Mapped[bool] = mapped_column(Boolean, Computed("password_hash <> ''", persisted=True))
    trained_on: Mapped[date | None] = mapped_column(Date)
    disabled_at: Mapped[datetime | None] = moment()
    last_seen_at: Mapped[datetime | None] = moment()
    enabled_at: Mapped[datetime] = moment(server_default=func.now())
    ends_warned_at: Mapped[datetime | None] = moment()


class StaffMembership(TenantOwned, Model):
    """A person's department; a clerk works the reports of own departments.

    `is_deputy`: steps in only while a member is away for whom nobody else is named. Away: first and last day, and who
    works the person's reports of this department meanwhile. Change a person's departments by adding and removing
    single rows, so that this is not lost.
    """

    __tablename__ = "staff_memberships"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "account_id"], ["staff_accounts.tenant_id", "staff_accounts.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "department_id"], ["departments.tenant_id", "departments.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["tenant_id", "stand_in_id"], ["staff_accounts.tenant_id", "staff_accounts.id"],
            ondelete="SET NULL (stand_in_id)",
        ),
        Index(None, "tenant_id", "department_id"),
        Index(None, "tenant_id", "stand_in_id"),
        CheckConstraint("(away_from IS NULL) = (away_until IS NULL)", name="absence_is_whole"),
        CheckConstraint("away_until >= away_from", name="absence_has_order"),
        CheckConstraint("stand_in_id <> account_id", name="nobody_stands_in_for_themselves"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    department_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    is_deputy: Mapped[bool] = mapped_column(server_default="false")
    away_from: Mapped[date | None] = mapped_column(Date)
    away_until: Mapped[date | None] = mapped_column(Date)
    stand_in_id: Mapped[int | None] = mapped_column(BigInteger)


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


class LinkPurpose(enum.StrEnum):
    """What a link in a mail is for."""

    invitation = "invitation"
    password = "password"  # noqa: S105


class StaffLink(TenantOwned, Numbered, Model):
    """A link by mail with which a person sets a password: once, for some days, at this town's host alone.

    The link's token is computed from the instance's key, the town and `seed`, so that the mail can carry it; the
    table keeps its SHA-256. The row goes when the link has been used, renewed or withdrawn.
    """

    __tablename__ = "staff_links"
    __table_args__ = (
        UniqueConstraint("tenant_id", "token_hash"),
        ForeignKeyConstraint(
            ["tenant_id", "account_id"], ["staff_accounts.tenant_id", "staff_accounts.id"], ondelete="CASCADE"
        ),
        Index(None, "tenant_id", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[LinkPurpose] = mapped_column(
        Enum(LinkPurpose, native_enum=False, length=20, create_constraint=True, name="purpose")
    )
    seed: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime] = moment()
