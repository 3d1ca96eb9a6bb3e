"""What the operator sees of the towns: the registry and counts of what is public. No citizen's row is read."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from maerker.database.base import session
from tenants.registry.models import Municipality, Tenant, TenantHost, TenantState
from tenants.reports.models import Publication


@dataclass(frozen=True)
class TownLine:
    """One town on the platform. `last_public_at`: when its public pages last got something new."""

    tenant_id: uuid.UUID
    name: str
    name_dsb: str
    kind: str
    district_name: str
    state: TenantState
    created_at: datetime
    hosts: tuple[str, ...]
    publications: int
    last_public_at: datetime | None


def towns() -> list[TownLine]:
    """All towns in the order of the alphabet, in one statement."""
    hosts = (
        select(func.array_agg(aggregate_order_by(TenantHost.host, TenantHost.is_main.desc(), TenantHost.host)))
        .where(TenantHost.tenant_id == Tenant.id).scalar_subquery()
    )
    public = (
        select(
            Publication.tenant_id, func.count().filter(Publication.removed.is_(False)).label("number"),
            func.max(Publication.updated_at).label("last"),
        )
        .group_by(Publication.tenant_id).subquery()
    )
    rows = session().execute(
        select(
            Tenant.id, Tenant.name, Tenant.name_dsb, Municipality.kind, Municipality.district_name, Tenant.state,
            Tenant.created_at, hosts, public.c.number, public.c.last,
        )
        .join(Municipality, Municipality.id == Tenant.municipality_id)
        .outerjoin(public, public.c.tenant_id == Tenant.id)
        .order_by(func.lower(func.unaccent(Tenant.name)), Tenant.slug)
    )
    return [
        TownLine(
            row[0], row[1], row[2], row[3], row[4], row[5], row[6], hosts=tuple(row[7] or ()),
            publications=row[8] or 0, last_public_at=row[9],
        )
        for row in rows
    ]
