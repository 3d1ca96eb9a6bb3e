"""The registry: which municipalities there are, which are tenants here, at which hosts."""

import enum
import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Computed, Enum, Float, ForeignKey, Identity, Integer, String, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from sqlalchemy.types import UserDefinedType

from maerker.database.base import Model
from maerker.database.mixins import Global, moment


class TenantState(enum.StrEnum):
    """Where a town stands on the platform."""

    joining = "joining"
    trial = "trial"
    live = "live"
    paused = "paused"
    leaving = "leaving"
    closed = "closed"


RING_UNITS = 100_000


class Polygon(UserDefinedType[str]):
    """PostgreSQL's own `polygon`; written as '((lon,lat),...)'."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "polygon"


class Municipality(Global, Model):
    """An administration that can join (domain.md section 2). `ars` has 9 digits, for a Gemeinde 12.

    `folded` here and below: names as they may be typed, kept by the database, for whoever searches by words.
    """

    __tablename__ = "municipalities"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    ars: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(Text)
    name_dsb: Mapped[str] = mapped_column(Text, server_default="")
    kind: Mapped[str] = mapped_column(Text)
    district_name: Mapped[str] = mapped_column(Text, server_default="")
    seat: Mapped[str] = mapped_column(Text, server_default="")
    population: Mapped[int] = mapped_column(Integer, server_default="0")
    postal_codes: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")
    folded: Mapped[str] = mapped_column(Text, Computed(
        "folded_forms(kind || ' ' || name || ' ' || name_dsb || ' ' || seat || ' ' || district_name || ' ' || ars)",
        persisted=True,
    ), deferred=True, nullable=True)
    areas: Mapped[list["MunicipalityArea"]] = relationship(back_populates="municipality")


class MunicipalityArea(Global, Model):
    """The area of one Gemeinde, in degrees (WGS 84); an Amt has several."""

    __tablename__ = "municipality_areas"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipalities.id"), index=True)
    ars: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(Text)
    name_dsb: Mapped[str] = mapped_column(Text, server_default="")
    geometry: Mapped[dict[str, Any]] = mapped_column(JSONB)
    min_lat: Mapped[float] = mapped_column(Float)
    max_lat: Mapped[float] = mapped_column(Float)
    min_lon: Mapped[float] = mapped_column(Float)
    max_lon: Mapped[float] = mapped_column(Float)
    folded: Mapped[str] = mapped_column(
        Text, Computed("folded_forms(name || ' ' || name_dsb)", persisted=True), deferred=True, nullable=True
    )
    municipality: Mapped[Municipality] = relationship(back_populates="areas")


class MunicipalityRing(Global, Model):
    """One ring of an area, for PostgreSQL's `polygon @> point`: in an outer ring and in no hole.

    Its unit is a hundred-thousandth of a degree (`RING_UNITS`), lon before lat: PostgreSQL compares with a tolerance
    of 0.000001 that also meets products of lengths. In degrees it takes points up to 200 m beyond a border for inside;
    around Cottbus one point in ninety belonged to two towns.
    """

    __tablename__ = "municipality_rings"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("municipality_areas.id"), index=True)
    is_hole: Mapped[bool]
    ring: Mapped[str] = mapped_column(Polygon())


class CoreCategory(Global, Model):
    """A kind of report under the key that all towns share, so that statistics compare."""

    __tablename__ = "core_categories"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    hint: Mapped[str] = mapped_column(Text, server_default="")
    position: Mapped[int]
    seasonal: Mapped[bool] = mapped_column(server_default="false")


class ExtraHoliday(Global, Model):
    """A single extra state holiday, set by the operator."""

    __tablename__ = "extra_holidays"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class Tenant(Global, Model):
    """A municipality on the platform. `config_version` rises with each change of its configuration or state.

    `starts_at` is the moment planned for the start, `started_at` the one when it happened. A pause may say until
    when. While a town is leaving, its form stays open unless `form_closed_while_leaving`. Written by the console only.
    """

    __tablename__ = "tenants"

    id: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True, default=uuid.uuid4)
    municipality_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("municipalities.id"), unique=True)
    slug: Mapped[str] = mapped_column(String(63), unique=True)
    name: Mapped[str] = mapped_column(Text)
    name_dsb: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[TenantState] = mapped_column(
        Enum(TenantState, native_enum=False, length=20, create_constraint=True, name="state")
    )
    config_version: Mapped[int] = mapped_column(BigInteger, server_default="1")
    starts_at: Mapped[datetime | None] = moment()
    started_at: Mapped[datetime | None] = moment()
    paused_from: Mapped[datetime | None] = moment()
    paused_until: Mapped[datetime | None] = moment()
    form_closed_while_leaving: Mapped[bool] = mapped_column(server_default="false")
    created_at: Mapped[datetime] = moment(server_default=func.now())
    municipality: Mapped[Municipality] = relationship()


class TenantHost(Global, Model):
    """A host name that leads to a town, lower-case and without port. One of a town's is its main one."""

    __tablename__ = "tenant_hosts"

    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    tenant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tenants.id"), index=True)
    is_main: Mapped[bool] = mapped_column(server_default="false")
    tenant: Mapped[Tenant] = relationship()
