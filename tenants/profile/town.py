"""A town's configuration as one immutable snapshot, kept by each process until its version changes.

No other configuration of a town is kept in a process. The host look-up returns the version, so a change made
anywhere is seen with the next request.
"""

import sys
import uuid
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import func, select

from maerker.calendar.deadlines import WorkingCalendar
from maerker.database.base import session
from tenants.categories.models import Category, CategoryRoute
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.profile.models import ClosingDay, Profile
from tenants.profile.same_keys import SameKeys
from tenants.registry.models import ExtraHoliday, Municipality, MunicipalityArea, Tenant, TenantHost, TenantState
from tenants.registry.queries import HostFound
from tenants.reports.deadlines import Promise

_KEPT = 1200
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TownCategory:
    key: str
    name: str
    hint: str
    active: bool
    department_id: int | None


@dataclass(frozen=True, slots=True)
class TownPlace:
    name: str
    name_dsb: str
    lat: float | None
    lon: float | None
    department_id: int | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class TownDepartment:
    id: int
    name: str
    short_name: str
    mailbox: str
    parent_id: int | None
    successor_id: int | None = None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Town:
    """What pages, actions and mails need to know of a town. Bounds are degrees: south, west, north, east.

    `places` are those that can be chosen; reports still carry the names of `closed_places`. `departments` holds the
    closed ones too, for the history. `routes` names the department of a category (key) in a place (name).
    """

    tenant_id: uuid.UUID
    slug: str
    name: str
    name_dsb: str
    kind: str
    state: TenantState
    config_version: int
    main_host: str
    hosts: tuple[str, ...]
    profile: Mapping[str, Any]
    categories: tuple[TownCategory, ...]
    places: tuple[TownPlace, ...]
    departments: tuple[TownDepartment, ...]
    bounds: tuple[float, float, float, float]
    municipality_id: uuid.UUID
    calendar: WorkingCalendar
    promise: Promise
    has_arms: bool = False
    texts: Mapping[str, str] = field(default_factory=lambda: SameKeys({}))
    closed_places: tuple[TownPlace, ...] = ()
    routes: "MappingProxyType[tuple[str, str], int]" = field(default_factory=lambda: MappingProxyType({}))

    @property
    def kind_and_name(self) -> str:
        """'Stadt Oranienburg'; an Amt has its kind in its name already."""
        return self.name if self.name.startswith(self.kind) else f"{self.kind[:1].upper()}{self.kind[1:]} {self.name}"

    @property
    def primary_colour(self) -> str:
        return str(self.profile["primary_colour"])

    @property
    def accent_colour(self) -> str:
        return str(self.profile["accent_colour"])

    @property
    def phone(self) -> str:
        return str(self.profile["phone"])

    @property
    def email(self) -> str:
        return str(self.profile["email"])

    @property
    def responsible(self) -> str:
        """The single body that answers for these pages (servicestandard 5.3.2)."""
        return str(self.profile["responsible"] or self.profile["official_name"])

    def category(self, key: str) -> TownCategory | None:
        return next((item for item in self.categories if item.key == key), None)

    def category_name(self, key: str) -> str:
        found = self.category(key)
        return found.name if found else key

    def department(self, department_id: int | None) -> TownDepartment | None:
        return next((item for item in self.departments if item.id == department_id), None)

    @property
    def open_departments(self) -> tuple[TownDepartment, ...]:
        """Those that can be asked."""
        return tuple(item for item in self.departments if not item.closed)

    def department_in_charge(self, department_id: int | None) -> TownDepartment | None:
        """The department, or who took over from it if it is closed; None without one that is open."""
        found, seen = self.department(department_id), set[int]()
        while found is not None and found.closed:
            if found.id in seen:
                return None
            seen.add(found.id)
            found = self.department(found.successor_id)
        return found

    def usual_department(self, category: str, district: str) -> TownDepartment | None:
        """Who is asked about a category in an Ortsteil: its own route, else the Ortsteil's, else the category's."""
        place, kind = self.place_ever(district), self.category(category)
        for department_id in (
            self.routes.get((category, district)), place.department_id if place else None,
            kind.department_id if kind else None,
        ):
            found = self.department_in_charge(department_id)
            if found is not None:
                return found
        return None

    def place(self, name: str) -> TownPlace | None:
        """An Ortsteil that can be chosen."""
        return next((item for item in self.places if item.name == name), None)

    def place_ever(self, name: str) -> TownPlace | None:
        """An Ortsteil that can be chosen, or one that is closed."""
        return next((item for item in (*self.places, *self.closed_places) if item.name == name), None)


_snapshots: "OrderedDict[uuid.UUID, Town]" = OrderedDict()


def town_of(found: HostFound) -> Town:
    """The snapshot of a town in scope; made anew when its configuration or state has changed."""
    kept = _snapshots.get(found.tenant_id)
    if kept is not None and kept.config_version == found.config_version and kept.state == found.state:
        _snapshots.move_to_end(found.tenant_id)
        return kept
    town = load_town(found.tenant_id)
    _snapshots[found.tenant_id] = town
    if len(_snapshots) > _KEPT:
        _snapshots.popitem(last=False)
    return town


