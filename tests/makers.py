"""Makers of test data. Each works without an argument; what a test cares for it says.

They call the product's own actions. A second town is as cheap as the first: `a_tenant()`.
"""

import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import insert, text

from maerker.audit.actor import CITIZEN, SYSTEM, Actor
from maerker.clock import now
from maerker.database.base import session
from onboarding.provisioning.actions import NewDepartment, NewPerson, NewPlace, NewTown, provision_tenant
from tenants.profile.town import Town, load_town
from tenants.registry.catalogue import ring_text
from tenants.registry.models import Municipality, MunicipalityArea, MunicipalityRing, TenantState
from tenants.reports.actions import submit_report, take_step
from tenants.reports.models import Report
from tenants.reports.schemas import NewReport
from tenants.reports.status import Verb
from tenants.reports.step import Step
from tenants.reports.tracking import tracking_code
from tenants.staff.models import Role
from tests.world import BASE, Visitor, World

PASSWORD = "drei graue Kraniche am Ufer"
# As `hash_password` makes it, but cheap to check: a sign-in costs as much as the hash says, a fifth of a second each.
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
_count = itertools.count(1)


class Here:
    """The world of this pytest process, set by conftest."""

    world: World


@dataclass(frozen=True)
class MadeTown:
    """A live town with the square of its own, an editor, a clerk, a reader and an admin."""

    tenant_id: UUID
    slug: str
    host: str
    lat: float
    lon: float
    municipality_id: UUID

    @property
    def town(self) -> Town:
        with Here.world.scope(self.tenant_id):
            return load_town(self.tenant_id)


def a_municipality(name: str = "", *, lon: float | None = None) -> tuple[UUID, float, float]:
    """A municipality whose area is a square of a tenth of a degree; its id and the square's middle."""
    n = next(_count)
    around = (20 + n % 1700 * 0.2 + 180) % 360 - 180  # beyond the date line it goes on in the west
    west = lon if lon is not None else around
    south = 51.0 + n // 1700 * 0.2  # a row further north each time the earth has been gone round
    north, east = south + 0.1, west + 0.1
    municipality_id, ring = uuid.uuid4(), [[west, south], [east, south], [east, north], [west, north], [west, south]]
    with Here.world.no_scope("console"):
        current = session()
        current.execute(insert(Municipality).values(
            id=municipality_id, ars=uuid.uuid4().hex[:12], name=name or f"Musterstadt {n}", kind="Stadt"
        ))
        area_id = current.execute(insert(MunicipalityArea).values(
            municipality_id=municipality_id, ars=uuid.uuid4().hex[:12], name=name or f"Musterstadt {n}",
            geometry={"type": "MultiPolygon", "coordinates": [[ring]]}, min_lat=south, max_lat=north, min_lon=west,
            max_lon=east,
        ).returning(MunicipalityArea.id)).scalar_one()
        current.execute(insert(MunicipalityRing).values(area_id=area_id, is_hole=False, ring=ring_text(ring)))
    return municipality_id, south + 0.05, west + 0.05


def a_tenant(slug: str = "", *, state: TenantState = TenantState.live, **changes: Any) -> MadeTown:
    """A town with two departments, two Ortsteile and four people who all have PASSWORD."""
    n = next(_count)
    slug = slug or f"stadt-{n}-x{uuid.uuid4().hex[:5]}"  # never looks like a number of a report
    municipality_id, lat, lon = a_municipality(slug.title())
    profile = {
        "official_name": f"Stadt {slug.title()}", "phone": "0355 612-0", "email": f"maerker@{slug}.example",
        "editors_mailbox": f"redaktion@{slug}.example", "street": "Neumarkt 5", "postal_code": "03046",
        "city": slug.title(), "responsible": f"Stadt {slug.title()}", **changes.pop("profile", {}),
    }
    roads, green = "Tiefbau und Straßen", "Grün und Ordnung"
    new = NewTown(
        municipality_id=municipality_id, slug=slug, name=slug.title(), base_host=BASE, state=state, profile=profile,
        departments=(
            NewDepartment(roads, f"tiefbau@{slug}.example", "Tiefbau", "", ("roads", "street_light")),
            NewDepartment(green, f"gruen@{slug}.example", "Grün", "", ("waste", "green")),
        ),
        places=(NewPlace("Mitte", "Srjejź", lat, lon), NewPlace("Sandow", "Žandow", lat, lon)),
        people=(
            NewPerson("admin", "Ada Lehmann", Role.admin, trained_on=date(2026, 1, 15)),
            NewPerson("redaktion", "Rita Noack", Role.editor, trained_on=date(2026, 1, 15)),
            NewPerson(
                "tiefbau", "Torsten Kubitz", Role.clerk, departments=(roads,), trained_on=date(2026, 1, 15)
            ),
            NewPerson("rat", "Ruth Schulze", Role.reader),
        ),
        **changes,
    )
    with Here.world.no_scope("console"):
        tenant_id = provision_tenant(new, by=SYSTEM)
    with Here.world.scope(tenant_id):
        session().execute(text("UPDATE staff_accounts SET password_hash = :hash"), {"hash": PASSWORD_HASH})
    return MadeTown(tenant_id, slug, f"{slug}.{BASE}", lat, lon, municipality_id)


