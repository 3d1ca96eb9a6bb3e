"""How a town is made: registry row, host names, profile, departments, categories, places, people.

The one way for the gate, the demo and the tests.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.errors import Invalid
from onboarding.operators.models import OperatorAudit
from onboarding.provisioning.slugs import slug_problem
from tenants.categories.models import Category
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.profile.models import ClosingDay, Profile
from tenants.registry.models import CoreCategory, Municipality, Tenant, TenantHost, TenantState
from tenants.staff.models import Role, StaffAccount, StaffMembership


@dataclass(frozen=True)
class NewDepartment:
    """`categories` are the keys this department is usually asked about; `parent` the name of another one."""

    name: str
    mailbox: str = ""
    short_name: str = ""
    parent: str = ""
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewPerson:
    """A staff account; `departments` are names. By invitation the person sets the password."""

    username: str
    display_name: str
    role: Role
    email: str = ""
    trained_on: date | None = None
    departments: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewPlace:
    name: str
    name_dsb: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, kw_only=True)
class NewTown:
    """Everything a town begins with. `profile` holds columns of `profiles` by their names."""

    municipality_id: uuid.UUID
    slug: str
    name: str
    name_dsb: str = ""
    base_host: str
    extra_hosts: tuple[str, ...] = ()
    state: TenantState = TenantState.joining
    profile: Mapping[str, Any] = field(default_factory=dict)
    departments: Sequence[NewDepartment] = ()
    places: Sequence[NewPlace] = ()
    people: Sequence[NewPerson] = ()
    closing_days: Mapping[date, str] = field(default_factory=dict)
    category_hints: Mapping[str, str] = field(default_factory=dict)


def provision_tenant(new: NewTown, *, by: Actor) -> uuid.UUID:
    """Make a town, whole or not at all. Runs as the console or the owner. Raises Invalid for a taken slug.

    Returns the tenant's id. The caller's transaction must hold no other scope.
    """
    current = session()
    problem = slug_problem(new.slug)
    if problem:
        raise Invalid(problem, fields={"slug": problem})
    current.get_one(Municipality, new.municipality_id)
    tenant = Tenant(
        id=uuid.uuid4(), municipality_id=new.municipality_id, slug=new.slug, name=new.name, name_dsb=new.name_dsb,
        state=new.state,
    )
    current.add(tenant)
    current.flush()
    hosts = [f"{new.slug}.{new.base_host}", *new.extra_hosts]
    current.add_all(
        TenantHost(host=host.lower(), tenant_id=tenant.id, is_main=n == 0) for n, host in enumerate(hosts)
    )
    current.flush()
    current.add(OperatorAudit(
        act="provision_tenant", account_id=by.id if by.kind == "operator" else None,
        details={"slug": new.slug, "tenant": str(tenant.id), "by": by.kind},
    ))
    with tenant_scope(tenant.id):
        _furnish(new)
    return tenant.id


def _furnish(new: NewTown) -> None:
    current = session()
    profile = {"official_name": new.name, **new.profile}
    current.execute(insert(Profile).values(**profile))
    if new.closing_days:
        current.execute(insert(ClosingDay).values(
            [{"day": day, "reason": reason} for day, reason in new.closing_days.items()]
        ))
    if new.places:
        current.execute(insert(Place).values([
            {"name": place.name, "name_dsb": place.name_dsb, "lat": place.lat, "lon": place.lon, "position": n}
            for n, place in enumerate(new.places)
        ]))
    departments = _make_departments(new.departments)
    _make_categories(new, departments)
    _make_people(new.people, departments)


def _make_departments(new: Sequence[NewDepartment]) -> dict[str, int]:
    current = session()
    made: dict[str, int] = {}
    for item in new:
        row = Department(
            name=item.name, short_name=item.short_name, mailbox=item.mailbox,
            parent_id=made[item.parent] if item.parent else None,
        )
        current.add(row)
        current.flush()
        made[item.name] = row.id
    return made


def _make_categories(new: NewTown, departments: Mapping[str, int]) -> None:
    """All core categories, each with the department that named it."""
    asked = {key: departments[item.name] for item in new.departments for key in item.categories}
    rows = [
        {
            "key": core.key, "name": core.name, "hint": new.category_hints.get(core.key, core.hint),
            "position": core.position, "department_id": asked.get(core.key),
        }
        for core in session().scalars(select(CoreCategory).order_by(CoreCategory.position))
    ]
    if rows:
        session().execute(insert(Category).values(rows))


def _make_people(people: Sequence[NewPerson], departments: Mapping[str, int]) -> None:
    """By column: the operator's role may neither write nor read a password, not even an empty one."""
    current = session()
    for person in people:
        account_id = current.execute(
            insert(StaffAccount).values(
                username=person.username, display_name=person.display_name, email=person.email, role=person.role,
                trained_on=person.trained_on,
            ).returning(StaffAccount.id)
        ).scalar_one()
        for name in person.departments:
            current.add(StaffMembership(account_id=account_id, department_id=departments[name]))
    current.flush()
