"""The pages on which a town sets up its structure, in the states they can be in: long names, refused, overtaken."""

from collections.abc import Iterator

from sqlalchemy import select, update

from maerker.clock import now
from maerker.database.base import session
from tenants.departments.actions import DepartmentWords, add_department, close_department
from tenants.departments.members import add_member
from tenants.places.models import Place
from tenants.reports.models import Report
from tenants.staff.models import StaffAccount
from tests.journeys.every_page import LONG, ODD, Shown, Walk
from tests.makers import Here, MadeTown, a_report, a_tenant, an_actor, signed_in
from tests.tenants.admin.office import version_on

OFFICE = "/verwaltung"


def structure_pages() -> Iterator[Shown]:
    town = a_tenant()
    walk, admin = Walk(town), signed_in(town, "admin")
    a_report(town)
    whole, part, clerk = _furnish(town)
    roads, fresh = f"{OFFICE}/fachbereiche/{whole}", f"{OFFICE}/fachbereiche/{part}"
    for name, path in (
        ("overview", f"{OFFICE}/"), ("departments", f"{OFFICE}/fachbereiche"),
        ("new one", f"{OFFICE}/fachbereiche/neu"),
        ("department", roads), ("never used", fresh), ("close", f"{roads}/schliessen"),
        ("delete", f"{fresh}/loeschen"), ("member", f"{roads}/mitglieder/{clerk}"),
        ("remove member", f"{roads}/mitglieder/{clerk}/entfernen"), ("categories", f"{OFFICE}/kategorien"),
        ("category", f"{OFFICE}/kategorien/roads"), ("places", f"{OFFICE}/ortsteile"),
        ("new place", f"{OFFICE}/ortsteile/neu"), ("calendar", f"{OFFICE}/kalender"),
        ("recompute, nothing", f"{OFFICE}/kalender/fristen"),
    ):
        yield walk.at(f"office, {name}", admin, path)
    for name, path, status, typed in (
        ("department, refused", f"{OFFICE}/fachbereiche/neu", 422, {"name": "", "mailbox": ODD[:250]}),
        ("department, overtaken", roads, 409, {"version": "77", "name": "Anders", "mailbox": ""}),
        ("close, refused", f"{roads}/schliessen", 422, {"version": "1", "successor_id": ""}),
        ("member, refused", f"{roads}/mitglieder/{clerk}", 422, {"part": "0", "away_from": "2001-01-02"}),
        ("category, overtaken", f"{OFFICE}/kategorien/roads", 409, {"version": "77", "hint": ODD[:290]}),
        ("route, refused", f"{OFFICE}/kategorien/roads/ausnahmen", 422, {}),
    ):
        yield walk.keep(f"office, {name}", admin, path, admin.post(path, typed), status)
    yield from _places(walk, town)
    yield from _calendar(walk, town)


def _furnish(town: MadeTown) -> tuple[int, int, int]:
    """A department with a member and one that was never used; a closed one; an empty place in the catalogue."""
    by, at = an_actor(), now()
    with Here.world.scope(town.tenant_id):
        whole = next(item.id for item in town.town.departments if item.short_name == "Tiefbau")
        part = add_department(DepartmentWords(name=f"{LONG} 1", mailbox="", parent_id=whole), by=by, at=at).id
        closed = add_department(DepartmentWords(name=f"{LONG} 2"), by=by, at=at)
        close_department(closed.id, successor_id=whole, version=1, by=by, at=at)
        clerk = _account("tiefbau")
        add_member(whole, _account("rat"), is_deputy=True, by=by, at=at)
        return whole, part, clerk


def _account(username: str) -> int:
    return session().scalars(select(StaffAccount.id).where(StaffAccount.username == username)).one()


def _places(walk: Walk, town: MadeTown) -> Iterator[Shown]:
    admin = signed_in(town, "admin")
    with Here.world.scope(town.tenant_id):
        ids = {row.name: row.id for row in session().scalars(select(Place))}
    used, unused = f"{OFFICE}/ortsteile/{ids['Sandow']}", f"{OFFICE}/ortsteile/{ids['Mitte']}"
    for name, path in (("in use", used), ("close", f"{used}/schliessen"), ("delete", f"{unused}/loeschen")):
        yield walk.at(f"office, place, {name}", admin, path)
    late = admin.post(unused, {"version": "77", "name": LONG[:100], "name_dsb": "Srjejź"})
    yield walk.keep("office, place, overtaken", admin, unused, late, 409)
    answer = admin.post(f"{used}/schliessen", {"version": version_on(admin.get(f"{used}/schliessen"))})
    assert answer.status_code == 303
    yield walk.at("office, place, closed", admin, used)
    yield walk.at("office, places, one closed", admin, answer.headers["Location"])


def _calendar(walk: Walk, town: MadeTown) -> Iterator[Shown]:
    admin, room = signed_in(town, "admin"), f"{OFFICE}/kalender"
    version = version_on(admin.get(room))
    yield walk.put("office, calendar, overtaken", admin, f"{room}/dezember", 409, version="77", closed="0")
    answer = admin.post(f"{room}/dezember", {"version": version, "closed": "0"})
    with Here.world.scope(town.tenant_id):  # as if it had come in before the holidays
        session().execute(update(Report).values(forwarding_due_at=now()))
    yield walk.at("office, calendar, older deadlines", admin, answer.headers["Location"])
    yield walk.at("office, recompute", admin, f"{room}/fristen")
