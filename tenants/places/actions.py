"""What is done with Ortsteile (in an Amt: its Gemeinden). Each act writes its line in the town's log.

Reports and public copies carry the name as words. One in use is closed, never deleted; a new name goes along with
what was reported there, so that lists and filters stay whole.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.wording import gettext as _
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.places.queries import is_used
from tenants.profile.changes import begin_change, fresh, note_change
from tenants.reports.models import Publication, Report


@dataclass(frozen=True, kw_only=True)
class PlaceWords:
    """What an admin fills in. Degrees are WGS 84; `department_id`: who is asked here, whatever the category."""

    name: str
    name_dsb: str = ""
    department_id: int | None = None
    lat: float | None = None
    lon: float | None = None


def add_place(words: PlaceWords, *, by: Actor, at: datetime) -> Place:
    """A new Ortsteil, last in the list. Raises Invalid with the sentence for each field."""
    begin_change()
    _demand_sound(words, itself=None)
    last = session().scalar(select(func.max(Place.position)))
    row = Place(**asdict(words), position=0 if last is None else last + 1)
    session().add(row)
    note_change("place_added", by=by, at=at, name=row.name)
    return row


def change_place(place_id: int, words: PlaceWords, *, version: int, by: Actor, at: datetime) -> Place:
    """New names, department or point. Reports from there carry the new name. Raises Invalid, Stale, NotThere."""
    begin_change()
    row = _locked(place_id)
    fresh(row, version)
    _demand_sound(words, itself=row)
    before = row.name
    for name, value in asdict(words).items():
        setattr(row, name, value)
    renamed = _rename(before, row.name) if before != row.name else 0
    note_change("place_changed", by=by, at=at, name=row.name, before=before if before != row.name else "",
                reports=renamed)
    return row


def move_place(place_id: int, *, up: bool, by: Actor, at: datetime) -> None:
    """One place further up or down in the citizen's list; at its end nothing changes. Raises NotThere."""
    begin_change()
    rows = _open_in_order()
    row = next((item for item in rows if item.id == place_id), None)
    if row is None:
        raise NotThere()
    at_present = rows.index(row)
    wanted = max(0, min(len(rows) - 1, at_present + (-1 if up else 1)))
    rows.insert(wanted, rows.pop(at_present))
    _write_order(rows)
    note_change("place_moved", by=by, at=at, name=row.name, position=wanted + 1)


def order_places(ids: list[int], *, by: Actor, at: datetime) -> None:
    """The whole order at once; what is not named (someone added it meanwhile) stays at the end."""
    begin_change()
    rows = {row.id: row for row in _open_in_order()}
    wanted = [rows[item] for item in dict.fromkeys(ids) if item in rows]
    _write_order([*wanted, *(row for row in rows.values() if row not in wanted)])
    note_change("places_ordered", by=by, at=at)


def close_place(place_id: int, *, version: int, by: Actor, at: datetime) -> None:
    """Nobody can choose it any more; reports from there keep it, and can be filtered by it."""
    begin_change()
    row = _locked(place_id)
    fresh(row, version)
    row.closed_at = row.closed_at or at
    note_change("place_closed", by=by, at=at, name=row.name)


def reopen_place(place_id: int, *, version: int, by: Actor, at: datetime) -> None:
    """It can be chosen again."""
    begin_change()
    row = _locked(place_id)
    fresh(row, version)
    row.closed_at = None
    note_change("place_reopened", by=by, at=at, name=row.name)


def delete_place(place_id: int, *, version: int, by: Actor, at: datetime) -> None:
    """Take away one that no report carries, with its exceptions. Raises Invalid when one does."""
    begin_change()
    row = _locked(place_id)
    fresh(row, version)
    if is_used(row.name):
        raise Invalid(_("Aus diesem Ortsteil gibt es Hinweise. Er kann geschlossen, aber nicht gelöscht werden."))
    name = row.name
    session().delete(row)
    note_change("place_deleted", by=by, at=at, name=name)


def _rename(before: str, after: str) -> int:
    """Carry the new name into what was reported there; how many reports that were."""
    reports = session().execute(
        update(Report).where(Report.district == before).values(district=after)
        .returning(Report.id).execution_options(synchronize_session=False)
    ).all()
    session().execute(
        update(Publication).where(Publication.district == before).values(district=after)
        .execution_options(synchronize_session=False)
    )
    return len(reports)


def _demand_sound(words: PlaceWords, *, itself: Place | None) -> None:
    problems = {}
    same = session().execute(
        select(Place.id, Place.closed_at).where(func.lower(Place.name) == words.name.lower())
    ).all()
    taken = [row for row in same if itself is None or row.id != itself.id]
    if not words.name:
        problems["name"] = _("Bitte geben Sie den Namen an.")
    elif taken and taken[0].closed_at is not None:
        problems["name"] = _("So heißt ein geschlossener Ortsteil. Sie können ihn wieder öffnen.")
    elif taken:
        problems["name"] = _("Diesen Namen gibt es schon.")
    if (words.lat is None) != (words.lon is None):
        problems["lat"] = _("Der Punkt ist unvollständig. Bitte geben Sie Breite und Länge an oder keine von beiden.")
    if words.department_id is not None and session().scalar(select(Department.id).where(
        Department.id == words.department_id, Department.closed_at.is_(None)
    )) is None:
        problems["department_id"] = _("Bitte wählen Sie einen Fachbereich aus der Liste.")
    if problems:
        raise Invalid(fields=problems)


def _locked(place_id: int) -> Place:
    row = session().scalars(
        select(Place).where(Place.id == place_id).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotThere()
    return row


def _open_in_order() -> list[Place]:
    return list(session().scalars(
        select(Place).where(Place.closed_at.is_(None)).order_by(Place.position, func.lower(Place.name))
        .with_for_update()
    ))


def _write_order(rows: list[Place]) -> None:
    for position, row in enumerate(rows):
        row.position = position
    session().flush()