def town_by_id(tenant_id: uuid.UUID) -> Town:
    """The snapshot of the town in scope, for jobs, which know no host. Raises NoResultFound for no town."""
    row = session().execute(
        select(Tenant.id, Tenant.slug, Tenant.state, Tenant.config_version).where(Tenant.id == tenant_id)
    ).one()
    return town_of(HostFound(row[0], row[1], row[2], row[3]))


def load_town(tenant_id: uuid.UUID) -> Town:
    """Read a town's configuration; the scope of the town must be open."""
    current = session()
    tenant = current.get_one(Tenant, tenant_id, populate_existing=True)
    municipality = current.get_one(Municipality, tenant.municipality_id)
    profile = current.scalars(select(Profile).execution_options(populate_existing=True)).one()
    hosts = current.execute(
        select(TenantHost.host, TenantHost.is_main).where(TenantHost.tenant_id == tenant_id)
        .order_by(TenantHost.is_main.desc(), TenantHost.host)
    ).all()
    values = {column.key: _shared(getattr(profile, column.key)) for column in Profile.__table__.columns}
    places = _places()
    texts = {key: _shared(str(value)) for key, value in values.pop("texts").items()}
    has_arms = bool(values.pop("arms_svg"))
    return Town(
        tenant_id=tenant_id, slug=tenant.slug, name=tenant.name, name_dsb=tenant.name_dsb, kind=municipality.kind,
        state=tenant.state, config_version=tenant.config_version, main_host=hosts[0][0],
        hosts=tuple(host for host, _ in hosts), profile=SameKeys(values), categories=_categories(),
        places=tuple(item for item in places if not item.closed), departments=_departments(),
        bounds=_bounds(municipality.id), municipality_id=municipality.id, calendar=_calendar(profile),
        promise=_alike(Promise(first_answer_days=profile.first_answer_days, forwarding_days=profile.forwarding_days)),
        has_arms=has_arms, texts=SameKeys(texts),
        closed_places=tuple(item for item in places if item.closed), routes=_routes(),
    )


def arms_of_town() -> str:
    """The arms of the town in scope as SVG; no process keeps the pictures of all towns in mind."""
    return str(session().scalars(select(Profile.arms_svg)).one())


def _categories() -> tuple[TownCategory, ...]:
    rows = session().scalars(select(Category).order_by(Category.position, Category.key))
    return tuple(
        TownCategory(_shared(row.key), _shared(row.name), _shared(row.hint), row.active, row.department_id)
        for row in rows
    )


def _places() -> tuple[TownPlace, ...]:
    rows = session().scalars(select(Place).order_by(Place.position, func.lower(Place.name)))
    return tuple(
        TownPlace(
            _shared(row.name), _shared(row.name_dsb), row.lat, row.lon, row.department_id, row.closed_at is not None
        )
        for row in rows
    )


def _departments() -> tuple[TownDepartment, ...]:
    rows = session().scalars(select(Department).order_by(func.lower(Department.name)))
    return tuple(
        TownDepartment(
            row.id, _shared(row.name), _shared(row.short_name), _shared(row.mailbox), row.parent_id, row.successor_id,
            row.closed_at is not None,
        )
        for row in rows
    )


def _routes() -> "MappingProxyType[tuple[str, str], int]":
    rows = session().execute(
        select(CategoryRoute.category_key, Place.name, CategoryRoute.department_id)
        .join(Place, (Place.tenant_id == CategoryRoute.tenant_id) & (Place.id == CategoryRoute.place_id))
    )
    return MappingProxyType({(_shared(row[0]), _shared(row[1])): row[2] for row in rows})


def _bounds(municipality_id: uuid.UUID) -> tuple[float, float, float, float]:
    area = MunicipalityArea
    row = session().execute(
        select(func.min(area.min_lat), func.min(area.min_lon), func.max(area.max_lat), func.max(area.max_lon))
        .where(area.municipality_id == municipality_id)
    ).one()
    return (row[0], row[1], row[2], row[3])


def _calendar(profile: Profile) -> WorkingCalendar:
    return WorkingCalendar(
        state=profile.holiday_state,
        closed_on_24_and_31_december=profile.closed_on_24_and_31_december,
        closing_days=_alike(frozenset(session().scalars(select(ClosingDay.day)))),
        extra_holidays=_alike(frozenset(session().scalars(select(ExtraHoliday.day)))),
        version=profile.calendar_version,
    )


def _alike(value: _T) -> _T:
    """The first that was equal to it: days and promises that many towns have alike lie in memory once."""
    return _first_of(value)  # type: ignore[return-value]


@lru_cache(maxsize=256)
def _first_of(value: Hashable) -> Hashable:
    return value


def _shared(value: Any) -> Any:
    """Words that a thousand towns have alike (categories, hints, empty fields) lie in memory once."""
    return sys.intern(value) if type(value) is str else value
