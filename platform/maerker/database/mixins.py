"""Columns that every table of a kind has. Exactly one of the three lists for each table."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Identity, Uuid, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column


class TenantOwned:
    """A row of one town: `tenant_id` comes first in each key, its default is the announced tenant."""

    owned_by: ClassVar[str] = "tenant"

    @declared_attr
    def tenant_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(
            Uuid(as_uuid=True), primary_key=True, server_default=text("current_tenant()"), sort_order=-100
        )


class FileOwned:
    """A row of one joining file (Beitrittsakte): `file_id` comes first in its key, its default is the announced file.

    The joining application sees one file; the operator's console sees every file and writes in the scope of one.
    """

    owned_by: ClassVar[str] = "file"

    @declared_attr
    def file_id(cls) -> Mapped[uuid.UUID]:
        return mapped_column(
            Uuid(as_uuid=True), primary_key=True, server_default=text("current_file()"), sort_order=-100
        )


class Numbered:
    """An id that the database counts, unique within the installation, second in the key."""

    @declared_attr
    def id(cls) -> Mapped[int]:
        return mapped_column(
            BigInteger, Identity(always=True), primary_key=True, autoincrement=True, sort_order=-99
        )


class Global:
    """Registry and catalogue: nothing personal, readable by every role."""

    owned_by: ClassVar[str] = "global"


def moment(**options: Any) -> Mapped[datetime]:
    """A column for a point in time, stored with zone."""
    return mapped_column(DateTime(timezone=True), **options)