def a_visitor(town: MadeTown | None = None, *, address: str = "203.0.113.7", platform: Any = None) -> Visitor:
    """A citizen with a browser at a town's host."""
    town = town or a_tenant()
    return Visitor(platform or Here.world.platform, town.host, address)


def signed_in(town: MadeTown | None = None, username: str = "redaktion", **options: Any) -> Visitor:
    """Someone of the staff who has signed in: redaktion, tiefbau, rat or admin."""
    visitor = a_visitor(town, **options)
    response = visitor.sign_in(username, PASSWORD)
    assert response.status_code == 303, response.text[:500]
    return visitor


def an_editor(town: MadeTown | None = None, **options: Any) -> Visitor:
    return signed_in(town, "redaktion", **options)


def a_clerk(town: MadeTown | None = None, **options: Any) -> Visitor:
    return signed_in(town, "tiefbau", **options)


def an_actor(name: str = "Rita Noack") -> Actor:
    """An editor as `by=`, with every right."""
    from tenants.reports.permissions import Permission

    return Actor(kind="staff", id=None, name=name, permissions=frozenset(str(right) for right in Permission))


def a_new_report(town: MadeTown, **changes: Any) -> NewReport:
    """A hole in the road in Sandow, with a point and an address to write to."""
    values: dict[str, Any] = {
        "category": "roads", "description": "Vor dem Haus ist ein tiefes Schlagloch, Räder schlagen durch.",
        "street": "Bahnhofstraße", "house_number": "12", "district": "Sandow", "lat": town.lat, "lon": town.lon,
        "email": f"karin.melder@{town.slug}.example", "name": "Karin Melder", **changes,
    }
    return NewReport(**values)


def a_report(town: MadeTown | None = None, *, at: datetime | None = None, **changes: Any) -> str:
    """A report as it came in; its number."""
    town = town or a_tenant()
    new = a_new_report(town, **changes)
    code = tracking_code(Here.world.settings, town.tenant_id, new.submission)
    with Here.world.scope(town.tenant_id):
        made = submit_report(new, town=load_town(town.tenant_id), code=code, by=CITIZEN, at=at or now())
    return made.number


def a_published_report(town: MadeTown | None = None, **changes: Any) -> str:
    """A report that an editor has released; its number."""
    town = town or a_tenant()
    number = a_report(town, **changes)
    move(town, number, Verb.publish)
    return number


def move(
    town: MadeTown, number: str, verb: Verb, *, by: Actor | None = None, at: datetime | None = None, **fields: Any
) -> None:
    """Make one move at the present version, as the desk does."""
    with Here.world.scope(town.tenant_id):
        version = report_row(number).version
        step = Step(version=version, **fields)
        take_step(number, verb, step, town=load_town(town.tenant_id), by=by or an_actor(), at=at or now())


def report_row(number: str) -> Report:
    """The report's row; a scope must be open."""
    from sqlalchemy import select

    return session().scalars(select(Report).where(Report.number == number)).one()


def code_of(town: MadeTown, number: str) -> str:
    """The tracking code that the reporter was given."""
    with Here.world.scope(town.tenant_id):
        return tracking_code(Here.world.settings, town.tenant_id, report_row(number).submission)


def berlin(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment on the town hall's clock, as UTC."""
    from maerker.clock import BERLIN

    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)
