"""The towns that take part, with what they publish: registry and publications, nothing else."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from maerker.database.base import session
from tenants.overview.finder import TAKING_PART
from tenants.registry.models import Municipality, Tenant, TenantHost, TenantState
from tenants.reports.models import Publication
from tenants.reports.status import State


@dataclass(frozen=True, kw_only=True)
class TakingPart:
    """A town that takes part, and how its public reports since a moment stand."""

    municipality_id: uuid.UUID
    name: str
    name_dsb: str
    district: str
    host: str
    paused: bool
    population: int
    open: int
    in_progress: int
    done: int
    closed_unresolved: int

    @property
    def reports(self) -> int:
        return self.open + self.in_progress + self.done + self.closed_unresolved


def towns_taking_part(since: datetime) -> list[TakingPart]:
    """Every live or paused town by name, with figures of the reports that came in since `since`."""
    figures = _figures(since)
    rows = session().execute(
        select(
            Tenant.id, Tenant.municipality_id, Tenant.name, Tenant.name_dsb, Tenant.state, TenantHost.host,
            Municipality.district_name, Municipality.population,
        )
        .join(TenantHost, (TenantHost.tenant_id == Tenant.id) & TenantHost.is_main)
        .join(Municipality, Municipality.id == Tenant.municipality_id)
        .where(Tenant.state.in_(TAKING_PART))
        .order_by(func.lower(func.unaccent(Tenant.name)))
    )
    return [
        TakingPart(
            municipality_id=row.municipality_id, name=row.name, name_dsb=row.name_dsb, district=row.district_name,
            host=row.host, paused=row.state is TenantState.paused, population=row.population,
            open=sum(figures.get((row.id, state), 0) for state in (State.received, State.accepted)),
            in_progress=figures.get((row.id, State.in_progress), 0), done=figures.get((row.id, State.done), 0),
            closed_unresolved=figures.get((row.id, State.closed_unresolved), 0),
        )
        for row in rows
    ]


def _figures(since: datetime) -> dict[tuple[uuid.UUID, State], int]:
    p = Publication.__table__.c
    rows = session().execute(
        select(p.tenant_id, p.state, func.count())
        .join_from(Publication.__table__, Tenant.__table__, Tenant.__table__.c.id == p.tenant_id)
        .where(Tenant.__table__.c.state.in_(TAKING_PART), p.received_at >= since)
        .group_by(p.tenant_id, p.state)
    )
    return {(tenant_id, state): number for tenant_id, state, number in rows}


def size_of_the_catalogue() -> tuple[int, int]:
    """How many administrations there are, and how many people live in their areas."""
    row: Sequence[int] = session().execute(
        select(func.count(), func.coalesce(func.sum(Municipality.population), 0))
    ).one()
    return row[0], row[1]
