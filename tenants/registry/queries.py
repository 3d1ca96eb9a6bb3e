"""Questions to the registry: which town answers at a host, who is in charge of a point."""

import uuid
from dataclasses import dataclass

from sqlalchemy import func, literal_column, select, text

from maerker.database.base import session
from tenants.registry.models import (
    Municipality,
    MunicipalityArea,
    MunicipalityRing,
    Tenant,
    TenantHost,
    TenantState,
)


@dataclass(frozen=True)
class HostFound:
    """The town behind a host, and the version of its configuration."""

    tenant_id: uuid.UUID
    slug: str
    state: TenantState
    config_version: int


@dataclass(frozen=True)
class InCharge:
    """The municipality in charge of a point; `host` is its address here, None where it takes no part."""

    municipality_id: uuid.UUID
    name: str
    area_name: str
    host: str | None
    tenant_id: uuid.UUID | None


_HOST = text(
    "SELECT t.id, t.slug, t.state, t.config_version FROM tenant_hosts h JOIN tenants t ON t.id = h.tenant_id"
    " WHERE h.host = :host"
)


def town_at_host(host: str) -> HostFound | None:
    """Exact match in the table of host names, or None (law 1)."""
    row = session().execute(_HOST, {"host": host}).one_or_none()
    return None if row is None else HostFound(row[0], row[1], TenantState(row[2]), row[3])


def in_charge_of(lat: float, lon: float) -> InCharge | None:
    """Who is in charge of a point (degrees, WGS 84): in an outer ring of an area and in no hole of it."""
    point = func.point(lon, lat)
    hits = (
        select(MunicipalityRing.area_id)
        .where(literal_column("municipality_rings.ring").op("@>")(point))
        .group_by(MunicipalityRing.area_id)
        .having(func.bool_or(MunicipalityRing.is_hole).is_(False))
    )
    statement = (
        select(Municipality.id, Municipality.name, MunicipalityArea.name, TenantHost.host, Tenant.id)
        .join(MunicipalityArea, MunicipalityArea.municipality_id == Municipality.id)
        .outerjoin(
            Tenant,
            (Tenant.municipality_id == Municipality.id) & Tenant.state.in_([TenantState.live, TenantState.paused]),
        )
        .outerjoin(TenantHost, (TenantHost.tenant_id == Tenant.id) & TenantHost.is_main)
        .where(MunicipalityArea.id.in_(hits))
        .limit(1)
    )
    row = session().execute(statement).one_or_none()
    return None if row is None else InCharge(row[0], row[1], row[2], row[3], row[4])


def hosts_of(tenant_id: uuid.UUID) -> list[str]:
    """All host names of a town."""
    return list(session().scalars(select(TenantHost.host).where(TenantHost.tenant_id == tenant_id)))
