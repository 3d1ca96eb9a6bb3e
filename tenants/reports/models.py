"""Reports and what belongs to them. Citizens' doors read publications alone (`published.py`)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    Enum,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Numbered, TenantOwned, moment
from maerker.jobs.outbox import OutboxColumns
from tenants.reports.status import CLOSED, Release, State

STATE = Enum(State, native_enum=False, length=20, create_constraint=True, name="state")
RELEASE = Enum(Release, native_enum=False, length=20, create_constraint=True, name="release")

# Events copy what the report had; the report's own columns carry the checks.
STATE_COPY = Enum(State, native_enum=False, length=20)
RELEASE_COPY = Enum(Release, native_enum=False, length=20)


def of_report(**options: Any) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "report_id"], ["reports.tenant_id", "reports.id"], **options)


class ReportDraft(TenantOwned, Model):
    """A started form, found by the hash of its random cookie; erased after 24 hours.

    `answers` holds the fields by their names (design.md), `photos` a list of {name, file, bytes, format}.
    """

    __tablename__ = "report_drafts"
    __table_args__ = (Index(None, "tenant_id", "started_at"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    started_at: Mapped[datetime] = moment()
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    submitted_at: Mapped[datetime | None] = moment()
    submission: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True))
    trial: Mapped[bool] = mapped_column(server_default="false")


class NumberSeries(TenantOwned, Model):
    """The last number given in a year; one row for each town and year, and one for the reports of its trial."""

    __tablename__ = "report_numbers"

    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    trial: Mapped[bool] = mapped_column(primary_key=True, server_default="false")
    last: Mapped[int] = mapped_column(Integer)


class Report(TenantOwned, Numbered, Model):
    """What a citizen reported, as it came in, with its state and its three clocks.

    One of a `trial` is never public, has a number of its own series (P2026-000001) and goes at the town's start.
    `state` and `release` are copies of the last event's. `version` counts the events, for the concurrent edit.
    `closed_at` is when the desk was done with it; a closed state without it waits for the desk once more.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        UniqueConstraint("tenant_id", "submission"),
        UniqueConstraint("tenant_id", "tracking_hash"),
        ForeignKeyConstraint(["tenant_id", "category"], ["categories.tenant_id", "categories.key"]),
        ForeignKeyConstraint(
            ["tenant_id", "department_id"],
            ["departments.tenant_id", "departments.id"],
            ondelete="SET NULL (department_id)",
        ),
        Index(None, "tenant_id", "category"),
        Index(None, "tenant_id", "department_id", "received_at"),
        Index("ix_reports_open", "tenant_id", "next_due_at", "id", postgresql_where=text("closed_at IS NULL")),
        Index(
            "ix_reports_open_points", "tenant_id", "lat", "lon",
            postgresql_where=text("closed_at IS NULL AND lat IS NOT NULL"),
        ),
        Index(
            "ix_reports_open_without_point", "tenant_id", "district",
            postgresql_where=text("closed_at IS NULL AND lat IS NULL"),
        ),
        Index(None, "tenant_id", "received_at"),
        Index("ix_reports_trial", "tenant_id", "id", postgresql_where=text("trial")),
        Index("ix_reports_search", "tenant_id", "search", postgresql_using="gin"),
        CheckConstraint(
            "state = 'received' OR release IN ('published', 'published_redacted', 'not_public', 'removed')",
            name="only_released_leaves_received",
        ),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point_is_whole"),
    )

    number: Mapped[str] = mapped_column(String(12))
    trial: Mapped[bool] = mapped_column(server_default="false")
    submission: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True))
    tracking_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    received_at: Mapped[datetime] = moment()
    channel: Mapped[str] = mapped_column(String(20), server_default="web")
    language: Mapped[str] = mapped_column(String(5), server_default="de")
    category: Mapped[str] = mapped_column(String(40))
    description: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text, server_default="")
    house_number: Mapped[str] = mapped_column(Text, server_default="")
    district: Mapped[str] = mapped_column(Text, server_default="")
    place_note: Mapped[str] = mapped_column(Text, server_default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    state: Mapped[State] = mapped_column(STATE)
    release: Mapped[Release] = mapped_column(RELEASE)
    version: Mapped[int] = mapped_column(Integer)
    department_id: Mapped[int | None] = mapped_column(BigInteger)
    public_text: Mapped[str] = mapped_column(Text, server_default="")
    publication_due_at: Mapped[datetime] = moment()
    first_answer_due_at: Mapped[datetime] = moment()
    forwarding_due_at: Mapped[datetime] = moment()
    publication_stopped_at: Mapped[datetime | None] = moment()
    first_answer_stopped_at: Mapped[datetime | None] = moment()
    forwarding_stopped_at: Mapped[datetime | None] = moment()
    calendar_version: Mapped[int] = mapped_column(Integer)
    next_due_at: Mapped[datetime | None] = moment()
    planned_for: Mapped[datetime | None] = moment()
    closed_at: Mapped[datetime | None] = moment()
    updated_at: Mapped[datetime] = moment()
    search: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            "to_tsvector('german'::regconfig, number || ' ' || description || ' ' || street || ' ' || district"
            " || ' ' || place_note)",
            persisted=True,
        ),
        deferred=True,
    )

    @property
    def told_still_there(self) -> bool:
        """Whether its reporter has said that the defect is still there, and nobody has decided on that yet."""
        return self.state in CLOSED and self.closed_at is None


