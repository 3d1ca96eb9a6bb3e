"""The data that is measured on: many towns, one of them with very many reports.

The busiest town is made by the product's own `provision_tenant`; reports and the other towns are written in bulk by
the superuser, in the shape the product's actions leave them. All numbers follow from their position: two runs
measure the same rows.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow
from sqlalchemy import insert, update

from bench.world_sql import (
    CONTACTS,
    DESCRIPTIONS,
    EVENTS,
    FINISHED_POSTINGS,
    MORE_TOWNS,
    NUMBERS,
    PHOTOS,
    PUBLICATIONS,
    REPORTS,
    STREETS,
)
from maerker.audit.actor import SYSTEM
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.identity.passwords import hash_password
from onboarding.provisioning.actions import NewDepartment, NewPerson, NewPlace, NewTown, provision_tenant
from tenants.registry.catalogue import ring_text
from tenants.registry.models import Municipality, MunicipalityArea, MunicipalityRing, TenantState
from tenants.staff.models import Role, StaffAccount
from wsgi import Platform

SLUG = "grossstadt"
USERNAME = "redaktion"
PASSWORD = "drei graue Kraniche am Ufer"
SOUTH, WEST, SIDE = 51.0, 14.0, 0.1  # the busiest town is a square, in degrees
PLACES = (
    "Mitte", "Sandow", "Ströbitz", "Schmellwitz", "Spremberger Vorstadt", "Madlow", "Sachsendorf", "Groß Gaglow",
    "Gallinchen", "Kiekebusch", "Branitz", "Merzdorf", "Dissenchen", "Döbbrick", "Saspow", "Skadow", "Sielow",
    "Willmersdorf", "Kahren",
)
KEYS = (
    "roads", "waste", "street_light", "green", "traffic_signs", "vandalism", "posters", "barriers", "noise_odour",
    "winter",
)
REPORTS_ELSEWHERE = 20
FEWEST_OPEN = 100

Connection = psycopg.Connection[TupleRow]


@dataclass(frozen=True)
class Size:
    """How many towns there are, and how many reports the busiest has."""

    towns: int
    reports: int

    @property
    def name(self) -> str:
        return f"{self.towns} towns, {self.reports} reports"

    @property
    def database(self) -> str:
        return f"bench_{self.towns}_{self.reports}"


@dataclass(frozen=True)
class BusyTown:
    """The town that is measured."""

    tenant_id: uuid.UUID
    host: str


def make_busy_town(platform: Platform, base_host: str) -> BusyTown:
    """A live town with departments, Ortsteile, arms and an editor who can sign in; no report yet."""
    municipality_id = uuid.uuid4()
    east, north = WEST + SIDE, SOUTH + SIDE
    ring = [[WEST, SOUTH], [east, SOUTH], [east, north], [WEST, north], [WEST, SOUTH]]
    with platform.app("console").app_context():
        current = session()
        current.execute(insert(Municipality).values(
            id=municipality_id, ars="120520000", name="Großstadt", kind="kreisfreie Stadt"
        ))
        area_id = current.execute(insert(MunicipalityArea).values(
            municipality_id=municipality_id, ars="120520000000", name="Großstadt", min_lat=SOUTH, max_lat=north,
            min_lon=WEST, max_lon=east, geometry={"type": "MultiPolygon", "coordinates": [[ring]]},
        ).returning(MunicipalityArea.id)).scalar_one()
        current.execute(insert(MunicipalityRing).values(area_id=area_id, is_hole=False, ring=ring_text(ring)))
        tenant_id = provision_tenant(_new_town(municipality_id, base_host), by=SYSTEM)
        current.commit()
    with platform.app("town").app_context(), tenant_scope(tenant_id):
        session().execute(update(StaffAccount).values(password_hash=hash_password(PASSWORD)))
        session().commit()
    return BusyTown(tenant_id, f"{SLUG}.{base_host}")


def _new_town(municipality_id: uuid.UUID, base_host: str) -> NewTown:
    departments = tuple(
        NewDepartment(f"Fachbereich {n}", f"fachbereich-{n}@{SLUG}.example", f"FB {n}", "", (KEYS[n - 1],))
        for n in range(1, 9)
    )
    profile = {
        "official_name": "Stadt Großstadt", "phone": "0355 612-0", "email": f"maerker@{SLUG}.example",
        "editors_mailbox": f"redaktion@{SLUG}.example", "street": "Neumarkt 5", "postal_code": "03046",
        "city": "Großstadt", "responsible": "Stadt Großstadt",
        "arms_svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>',
    }
    return NewTown(
        municipality_id=municipality_id, slug=SLUG, name="Großstadt", name_dsb="Wjelike město", base_host=base_host,
        state=TenantState.live, profile=profile, departments=departments,
        places=tuple(NewPlace(name, "", SOUTH + SIDE / 2, WEST + SIDE / 2) for name in PLACES),
        people=(NewPerson(USERNAME, "Rita Noack", Role.editor, trained_on=date(2026, 1, 15)),),
    )


def add_reports(admin_url: str, tenant_id: uuid.UUID, number: int, at: datetime) -> None:
    """Give the busiest town so many reports of the last ten years, with all that belongs to them."""
    values = {
        "tenant": str(tenant_id), "n": number, "open": open_of(number), "at": at, "descriptions": list(DESCRIPTIONS),
        "streets": list(STREETS), "places": list(PLACES), "keys": list(KEYS), "south": SOUTH, "west": WEST,
    }
    with psycopg.connect(admin_url) as database:
        _without_checks(database)
        with _indexes_made_afterwards(database):
            for statement in (REPORTS, PUBLICATIONS, EVENTS, CONTACTS, PHOTOS, FINISHED_POSTINGS, NUMBERS):
                database.execute(statement, values)
    settle(admin_url)


def open_of(number: int) -> int:
    """How many reports are open: a hundredth, and enough to fill the inbox."""
    return max(min(FEWEST_OPEN, number), number // 100)


def add_towns(admin_url: str, busy: BusyTown, numbers: range, at: datetime) -> None:
    """The towns ort-1, ort-2 and so on of these numbers, furnished like the busiest, each with twenty reports."""
    values = {
        "tenant": str(busy.tenant_id), "host": busy.host, "first": numbers[0], "last": numbers[-1],
        "n": REPORTS_ELSEWHERE, "at": at,
        "descriptions": list(DESCRIPTIONS), "streets": list(STREETS), "places": list(PLACES), "keys": list(KEYS),
    }
    with psycopg.connect(admin_url) as database:
        _without_checks(database)
        for statement in MORE_TOWNS:
            database.execute(statement, values)
    settle(admin_url)


def settle(admin_url: str) -> None:
    """What autovacuum would have done by the time a real town has so many reports."""
    with psycopg.connect(admin_url, autocommit=True) as database:
        database.execute("VACUUM (ANALYZE)")
        database.execute("CHECKPOINT")


@contextmanager
def _indexes_made_afterwards(database: Connection) -> Iterator[None]:
    """Making an index at once takes a third of the time of filling it row by row. Keys stay."""
    found = database.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid IN ('reports'::regclass, 'publications'::regclass, 'report_events'::regclass)"
        " AND NOT indisunique"
    ).fetchall()
    for name, _ in found:
        database.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    for _, definition in found:
        database.execute(definition)


def _without_checks(database: Connection) -> None:
    """The rows fit each other by construction; checking each foreign key takes longer than writing them."""
    database.execute("SET session_replication_role = replica")
    database.execute("SET work_mem = '128MB'")
    database.execute("SET maintenance_work_mem = '256MB'")
    database.execute("SET synchronous_commit = off")
