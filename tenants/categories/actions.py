"""What a town makes of the state-wide categories: which, in which order, with which hint, and who is asked.

Each act writes its line in the town's log in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.wording import gettext as _
from tenants.categories.models import Category, CategoryRoute
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.profile.changes import begin_change, fresh, note_change
from tenants.registry.models import CoreCategory


def change_category(
    key: str, *, hint: str, department_id: int | None, active: bool, version: int, by: Actor, at: datetime
) -> Category:
    """New hint, department, on or off. Off: no new reports; those there are go on as they are.

    Raises Invalid (a town takes at least one category), Stale, NotThere.
    """
    begin_change()
    row = _locked(key)
    fresh(row, version)
    if department_id is not None and department_id != row.department_id:
        _demand_open_department(department_id)
    if row.active and not active and _active_ones() == 1:
        raise Invalid(fields={"active": _("Mindestens eine Kategorie muss angeboten werden.")})
    switched = row.active != active
    row.hint, row.department_id, row.active = hint, department_id, active
    act = "category_changed" if not switched else ("category_opened" if active else "category_closed")
    note_change(act, by=by, at=at, name=row.name, key=row.key, department=_department_name(department_id))
    return row


def take_category(key: str, *, by: Actor, at: datetime) -> Category:
    """Take one more from the state-wide catalogue; it stands last. Raises NotThere for a key that is not in it."""
    begin_change()
    core = session().scalars(select(CoreCategory).where(CoreCategory.key == key)).one_or_none()
    if core is None:
        raise NotThere()
    last = session().scalar(select(func.max(Category.position)))
    session().execute(
        insert(Category).values(
            key=core.key, name=core.name, hint=core.hint, position=0 if last is None else last + 1, active=False
        ).on_conflict_do_nothing()
    )
    row = _locked(key)
    note_change("category_taken", by=by, at=at, name=row.name, key=row.key)
    return row


def move_category(key: str, *, up: bool, by: Actor, at: datetime) -> None:
    """One place further up or down in the citizen's form; at the end of the list nothing changes."""
    begin_change()
    order = _keys_in_order()
    if key not in order:
        raise NotThere()
    at_present = order.index(key)
    wanted = max(0, min(len(order) - 1, at_present + (-1 if up else 1)))
    order.insert(wanted, order.pop(at_present))
    _write_order(order)
    note_change("category_moved", by=by, at=at, name=_locked(key).name, key=key, position=wanted + 1)


def order_categories(keys: Sequence[str], *, by: Actor, at: datetime) -> None:
    """The whole order at once. What is not named (someone added it meanwhile) stays at the end."""
    begin_change()
    known = _keys_in_order()
    wanted = [key for key in dict.fromkeys(keys) if key in known]
    _write_order([*wanted, *(key for key in known if key not in wanted)])
    note_change("categories_ordered", by=by, at=at)


def set_route(key: str, place_id: int, department_id: int, *, by: Actor, at: datetime) -> None:
    """In this Ortsteil another department is asked about this category. Raises Invalid, NotThere."""
    begin_change()
    category = _locked(key)
    place = session().scalars(
        select(Place).where(Place.id == place_id, Place.closed_at.is_(None))
    ).one_or_none()
    if place is None:
        raise Invalid(fields={"place_id": _("Bitte wählen Sie einen Ortsteil aus der Liste.")})
    _demand_open_department(department_id)
    session().execute(
        insert(CategoryRoute).values(category_key=key, place_id=place_id, department_id=department_id)
        .on_conflict_do_update(
            index_elements=["tenant_id", "category_key", "place_id"], set_={"department_id": department_id}
        )
    )
    note_change("route_set", by=by, at=at, name=category.name, key=key, place=place.name,
                department=_department_name(department_id))


def remove_route(key: str, place_id: int, *, by: Actor, at: datetime) -> None:
    """The exception falls away: the Ortsteil's or the category's own department is asked again. Raises NotThere."""
    begin_change()
    category = _locked(key)
    place = session().scalars(select(Place).where(Place.id == place_id)).one_or_none()
    gone = session().execute(
        delete(CategoryRoute).where(CategoryRoute.category_key == key, CategoryRoute.place_id == place_id)
        .returning(CategoryRoute.place_id)
    ).all()
    if place is None or not gone:
        raise NotThere()
    note_change("route_removed", by=by, at=at, name=category.name, key=key, place=place.name)


def _locked(key: str) -> Category:
    row = session().scalars(
        select(Category).where(Category.key == key).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotThere()
    return row


def _keys_in_order() -> list[str]:
    return list(session().scalars(select(Category.key).order_by(Category.position, Category.key)))


def _write_order(keys: Sequence[str]) -> None:
    rows = {row.key: row for row in session().scalars(select(Category).with_for_update())}
    for position, key in enumerate(keys):
        rows[key].position = position
    session().flush()


def _active_ones() -> int:
    return session().scalar(select(func.count()).select_from(Category).where(Category.active)) or 0


def _demand_open_department(department_id: int) -> None:
    known = session().scalar(
        select(Department.id).where(Department.id == department_id, Department.closed_at.is_(None))
    )
    if known is None:
        raise Invalid(fields={"department_id": _("Bitte wählen Sie einen Fachbereich aus der Liste.")})


def _department_name(department_id: int | None) -> str:
    return session().scalar(select(Department.name).where(Department.id == department_id)) or ""
