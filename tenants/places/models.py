"""Ortsteile, with Lower Sorbian names where they have one."""

from sqlalchemy import Float, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from maerker.database.base import Model
from maerker.database.mixins import Numbered, TenantOwned


class Place(TenantOwned, Numbered, Model):
    """An Ortsteil (in an Amt: a Gemeinde) with a point to turn the map to, in degrees."""

    __tablename__ = "places"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    name: Mapped[str] = mapped_column(Text)
    name_dsb: Mapped[str] = mapped_column(Text, server_default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    position: Mapped[int] = mapped_column(Integer, server_default="0")
