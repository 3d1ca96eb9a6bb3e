"""Questions about a town's Ortsteile for those who set them up."""

from dataclasses import dataclass

from sqlalchemy import func, select

from maerker.database.base import session
from maerker.errors import NotThere
from tenants.categories.models import CategoryRoute
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.reports.models import Publication, Report


@dataclass(frozen=True)
class PlaceRow:
    """A line of the list: the Ortsteil, its own department, and how many exceptions name it."""

    place: Place
    department: str
    routes: int


def place_rows() -> tuple[list[PlaceRow], list[PlaceRow]]:
    """The open ones in their order, and the closed ones. One statement."""
    routes = (
        select(func.count()).where(CategoryRoute.place_id == Place.id).correlate(Place).scalar_subquery()
    )
    rows = [PlaceRow(*row) for row in session().execute(
        select(Place, func.coalesce(Department.name, ""), routes)
        .outerjoin(Department, (Department.tenant_id == Place.tenant_id) & (Department.id == Place.department_id))
        .order_by(Place.position, func.lower(Place.name))
    )]
    closed = [row for row in rows if row.place.closed_at is not None]
    return [row for row in rows if row.place.closed_at is None], closed


def place_by_id(place_id: int) -> Place:
    """Raises NotThere, also for another town's."""
    row = session().scalars(select(Place).where(Place.id == place_id)).one_or_none()
    if row is None:
        raise NotThere()
    return row


def is_used(name: str) -> bool:
    """Whether a report or a public copy carries this name."""
    return bool(session().scalar(select(
        select(Report.id).where(Report.district == name).exists()
        | select(Publication.report_id).where(Publication.district == name).exists()
    )))
