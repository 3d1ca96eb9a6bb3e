"""Documents of a joining file and the signed copies of them. A document that was made never changes."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Date, Enum, ForeignKeyConstraint, Index, Integer, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import FileOwned, Numbered, moment


class DocumentState(enum.StrEnum):
    """`requested`: the worker renders it. `preview`s are for looking and are erased after a day."""

    requested = "requested"
    ready = "ready"
    failed = "failed"


class CopySide(enum.StrEnum):
    """Who signed this copy."""

    municipality = "municipality"
    operator = "operator"


class CopyWay(enum.StrEnum):
    """How it was signed: a PDF with electronic signatures, or on paper and scanned."""

    electronic = "electronic"
    scan = "scan"


class CopyState(enum.StrEnum):
    """`checking`: by machine; `to_confirm`: a person of the operator compares; `accepted` is the proof."""

    checking = "checking"
    refused = "refused"
    to_confirm = "to_confirm"
    accepted = "accepted"
    withdrawn = "withdrawn"


class FileDocument(FileOwned, Numbered, Model):
    """A generated document, frozen: hash, version of its text, data and moment give the same bytes again."""

    __tablename__ = "file_documents"
    __table_args__ = (
        ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]),
        Index(None, "file_id", "kind"),
        CheckConstraint("(state = 'ready') = (sha256 <> '')", name="ready_has_hash"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    preview: Mapped[bool] = mapped_column(server_default="false")
    text_version: Mapped[int] = mapped_column(Integer)
    text_state: Mapped[str] = mapped_column(String(20), server_default="draft")
    subject: Mapped[str] = mapped_column(Text, server_default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[DocumentState] = mapped_column(
        Enum(DocumentState, native_enum=False, length=20, create_constraint=True, name="state")
    )
    made_at: Mapped[datetime] = moment()
    made_by: Mapped[str] = mapped_column(Text, server_default="")
    sha256: Mapped[str] = mapped_column(String(64), server_default="")
    size: Mapped[int] = mapped_column(Integer, server_default="0")
    pages: Mapped[int] = mapped_column(Integer, server_default="0")
    file: Mapped[str] = mapped_column(Text, server_default="")
    problem: Mapped[str] = mapped_column(Text, server_default="")
    superseded_at: Mapped[datetime | None] = moment()


class FileCopy(FileOwned, Numbered, Model):
    """A signed copy as it was uploaded, kept unchanged with its hash; what was found, who confirmed it.

    `signatories`: [{name, function, on_behalf}] as declared at upload; `signers`: what the signatures say.
    """

    __tablename__ = "file_copies"
    __table_args__ = (
        ForeignKeyConstraint(["file_id", "document_id"], ["file_documents.file_id", "file_documents.id"]),
        Index(None, "file_id", "document_id"),
        Index("ix_file_copies_to_confirm", "file_id", postgresql_where=text("state = 'to_confirm'")),
        CheckConstraint("state <> 'accepted' OR checked_at IS NOT NULL", name="accepted_by_somebody"),
        CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_has_moment"),
    )

    document_id: Mapped[int] = mapped_column(BigInteger)
    side: Mapped[CopySide] = mapped_column(
        Enum(CopySide, native_enum=False, length=20, create_constraint=True, name="side")
    )
    way: Mapped[CopyWay] = mapped_column(
        Enum(CopyWay, native_enum=False, length=20, create_constraint=True, name="way")
    )
    state: Mapped[CopyState] = mapped_column(
        Enum(CopyState, native_enum=False, length=20, create_constraint=True, name="state")
    )
    file: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text, server_default="")
    content_type: Mapped[str] = mapped_column(String(60), server_default="")
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer, server_default="0")
    signed_on: Mapped[date | None] = mapped_column(Date)
    signatories: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    signers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    finding: Mapped[str] = mapped_column(String(40), server_default="")
    finding_text: Mapped[str] = mapped_column(Text, server_default="")
    uploaded_at: Mapped[datetime] = moment()
    uploaded_by: Mapped[str] = mapped_column(Text, server_default="")
    checked_at: Mapped[datetime | None] = moment()
    checked_by: Mapped[str] = mapped_column(Text, server_default="")
    how_checked: Mapped[str] = mapped_column(Text, server_default="")
    withdrawn_at: Mapped[datetime | None] = moment()
    withdrawn_by: Mapped[str] = mapped_column(Text, server_default="")
    withdrawn_reason: Mapped[str] = mapped_column(Text, server_default="")


class ChangeAnswer(FileOwned, Model):
    """A Kommune's answer to an announced change of a sub-processor: nothing takes effect for one that objects."""

    __tablename__ = "file_change_answers"
    __table_args__ = (
        ForeignKeyConstraint(["file_id"], ["joining_files.file_id"]),
        CheckConstraint("answer IN ('agreed', 'objected', 'silent')", name="answer"),
    )

    change_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    notified_at: Mapped[datetime | None] = moment()
    answer: Mapped[str] = mapped_column(String(20), server_default="silent")
    reason: Mapped[str] = mapped_column(Text, server_default="")
    answered_at: Mapped[datetime | None] = moment()
    answered_by: Mapped[str] = mapped_column(Text, server_default="")
    effective_from: Mapped[datetime | None] = moment()
