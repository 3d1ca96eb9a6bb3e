"""What is done with Fachbereiche: added, changed, closed with a successor, opened again, deleted if never used.

Each act writes its line in the town's log in the same transaction. Nothing in use can be lost: whoever closes a
department that is still asked about something names a successor, who takes over in one transaction.
"""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere
from maerker.wording import gettext as _
from tenants.categories.models import Category, CategoryRoute
from tenants.departments.members import hand_over_members
from tenants.departments.models import Department
from tenants.departments.queries import Use, use_of
from tenants.places.models import Place
from tenants.profile.changes import ChangedMeanwhile, begin_change, fresh, note_change
from tenants.reports.models import Report, ReportEvent
from tenants.reports.status import Verb


@dataclass(frozen=True, kw_only=True)
class DepartmentWords:
    """What an admin fills in. `parent_id` None: directly under the administration."""

    name: str
    short_name: str = ""
    mailbox: str = ""
    parent_id: int | None = None


def add_department(words: DepartmentWords, *, by: Actor, at: datetime) -> Department:
    """A new part of the administration. Raises Invalid with the sentence for each field."""
    begin_change()
    _demand_sound(words, itself=None)
    row = Department(**asdict(words))
    session().add(row)
    session().flush()
    note_change("department_added", by=by, at=at, name=row.name)
    return row


def change_department(
    department_id: int, words: DepartmentWords, *, version: int, by: Actor, at: datetime
) -> Department:
    """New name, mailbox or place in the tree. Raises Invalid (also for a cycle), Stale, NotThere."""
    begin_change()
    row = locked(department_id)
    fresh(row, version)
    _demand_sound(words, itself=row)
    before = row.name
    for name, value in asdict(words).items():
        setattr(row, name, value)
    note_change("department_changed", by=by, at=at, name=row.name, before=before if before != row.name else "",
                mailbox=bool(row.mailbox))
    return row


def close_department(
    department_id: int, *, successor_id: int | None, version: int, by: Actor, at: datetime
) -> Use:
    """Nobody is asked here any more. What is open goes to the successor; the history keeps the name.

    Returns what the successor took over. Raises Invalid without a successor while anything is in use.
    """
    begin_change()
    _hold_open_reports(department_id)
    row = locked(department_id)
    fresh(row, version)
    if row.closed_at is not None:
        raise ChangedMeanwhile(_("Der Fachbereich ist schon geschlossen."))
    use = use_of(department_id)
    successor = _successor(row, successor_id, use)
    if successor is not None:
        _hand_over(row, successor, by=by, at=at)
    row.successor_id = successor.id if successor else None
    row.closed_at = at
    note_change(
        "department_closed", by=by, at=at, name=row.name, successor=successor.name if successor else "",
        reports=use.open_reports, categories=use.categories, members=use.members,
    )
    return use


def reopen_department(department_id: int, *, version: int, by: Actor, at: datetime) -> None:
    """It can be asked again. What the successor took over stays there. Raises Stale, NotThere."""
    begin_change()
    row = locked(department_id)
    fresh(row, version)
    parent = session().scalars(select(Department).where(Department.id == row.parent_id)).one_or_none()
    if parent is not None and parent.closed_at is not None:
        row.parent_id = None
    row.closed_at, row.successor_id = None, None
    note_change("department_reopened", by=by, at=at, name=row.name)


def delete_department(department_id: int, *, version: int, by: Actor, at: datetime) -> None:
    """Take away one that was never used, a slip of the pen. Raises Invalid when anything carries it."""
    begin_change()
    row = locked(department_id)
    fresh(row, version)
    if use_of(department_id).in_history:
        raise Invalid(_("Dieser Fachbereich wird benutzt. Er kann geschlossen, aber nicht gelöscht werden."))
    name = row.name
    session().delete(row)
    note_change("department_deleted", by=by, at=at, name=name)


