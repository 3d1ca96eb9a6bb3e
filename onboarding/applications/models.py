"""The joining file and its people. Every row belongs to one file; the joining application sees one file."""

import enum
import uuid
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Date,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import FileOwned, Numbered, moment
from maerker.identity.sessions import SessionColumns
from maerker.jobs.outbox import OutboxColumns


class FileRole(enum.StrEnum):
    """For what someone stands in the file (domain.md section 5). One person may stand for several."""

    subject = "subject"
    technical = "technical"
    privacy = "privacy"
    head = "head"
    deputy = "deputy"
    press = "press"


class LinkPurpose(enum.StrEnum):
    """What a mailed link is for."""

    confirm = "confirm"
    sign_in = "sign_in"
    invite = "invite"
    device = "device"
    ask_again = "ask_again"


class JoiningFile(FileOwned, Model):
    """One Kommune's file, from the application on. There is one for each Kommune, whoever applies.

    `step`, `turn` and `turn_since` are a copy of the last computation of `onboarding/steps.py`, rewritten by each act,
    so that the operator's list of a thousand files need not compute them. `set_up_missing` holds what the check of the
    town's own rooms found when the operator's side last looked; the joining application cannot look there itself.
    """

    __tablename__ = "joining_files"
    __table_args__ = (Index(None, "turn", "turn_since"), Index(None, "starts_at"))

    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipalities.id"), unique=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    applied_at: Mapped[datetime] = moment()
    confirmed_at: Mapped[datetime | None] = moment()
    admitted_at: Mapped[datetime | None] = moment()
    admitted_by: Mapped[str] = mapped_column(Text, server_default="")
    refused_at: Mapped[datetime | None] = moment()
    refused_reason: Mapped[str] = mapped_column(Text, server_default="")
    withdrawn_at: Mapped[datetime | None] = moment()
    withdrawn_reason: Mapped[str] = mapped_column(Text, server_default="")
    wished_start: Mapped[date | None] = mapped_column(Date)
    starts_at: Mapped[datetime | None] = moment()
    start_fixed_at: Mapped[datetime | None] = moment()
    start_fixed_by: Mapped[str] = mapped_column(Text, server_default="")
    provisioned_at: Mapped[datetime | None] = moment()
    started_at: Mapped[datetime | None] = moment()
    set_up_missing: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    set_up_looked_at: Mapped[datetime | None] = moment()
    trained_needed: Mapped[int] = mapped_column(Integer, server_default="2")
    step: Mapped[str] = mapped_column(String(40), server_default="application")
    turn: Mapped[str] = mapped_column(String(20), server_default="municipality")
    turn_since: Mapped[datetime] = moment()


class FilePerson(FileOwned, Numbered, Model):
    """Someone of the Kommune who works in the file. Signs in by a mailed link with a code, never by password."""

    __tablename__ = "file_people"
    __table_args__ = (
        ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]),
        Index("ix_file_people_email", "file_id", text("lower(email)"), unique=True),
    )

    name: Mapped[str] = mapped_column(Text)
    function: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text, server_default="")
    roles: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    added_at: Mapped[datetime] = moment()
    confirmed_at: Mapped[datetime | None] = moment()
    let_in_at: Mapped[datetime | None] = moment()
    removed_at: Mapped[datetime | None] = moment()
    seen_at: Mapped[datetime | None] = moment()
    folded: Mapped[str] = mapped_column(
        Text, Computed("folded_forms(name || ' ' || email)", persisted=True), deferred=True, nullable=True
    )


class FileSession(FileOwned, SessionColumns, Model):
    """A sign-in at the joining host, bound to one file. `asked_again_at`: last time a code was asked for anew."""

    __tablename__ = "file_sessions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["file_id", "account_id"], ["file_people.file_id", "file_people.id"], ondelete="CASCADE"
        ),
        Index(None, "file_id", "account_id"),
    )

    asked_again_at: Mapped[datetime | None] = moment()


class FileLink(FileOwned, Numbered, Model):
    """A link with a code. Opening it (GET) spends nothing, so mail scanners do no harm; the code does, once.

    Token and code follow from the row's id and the instance's secret (`links.py`): a copied database opens nothing.
    """

    __tablename__ = "file_links"
    __table_args__ = (
        ForeignKeyConstraint(["file_id", "person_id"], ["file_people.file_id", "file_people.id"], ondelete="CASCADE"),
        Index(None, "file_id", "person_id"),
    )

    person_id: Mapped[int] = mapped_column(BigInteger)
    purpose: Mapped[LinkPurpose] = mapped_column(
        Enum(LinkPurpose, native_enum=False, length=20, create_constraint=True, name="purpose")
    )
    made_at: Mapped[datetime] = moment()
    expires_at: Mapped[datetime] = moment()
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    used_at: Mapped[datetime | None] = moment()


class FileEntry(FileOwned, Model):
    """One typed value, saved while one types. `version` rises with each save, so that two people see each other."""

    __tablename__ = "file_entries"
    __table_args__ = (ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]),)

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer, server_default="1")
    saved_at: Mapped[datetime] = moment()
    saved_by: Mapped[str] = mapped_column(Text, server_default="")


class FileEvent(FileOwned, Numbered, Model):
    """An act on the file, by the Kommune or the operator, readable by both. Appended only, by grant."""

    __tablename__ = "file_events"
    __table_args__ = (ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]), Index(None, "file_id", "at"))

    at: Mapped[datetime] = moment(server_default=func.now())
    act: Mapped[str] = mapped_column(String(60))
    step: Mapped[str] = mapped_column(String(40), server_default="")
    by_kind: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(BigInteger)
    by_name: Mapped[str] = mapped_column(Text, server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class FileOverride(FileOwned, Model):
    """A gate opened without its proof: two operators and a reason, shown on the file for ever."""

    __tablename__ = "file_overrides"
    __table_args__ = (
        ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]),
        CheckConstraint("second_by IS DISTINCT FROM first_by", name="two_people"),
    )

    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    first_by: Mapped[int] = mapped_column(BigInteger)
    first_name: Mapped[str] = mapped_column(Text)
    first_at: Mapped[datetime] = moment()
    second_by: Mapped[int | None] = mapped_column(BigInteger)
    second_name: Mapped[str] = mapped_column(Text, server_default="")
    second_at: Mapped[datetime | None] = moment()


class FilePosting(FileOwned, Numbered, OutboxColumns, Model):
    """Something to be done for a file after the commit; done by the worker of the role `console`.

    `recipient_id`: the mail goes to this person of the file alone, or for a negative number to the function mailbox
    that stands at this place of the mail's list (`jobs.py`).
    """

    __tablename__ = "file_outbox"
    __table_args__ = (
        ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]),
        Index("ix_file_outbox_waiting", "file_id", "id", postgresql_where=text("done_at IS NULL")),
    )

    recipient_id: Mapped[int | None] = mapped_column(BigInteger)


FILE_OUTBOX = cast(Table, FilePosting.__table__)