class ReportContact(TenantOwned, Model):
    """How to reach the reporter. Readable only in a contacts scope (law 5); goes on its own date."""

    __tablename__ = "report_contacts"
    __table_args__ = (of_report(ondelete="CASCADE"), Index(None, "tenant_id", "delete_after"))

    report_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text, server_default="")
    phone: Mapped[str] = mapped_column(Text, server_default="")
    delete_after: Mapped[datetime | None] = moment()


class ReportPhoto(TenantOwned, Numbered, Model):
    """A photo of a report. `file` names it in the storage; sizes exist once `rendered_at` is set."""

    __tablename__ = "report_photos"
    __table_args__ = (of_report(ondelete="CASCADE"), Index(None, "tenant_id", "report_id"))

    report_id: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(Integer)
    file: Mapped[str] = mapped_column(Text)
    original_name: Mapped[str] = mapped_column(Text, server_default="")
    alt: Mapped[str] = mapped_column(Text, server_default="")
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    rendered_at: Mapped[datetime | None] = moment()
    failed: Mapped[str] = mapped_column(Text, server_default="")


class ReportEvent(TenantOwned, Numbered, Model):
    """One step in a report's life: who, when, from, to, public text, internal text. Never changed."""

    __tablename__ = "report_events"
    __table_args__ = (of_report(), Index(None, "tenant_id", "report_id", "id"))

    report_id: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = moment()
    verb: Mapped[str] = mapped_column(String(30))
    actor_kind: Mapped[str] = mapped_column(String(20))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    actor_name: Mapped[str] = mapped_column(Text, server_default="")
    state_before: Mapped[State | None] = mapped_column(STATE_COPY)
    state_after: Mapped[State] = mapped_column(STATE_COPY)
    release_before: Mapped[Release | None] = mapped_column(RELEASE_COPY)
    release_after: Mapped[Release] = mapped_column(RELEASE_COPY)
    department_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(40), server_default="")
    planned_for: Mapped[datetime | None] = moment()
    public_text: Mapped[str] = mapped_column(Text, server_default="")
    internal_text: Mapped[str] = mapped_column(Text, server_default="")


class PublicCopy:
    """The columns of a public copy: what an editor's act released, and nothing else.

    `answers` is a list of {at, text, state}; `photos` a list of {file, alt, width, height}. A removed report
    keeps a neutral stub: number, dates, category and `removed`.
    """

    report_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    number: Mapped[str] = mapped_column(String(12))
    category: Mapped[str] = mapped_column(String(40))
    state: Mapped[State] = mapped_column(STATE)
    removed: Mapped[bool] = mapped_column(server_default="false")
    redacted: Mapped[bool] = mapped_column(server_default="false")
    description: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(5), server_default="de")
    street: Mapped[str] = mapped_column(Text, server_default="")
    house_number: Mapped[str] = mapped_column(Text, server_default="")
    district: Mapped[str] = mapped_column(Text, server_default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    photos: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    answers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    closed_reason: Mapped[str] = mapped_column(String(40), server_default="")
    received_at: Mapped[datetime] = moment()
    published_at: Mapped[datetime] = moment()
    updated_at: Mapped[datetime] = moment()
    expected_at: Mapped[datetime | None] = moment()


class Publication(TenantOwned, PublicCopy, Model):
    """The public copy of a released report, which everybody may read (law 4). Never one of a trial."""

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        of_report(ondelete="CASCADE"),
        Index(None, "tenant_id", "received_at", "report_id"),
        Index(None, "tenant_id", "state", "received_at", "report_id"),
        Index(None, "tenant_id", "category", "received_at", "report_id"),
        Index(None, "tenant_id", "district", "received_at", "report_id"),
        Index(None, "tenant_id", "lat", "lon", postgresql_include=["report_id", "received_at"]),
        Index("ix_publications_search", "tenant_id", "search", postgresql_using="gin"),
    )

    search: Mapped[Any] = mapped_column(
        TSVECTOR,
        Computed(
            "to_tsvector('german'::regconfig, number || ' ' || description || ' ' || street || ' ' || district)",
            persisted=True,
        ),
        deferred=True,
    )


class TrialPublication(TenantOwned, PublicCopy, Model):
    """What would be public of a trial's report: behind the town's wall, for its staff and testers (law 4)."""

    __tablename__ = "trial_publications"
    __table_args__ = (UniqueConstraint("tenant_id", "number"), of_report(ondelete="CASCADE"))


class TrialPass(TenantOwned, Model):
    """Which link into the trial is valid: each renewal raises `version` and ends all that were handed out."""

    __tablename__ = "trial_passes"

    version: Mapped[int] = mapped_column(Integer)
    renewed_at: Mapped[datetime] = moment()


class OutboxPosting(TenantOwned, Numbered, OutboxColumns, Model):
    """What has to be done after the commit for a report: mails, the sizes of photos."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "tenant_id", "id", postgresql_where=text("done_at IS NULL")),
        Index(None, "tenant_id", "subject_id"),
    )
