"""Fachbereiche: a tree with function mailboxes and members."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Numbered, TenantOwned, moment


class Department(TenantOwned, Numbered, Model):
    """A part of the administration that is asked about reports; mails go to its function mailbox.

    A closed one keeps its name for the history; its successor took over what was open.
    """

    __tablename__ = "departments"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["departments.tenant_id", "departments.id"]),
        ForeignKeyConstraint(["tenant_id", "successor_id"], ["departments.tenant_id", "departments.id"]),
        Index(None, "tenant_id", "parent_id"),
        Index(None, "tenant_id", "successor_id"),
    )

    name: Mapped[str] = mapped_column(Text)
    short_name: Mapped[str] = mapped_column(Text, server_default="")
    mailbox: Mapped[str] = mapped_column(Text, server_default="")
    parent_id: Mapped[int | None] = mapped_column(BigInteger)
    successor_id: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None] = moment()
    version: Mapped[int] = mapped_column(Integer, server_default="1")
