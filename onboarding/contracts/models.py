"""What is the same for every Kommune: texts with their versions, the trust list, sub-processors, essential changes.

Nothing here belongs to a file or a town. Nothing is ever deleted: each row says who made it and how it ended.
"""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Enum,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Global, moment
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.versions import SubprocessorState, TextState, TextVersion


class ContractText(Global, Model):
    """One version of the text of one kind of document. Its words never change (by grant and by trigger);
    a change is a new version. At most one version of a kind is released.
    """

    __tablename__ = "contract_texts"
    __table_args__ = (
        UniqueConstraint("kind", "version"),
        Index("ix_contract_texts_released", "kind", unique=True, postgresql_where=text("state = 'released'")),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("state <> 'released' OR released_at IS NOT NULL", name="released_has_moment"),
        CheckConstraint("(state = 'retired') = (retired_at IS NOT NULL)", name="retired_has_moment"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(
        Enum(DocumentKind, native_enum=False, length=40, create_constraint=True, name="kind")
    )
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[TextState] = mapped_column(
        Enum(TextState, native_enum=False, length=20, create_constraint=True, name="state")
    )
    source: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    made_at: Mapped[datetime] = moment()
    made_by: Mapped[str] = mapped_column(Text, server_default="")
    released_at: Mapped[datetime | None] = moment()
    released_by: Mapped[str] = mapped_column(Text, server_default="")
    retired_at: Mapped[datetime | None] = moment()
    retired_by: Mapped[str] = mapped_column(Text, server_default="")

    @property
    def as_version(self) -> TextVersion:
        """As a document is made from it."""
        return TextVersion(
            kind=self.kind, version=self.version, source=self.source, state=self.state, released_at=self.released_at
        )


class TrustAnchor(Global, Model):
    """A certificate whose electronic signatures the operator trusts. `fingerprint` is SHA-256 in hex."""

    __tablename__ = "trust_anchors"
    __table_args__ = (
        Index("ix_trust_anchors_trusted", "fingerprint", unique=True, postgresql_where=text("removed_at IS NULL")),
        CheckConstraint("valid_to > valid_from", name="valid_span"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    certificate: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    valid_from: Mapped[datetime] = moment()
    valid_to: Mapped[datetime] = moment()
    added_at: Mapped[datetime] = moment()
    added_by: Mapped[str] = mapped_column(Text, server_default="")
    removed_at: Mapped[datetime | None] = moment()
    removed_by: Mapped[str] = mapped_column(Text, server_default="")


class Subprocessor(Global, Model):
    """One version of what a sub-processor does. `number` is the sub-processor, `version` what it has agreed to do."""

    __tablename__ = "subprocessors"
    __table_args__ = (
        UniqueConstraint("number", "version"),
        Index("ix_subprocessors_active", "number", unique=True, postgresql_where=text("state = 'active'")),
        CheckConstraint("(state = 'ended') = (ended_on IS NOT NULL)", name="ended_has_day"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(Text)
    seat: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(Text)
    data: Mapped[str] = mapped_column(Text)
    since: Mapped[date | None] = mapped_column(Date)
    state: Mapped[SubprocessorState] = mapped_column(
        Enum(SubprocessorState, native_enum=False, length=20, create_constraint=True, name="state")
    )
    ended_on: Mapped[date | None] = mapped_column(Date)
    made_at: Mapped[datetime] = moment()
    made_by: Mapped[str] = mapped_column(Text, server_default="")


class SubprocessorChange(Global, Model):
    """A planned change: `subprocessor_id` comes, `replaces_id` goes; one of them may be missing.

    Objections are taken up to and with `objections_until`; it takes effect on `takes_effect_on`, never earlier.
    """

    __tablename__ = "subprocessor_changes"
    __table_args__ = (
        CheckConstraint("subprocessor_id IS NOT NULL OR replaces_id IS NOT NULL", name="changes_something"),
        CheckConstraint("takes_effect_on > objections_until", name="after_objections"),
        CheckConstraint("completed_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    what: Mapped[str] = mapped_column(Text)
    subprocessor_id: Mapped[int | None] = mapped_column(ForeignKey("subprocessors.id"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("subprocessors.id"), index=True)
    announced_at: Mapped[datetime] = moment()
    announced_by: Mapped[str] = mapped_column(Text, server_default="")
    objection_days: Mapped[int] = mapped_column(Integer)
    objections_until: Mapped[date] = mapped_column(Date)
    takes_effect_on: Mapped[date] = mapped_column(Date)
    completed_at: Mapped[datetime | None] = moment()
    withdrawn_at: Mapped[datetime | None] = moment()
    withdrawn_by: Mapped[str] = mapped_column(Text, server_default="")


class PlatformChange(Global, Model):
    """An essential change of the platform (§ 4 BbgDSG): each Kommune releases the processing anew."""

    __tablename__ = "platform_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    declared_at: Mapped[datetime] = moment()
    declared_by: Mapped[str] = mapped_column(Text, server_default="")
    effective_on: Mapped[date] = mapped_column(Date)
