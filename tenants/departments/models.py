"""Fachbereiche: a tree with function mailboxes and members."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Numbered, TenantOwned


class Department(TenantOwned, Numbered, Model):
    """A part of the administration that is asked about reports; mails go to its function mailbox."""

    __tablename__ = "departments"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["departments.tenant_id", "departments.id"]),
        Index(None, "tenant_id", "parent_id"),
    )

    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text, server_default="")
    mailbox: Mapped[str] = mapped_column(Text, server_default="")
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
