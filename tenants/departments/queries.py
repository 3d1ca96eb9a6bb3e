"""Questions about Fachbereiche: who belongs to them, what is asked of them, and whose work someone does today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, or_, select, union
from sqlalchemy.orm import aliased

from maerker.database.base import session
from maerker.errors import NotThere
from tenants.categories.models import Category, CategoryRoute
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.reports.models import Report, ReportEvent
from tenants.staff.models import Role, StaffAccount, StaffMembership


@dataclass(frozen=True)
class Use:
    """What a department is there for at present (`categories` with the exceptions by Ortsteil), and its past."""

    open_reports: int
    categories: int
    places: int
    routes: int
    members: int
    parts: int
    past: bool

    @property
    def needs_successor(self) -> bool:
        """Whether something would be left without anyone to ask."""
        return any((self.open_reports, self.categories, self.places, self.routes, self.members, self.parts))

    @property
    def in_history(self) -> bool:
        """Whether it can only be closed: somebody would miss it."""
        return self.past or self.needs_successor


@dataclass(frozen=True)
class DepartmentRow:
    """A line of the list. `depth` is 0 for those directly under the administration."""

    department: Department
    depth: int
    members: int
    categories: int
    open_reports: int


@dataclass(frozen=True)
class Member:
    """Someone of a department, with deputy and absence as they are stored."""

    account_id: int
    display_name: str
    role: Role
    closed: bool
    is_deputy: bool
    away_from: date | None
    away_until: date | None
    stand_in_id: int | None
    stand_in: str

    def away_on(self, day: date) -> bool:
        return self.away_from is not None and self.away_until is not None and self.away_from <= day <= self.away_until


def department_row(department_id: int) -> Department:
    """Raises NotThere, also for another town's."""
    row = session().scalars(select(Department).where(Department.id == department_id)).one_or_none()
    if row is None:
        raise NotThere()
    return row


def can_be_asked(department_id: int | None) -> bool:
    """Whether a report can be handed to this department; it stays open until the commit.

    A department that is being closed or deleted at the same moment is waited for.
    """
    if department_id is None or not 0 < department_id < 2**63:
        return False
    row = session().execute(
        select(Department.closed_at).where(Department.id == department_id).with_for_update(read=True)
    ).one_or_none()
    return row is not None and row.closed_at is None


def department_tree() -> tuple[list[DepartmentRow], list[DepartmentRow]]:
    """The open ones as a tree in reading order, and the closed ones by name. One statement."""
    members = _counted(StaffMembership.department_id)
    categories = _counted(Category.department_id)
    reports = _counted(Report.department_id, Report.closed_at.is_(None))
    rows = session().execute(
        select(Department, members, categories, reports).order_by(func.lower(Department.name), Department.id)
    ).all()
    below: dict[int | None, list[Any]] = {}
    for row in rows:
        if row[0].closed_at is None:
            below.setdefault(row[0].parent_id, []).append(row)
    tree: list[DepartmentRow] = []

    def lay_out(parent: int | None, depth: int) -> None:
        for row in below.get(parent, ()):
            tree.append(DepartmentRow(row[0], depth, row[1], row[2], row[3]))
            lay_out(row[0].id, depth + 1)

    lay_out(None, 0)
    closed = [DepartmentRow(row[0], 0, row[1], row[2], row[3]) for row in rows if row[0].closed_at is not None]
    return tree, closed


def use_of(department_id: int) -> Use:
    """What hangs on a department. One statement, but it looks through the whole history: not for lists."""
    def number(column: Any, *where: ColumnElement[bool]) -> Any:
        return select(func.count()).where(column == department_id, *where).scalar_subquery()

    def any_of(column: Any) -> Any:
        return select(column).where(column == department_id).exists()

    row = session().execute(select(
        number(Report.department_id, Report.closed_at.is_(None)), number(Category.department_id),
        number(Place.department_id), number(CategoryRoute.department_id), number(StaffMembership.department_id),
        number(Department.parent_id, Department.closed_at.is_(None)),
        or_(any_of(Report.department_id), any_of(ReportEvent.department_id), any_of(Department.successor_id),
            any_of(Department.parent_id)),
    )).one()
    return Use(*row)


def members_of(department_id: int) -> list[Member]:
    """Who belongs to a department, deputies last."""
    other = aliased(StaffAccount)
    rows = session().execute(
        select(
            StaffMembership.account_id, StaffAccount.display_name, StaffAccount.role,
            StaffAccount.disabled_at.is_not(None), StaffMembership.is_deputy, StaffMembership.away_from,
            StaffMembership.away_until, StaffMembership.stand_in_id, func.coalesce(other.display_name, ""),
        )
        .join(StaffAccount, and_(
            StaffAccount.tenant_id == StaffMembership.tenant_id, StaffAccount.id == StaffMembership.account_id
        ))
        .outerjoin(other, and_(
            other.tenant_id == StaffMembership.tenant_id, other.id == StaffMembership.stand_in_id
        ))
        .where(StaffMembership.department_id == department_id)
        .order_by(StaffMembership.is_deputy, func.lower(StaffAccount.display_name), StaffMembership.account_id)
    )
    return [Member(*row) for row in rows]


def people() -> Sequence[tuple[int, str]]:
    """Open accounts by name: whom a department can have as a member or stand-in."""
    rows = session().execute(
        select(StaffAccount.id, StaffAccount.display_name).where(StaffAccount.disabled_at.is_(None))
        .order_by(func.lower(StaffAccount.display_name), StaffAccount.id)
    )
    return [(row[0], row[1]) for row in rows]


def works_for(account_id: Any, day: ColumnElement[date]) -> CompoundSelect[int]:
    """The ids of the departments whose reports someone works on a day, for the account of the enclosing statement.

    One's own; those of a member who is away and named this person; and, as a deputy, those where a member is away who
    named nobody.
    """
    own, other = aliased(StaffMembership), aliased(StaffMembership)
    is_away = and_(other.away_from <= day, other.away_until >= day)
    member_is_away = select(other.account_id).where(
        other.department_id == own.department_id, other.is_deputy.is_(False), other.stand_in_id.is_(None), is_away
    )
    regular = select(own.department_id).where(
        own.account_id == account_id, or_(own.is_deputy.is_(False), member_is_away.exists())
    ).correlate(StaffAccount)
    stands_in = select(other.department_id).where(other.stand_in_id == account_id, is_away).correlate(StaffAccount)
    return union(regular, stands_in)


def _counted(column: Any, *where: ColumnElement[bool]) -> Any:
    return select(func.count()).where(column == Department.id, *where).correlate(Department).scalar_subquery()
