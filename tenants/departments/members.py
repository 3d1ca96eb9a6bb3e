"""Who belongs to a Fachbereich, who steps in, and who is away."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Select, delete, insert, select

from maerker.audit.actor import Actor
from maerker.clock import BERLIN
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.wording import gettext as _
from tenants.departments.models import Department
from tenants.profile.changes import begin_change, note_change
from tenants.staff.models import StaffAccount, StaffMembership


@dataclass(frozen=True, kw_only=True)
class Part:
    """What someone is in a department. Days are the first and the last one away."""

    is_deputy: bool = False
    away_from: date | None = None
    away_until: date | None = None
    stand_in_id: int | None = None


def add_member(department_id: int, account_id: int, *, is_deputy: bool, by: Actor, at: datetime) -> None:
    """Someone belongs to the department from now on. Raises Invalid for somebody who is not there or closed."""
    begin_change()
    department, account = _open_department(department_id), _open_account(account_id, "account_id")
    known = session().scalars(_of(department_id, account_id)).one_or_none()
    if known is not None:
        raise Invalid(fields={"account_id": _("%(name)s gehört schon dazu.", name=account.display_name)})
    session().add(StaffMembership(department_id=department_id, account_id=account_id, is_deputy=is_deputy))
    note_change("member_added", by=by, at=at, name=account.display_name, department=department.name)


def change_member(department_id: int, account_id: int, part: Part, *, by: Actor, at: datetime) -> None:
    """Member or deputy, away from when to when, and who works the reports meanwhile. Raises Invalid, NotThere."""
    begin_change()
    department = _open_department(department_id)
    row = session().scalars(_of(department_id, account_id).with_for_update()).one_or_none()
    if row is None:
        raise NotThere()
    _demand_sound(account_id, part, at)
    for name, value in asdict(part).items():
        setattr(row, name, value)
    account = session().scalars(select(StaffAccount).where(StaffAccount.id == account_id)).one()
    note_change(
        "member_changed", by=by, at=at, name=account.display_name, department=department.name,
        away_from=part.away_from.isoformat() if part.away_from else "",
        away_until=part.away_until.isoformat() if part.away_until else "",
        stand_in=_name_of(part.stand_in_id), deputy=part.is_deputy,
    )


def remove_member(department_id: int, account_id: int, *, by: Actor, at: datetime) -> None:
    """Someone belongs to the department no more; what they did stays in history. Raises NotThere."""
    begin_change()
    department = session().scalars(select(Department).where(Department.id == department_id)).one_or_none()
    row = session().scalars(_of(department_id, account_id)).one_or_none()
    if row is None or department is None:
        raise NotThere()
    session().delete(row)
    note_change("member_removed", by=by, at=at, name=_name_of(account_id), department=department.name)


def hand_over_members(department_id: int, successor_id: int) -> None:
    """Everyone of one department belongs to the other; who does already keeps what they are there."""
    current = session()
    there = select(StaffMembership.account_id).where(StaffMembership.department_id == successor_id)
    rows = current.execute(
        select(
            StaffMembership.account_id, StaffMembership.is_deputy, StaffMembership.away_from,
            StaffMembership.away_until, StaffMembership.stand_in_id,
        ).where(StaffMembership.department_id == department_id, StaffMembership.account_id.not_in(there))
    ).mappings().all()
    if rows:
        current.execute(insert(StaffMembership), [{**row, "department_id": successor_id} for row in rows])
    current.execute(delete(StaffMembership).where(StaffMembership.department_id == department_id))


def _demand_sound(account_id: int, part: Part, at: datetime) -> None:
    problems = {}
    today = at.astimezone(BERLIN).date()
    if (part.away_from is None) != (part.away_until is None):
        empty = "away_from" if part.away_from is None else "away_until"
        problems[empty] = _("Bitte geben Sie den ersten und den letzten Tag der Abwesenheit an.")
    elif part.away_from is not None and part.away_until is not None and part.away_until < part.away_from:
        problems["away_until"] = _("Der letzte Tag liegt vor dem ersten.")
    elif part.away_until is not None and part.away_until < today:
        problems["away_until"] = _("Diese Abwesenheit ist schon vorbei.")
    if part.stand_in_id is not None and part.away_from is None and "away_from" not in problems:
        problems["stand_in_id"] = _("Eine Vertretung braucht den Zeitraum der Abwesenheit.")
    elif part.stand_in_id == account_id:
        problems["stand_in_id"] = _("Bitte wählen Sie eine andere Person.")
    if problems:
        raise Invalid(fields=problems)
    if part.stand_in_id is not None:
        _open_account(part.stand_in_id, "stand_in_id")


def _open_department(department_id: int) -> Department:
    row = session().scalars(
        select(Department).where(Department.id == department_id, Department.closed_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotThere()
    return row


def _open_account(account_id: int, field: str) -> StaffAccount:
    row = session().scalars(
        select(StaffAccount).where(StaffAccount.id == account_id, StaffAccount.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        raise Invalid(fields={field: _("Bitte wählen Sie eine Person aus der Liste.")})
    return row


def _name_of(account_id: int | None) -> str:
    name = session().scalar(select(StaffAccount.display_name).where(StaffAccount.id == account_id))
    return name or ""


def _of(department_id: int, account_id: int) -> Select[StaffMembership]:
    return select(StaffMembership).where(
        StaffMembership.department_id == department_id, StaffMembership.account_id == account_id
    )
