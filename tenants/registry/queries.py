"""Questions to the registry: which town answers at a host, who is in charge of a point."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text

from maerker.database.base import session
from maerker.database.direct import one_row_ahead
from tenants.registry.models import RING_UNITS, Tenant, TenantHost, TenantState


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


_HOST = (
    "SELECT t.id, t.slug, t.state, t.config_version FROM tenant_hosts h JOIN tenants t ON t.id = h.tenant_id"
    " WHERE h.host = %(host)s"
)


def town_at_host(host: str) -> HostFound | None:
    """Exact match in the table of host names, or None (law 1). Each request begins with it: the shortest way there."""
    row = one_row_ahead(_HOST, {"host": host})
    return None if row is None else HostFound(row[0], row[1], TenantState(row[2]), row[3])


_IN_CHARGE = text(
    "WITH near AS MATERIALIZED (SELECT id, municipality_id, name FROM municipality_areas"
    " WHERE min_lat <= :lat AND max_lat >= :lat AND min_lon <= :lon AND max_lon >= :lon)"
    " SELECT m.id, m.name, near.name, h.host, t.id FROM near JOIN municipalities m ON m.id = near.municipality_id"
    " LEFT JOIN tenants t ON t.municipality_id = m.id AND t.state IN ('live', 'paused')"
    " LEFT JOIN tenant_hosts h ON h.tenant_id = t.id AND h.is_main"
    " WHERE (SELECT bool_and(NOT r.is_hole) FROM municipality_rings r"
    "  WHERE r.area_id = near.id AND r.ring @> point(:x, :y)) LIMIT 1"
)


def in_charge_of(lat: float, lon: float) -> InCharge | None:
    """Who is in charge of a point (degrees, WGS 84): in an outer ring of an area and in no hole of it.

    Only the few areas whose box holds the point are looked at closely: 0.3 ms instead of 6.
    """
    place = {"lat": lat, "lon": lon, "x": lon * RING_UNITS, "y": lat * RING_UNITS}
    row = session().execute(_IN_CHARGE, place).one_or_none()
    return None if row is None else InCharge(row[0], row[1], row[2], row[3], row[4])


def hosts_of(tenant_id: uuid.UUID) -> list[str]:
    """All host names of a town."""
    return list(session().scalars(select(TenantHost.host).where(TenantHost.tenant_id == tenant_id)))


@dataclass(frozen=True)
class Standing:
    """The moments of a town's stay: the planned start, a pause, and whether the form is closed before it leaves."""

    starts_at: datetime | None
    paused_until: datetime | None
    form_closed_while_leaving: bool


def standing_of(tenant_id: uuid.UUID) -> Standing:
    """Asked only where a town is not simply live."""
    row = session().execute(
        select(Tenant.starts_at, Tenant.paused_until, Tenant.form_closed_while_leaving).where(Tenant.id == tenant_id)
    ).one()
    return Standing(row[0], row[1], row[2])