def locked(department_id: int) -> Department:
    """The row, as it is now, held until the commit. Raises NotThere, also for another town's."""
    row = session().scalars(
        select(Department).where(Department.id == department_id).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotThere()
    return row


def _demand_sound(words: DepartmentWords, *, itself: Department | None) -> None:
    problems = {}
    same_name = select(Department.id, Department.closed_at).where(func.lower(Department.name) == words.name.lower())
    taken = [row for row in session().execute(same_name) if itself is None or row.id != itself.id]
    if not words.name:
        problems["name"] = _("Bitte geben Sie den Namen des Fachbereichs an.")
    elif taken and taken[0].closed_at is not None:
        problems["name"] = _("So heißt ein geschlossener Fachbereich. Sie können ihn wieder öffnen.")
    elif taken:
        problems["name"] = _("Einen Fachbereich mit diesem Namen gibt es schon.")
    if words.parent_id is not None:
        sentence = _parent_problem(words.parent_id, itself)
        if sentence:
            problems["parent_id"] = sentence
    if problems:
        raise Invalid(fields=problems)


def _parent_problem(parent_id: int, itself: Department | None) -> str:
    parents = _parents()
    if parent_id not in parents:
        return _("Diesen Fachbereich gibt es nicht mehr. Bitte wählen Sie einen anderen.")
    if itself is not None and itself.id in _way_up(parent_id, parents):
        return _("Ein Fachbereich kann nicht sich selbst oder einem seiner eigenen Teile unterstehen.")
    return ""


def _parents() -> dict[int, int | None]:
    """Each open department's parent."""
    rows = session().execute(select(Department.id, Department.parent_id).where(Department.closed_at.is_(None)))
    return {row.id: row.parent_id for row in rows}


def _way_up(department_id: int, parents: dict[int, int | None]) -> list[int]:
    """The department and those above it, up to the administration."""
    way: list[int] = []
    at: int | None = department_id
    while at is not None and at not in way:
        way.append(at)
        at = parents.get(at)
    return way


def _successor(row: Department, successor_id: int | None, use: Use) -> Department | None:
    if successor_id is None:
        if use.needs_successor:
            raise Invalid(fields={"successor_id": _(
                "Bitte wählen Sie, wer die Aufgaben übernimmt: Für diesen Fachbereich ist noch etwas offen."
            )})
        return None
    found = session().scalars(
        select(Department).where(
            Department.id == successor_id, Department.id != row.id, Department.closed_at.is_(None)
        )
    ).one_or_none()
    if found is None:
        raise Invalid(fields={"successor_id": _("Diesen Fachbereich gibt es nicht mehr. Bitte wählen Sie erneut.")})
    return found


def _hand_over(row: Department, successor: Department, *, by: Actor, at: datetime) -> None:
    """Parts, categories, Ortsteile, routes, members and open reports."""
    current = session()
    if row.id in _way_up(successor.id, _parents()):  # a part takes over the whole: it takes its place in the tree
        successor.parent_id = row.parent_id
        current.flush()
    moved = {"parent_id": successor.id}
    current.execute(
        update(Department).where(
            Department.parent_id == row.id, Department.id != successor.id, Department.closed_at.is_(None)
        ).values(moved)
    )
    for table in (Category, Place, CategoryRoute):
        rows = update(table).where(table.department_id == row.id)
        current.execute(rows.values(department_id=successor.id))
    current.execute(
        update(Department).where(Department.successor_id == row.id).values(successor_id=successor.id)
    )
    hand_over_members(row.id, successor.id)
    _hand_over_reports(row, successor, by=by, at=at)


def _hold_open_reports(department_id: int) -> None:
    """Wait for those who work on them now. Reports come before the department, as in `take_step`: no deadlock."""
    session().execute(
        select(Report.id).where(Report.department_id == department_id, Report.closed_at.is_(None))
        .order_by(Report.id).with_for_update()
    ).all()


def _hand_over_reports(row: Department, successor: Department, *, by: Actor, at: datetime) -> None:
    """Open reports change their department, each with a line in its history; nobody gets a mail for it."""
    moved = (
        update(Report).where(Report.department_id == row.id, Report.closed_at.is_(None))
        .values(department_id=successor.id, version=Report.version + 1, updated_at=at)
        .returning(Report.id, Report.state, Report.release).execution_options(synchronize_session=False)
    )
    note = _("„%(name)s“ ist geschlossen. Die offenen Hinweise hat „%(successor)s“ übernommen.", name=row.name,
             successor=successor.name)
    events = [
        {
            "report_id": report_id, "at": at, "verb": str(Verb.assign), "actor_kind": by.kind, "actor_id": by.id,
            "actor_name": by.name, "state_before": state, "state_after": state, "release_before": release,
            "release_after": release, "department_id": successor.id, "internal_text": note,
        }
        for report_id, state, release in session().execute(moved).all()
    ]
    if events:
        session().execute(insert(ReportEvent), events)
