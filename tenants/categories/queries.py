"""Questions about a town's categories for those who set them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from maerker.database.base import session
from maerker.errors import NotThere
from tenants.categories.models import Category, CategoryRoute
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.registry.models import CoreCategory
from tenants.reports.models import Report


@dataclass(frozen=True)
class CategoryRow:
    """A line of the list: the category, who is asked, how many exceptions by Ortsteil, how many open reports."""

    category: Category
    department: str
    routes: int
    open_reports: int


@dataclass(frozen=True)
class Route:
    """An exception of a category."""

    place_id: int
    place: str
    place_dsb: str
    closed: bool
    department: str


def category_rows() -> list[CategoryRow]:
    """All of the town, in the order of the form. One statement."""
    routes = _counted(CategoryRoute.category_key)
    reports = _counted(Report.category, Report.closed_at.is_(None))
    rows = session().execute(
        select(Category, func.coalesce(Department.name, ""), routes, reports)
        .outerjoin(Department, (Department.tenant_id == Category.tenant_id) & (Department.id == Category.department_id))
        .order_by(Category.position, Category.key)
    )
    return [CategoryRow(*row) for row in rows]


def category_row(key: str) -> CategoryRow:
    """Raises NotThere."""
    found = next((row for row in category_rows() if row.category.key == key), None)
    if found is None:
        raise NotThere()
    return found


def routes_of(key: str) -> list[Route]:
    """The exceptions of a category, by the order of the Ortsteile."""
    rows = session().execute(
        select(Place.id, Place.name, Place.name_dsb, Place.closed_at.is_not(None), Department.name)
        .select_from(CategoryRoute)
        .join(Place, (Place.tenant_id == CategoryRoute.tenant_id) & (Place.id == CategoryRoute.place_id))
        .join(Department, (Department.tenant_id == CategoryRoute.tenant_id)
              & (Department.id == CategoryRoute.department_id))
        .where(CategoryRoute.category_key == key)
        .order_by(Place.position, func.lower(Place.name))
    )
    return [Route(*row) for row in rows]


def not_taken() -> Sequence[CoreCategory]:
    """What the state-wide catalogue has and the town does not."""
    return session().scalars(
        select(CoreCategory).where(CoreCategory.key.not_in(select(Category.key))).order_by(CoreCategory.position)
    ).all()


def _counted(column: Any, *where: Any) -> Any:
    return select(func.count()).where(column == Category.key, *where).correlate(Category).scalar_subquery()
