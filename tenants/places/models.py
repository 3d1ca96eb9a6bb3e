"""Ortsteile, with Lower Sorbian names where they have one."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Numbered, TenantOwned, moment


class Place(TenantOwned, Numbered, Model):
    """An Ortsteil (in an Amt: a Gemeinde) with a point to turn the map to, in degrees.

    Reports and public copies carry its name as words, so one in use is closed and never deleted. `department_id`: who
    is asked about reports from here, whatever the category; a route of a category goes before it.
    """

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        ForeignKeyConstraint(
            ["tenant_id", "department_id"],
            ["departments.tenant_id", "departments.id"],
            ondelete="SET NULL (department_id)",
        ),
        Index(None, "tenant_id", "department_id"),
    )

    name: Mapped[str] = mapped_column(Text)
    name_dsb: Mapped[str] = mapped_column(Text, server_default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
    department_id: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None] = moment()
    version: Mapped[int] = mapped_column(Integer, server_default="1")
