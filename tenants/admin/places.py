"""Ortsteile (in an Amt: Gemeinden): names in both languages, order, an own department, a point for the map."""

from collections.abc import Mapping
from typing import Any

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotThere, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from maerker.wording import marked, ngettext
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, choices, degrees, one_of_the_list, read, typed, words
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.places import actions
from tenants.places.actions import PlaceWords
from tenants.places.models import Place
from tenants.places.queries import is_used, place_by_id, place_rows
from tenants.reports.permissions import Permission

LIST = "/verwaltung/ortsteile"
ONE = f"{LIST}/<int:place_id>"


class PlaceSchema(OfficeSchema):
    name = words(120, required=marked("Bitte geben Sie den Namen an."), shortest=2)
    name_dsb = words(120)
    department_id = one_of_the_list()
    lat = degrees(90)
    lon = degrees(180)


@blueprint.get(LIST)
@may(Permission.manage_town)
def places() -> str:
    rows, closed = place_rows()
    return render_template("admin/places.html", rows=rows, closed=closed)


@blueprint.post(f"{LIST}/reihenfolge")
@may(Permission.manage_town)
def order_places() -> Response:
    """One step by a button (`up` or `down` with the id), or the whole order as a script sends it."""
    form, by, at = request.form, who().actor, now()
    one = form.get("up", type=int) or form.get("down", type=int)
    if one:
        actions.move_place(min(one, 2**62), up=bool(form.get("up")), by=by, at=at)
    else:
        actions.order_places(form.getlist("key", type=int), by=by, at=at)
    return saved(LIST)


@blueprint.get(f"{LIST}/neu")
@may(Permission.manage_town)
def new_place() -> Response:
    return _page(None, {})


@blueprint.post(f"{LIST}/neu")
@may(Permission.manage_town)
@keeps_text
def add_place() -> Response:
    given = typed()
    if g.form_refused:
        return _page(None, given, status=400)
    try:
        actions.add_place(_words(given), by=who().actor, at=now())
    except Invalid as problem:
        return _page(None, given, problem.fields, status=422)
    return saved(LIST)


@blueprint.get(ONE)
@may(Permission.manage_town)
def place(place_id: int) -> Response:
    row = place_by_id(place_id)
    return _page(row, _present(row))


@blueprint.post(ONE)
@may(Permission.manage_town)
@keeps_text
def change_place(place_id: int) -> Response:
    given = typed()
    if g.form_refused:
        return _page(place_by_id(place_id), given, status=400)
    try:
        version = read(PlaceSchema(), given)["version"]
        actions.change_place(place_id, _words(given), version=version, by=who().actor, at=now())
    except Invalid as problem:
        return _page(place_by_id(place_id), given, problem.fields, status=422)
    except Stale as problem:
        return _stale(place_id, given, problem)
    return saved(f"{LIST}/{place_id}")


@blueprint.get(f"{ONE}/<any(schliessen, loeschen):end>")
@may(Permission.manage_town)
def confirm_end(place_id: int, end: str) -> str:
    row = place_by_id(place_id)
    if row.closed_at is not None or (end == "loeschen" and is_used(row.name)):
        raise NotThere()
    return render_template("admin/place_end.html", row=row, end=end)


@blueprint.post(f"{ONE}/<any(schliessen, loeschen, oeffnen):end>")
@may(Permission.manage_town)
def end_place(place_id: int, end: str) -> Response:
    acts = {"schliessen": actions.close_place, "loeschen": actions.delete_place, "oeffnen": actions.reopen_place}
    version = read(OfficeSchema(), typed())["version"]
    acts[end](place_id, version=version, by=who().actor, at=now())
    return saved(LIST)


def _page(
    row: Place | None, given: Mapping[str, str], errors: Mapping[str, str] | None = None, *, status: int = 200,
    **more: Any,
) -> Response:
    body = render_template(
        "admin/place.html", row=row, typed=given, errors=errors or {}, used=row is not None and is_used(row.name),
        departments=choices((item.id, item.name) for item in town().open_departments), **more,
    )
    return make_response(body, status)


def _stale(place_id: int, given: dict[str, str], problem: Stale) -> Response:
    row = place_by_id(place_id)
    theirs = _present(row)
    names = {str(item.id): item.name for item in town().departments}
    conflict = [
        {"label": _("Name"), "mine": given.get("name", ""), "theirs": theirs["name"]},
        {"label": _("Niedersorbischer Name"), "mine": given.get("name_dsb", ""), "theirs": theirs["name_dsb"]},
        {"label": _("Fachbereich"), "mine": names.get(given.get("department_id", ""), ""),
         "theirs": names.get(theirs["department_id"], "")},
    ]
    return _page(row, given | {"version": str(row.version)}, status=409, conflict=conflict, stale=problem.explanation)


def _words(given: Mapping[str, str]) -> PlaceWords:
    numbers = {name: value.replace(",", ".") for name, value in given.items() if name in ("lat", "lon")}
    values = read(PlaceSchema(), {**given, **numbers})
    values.pop("version")
    return PlaceWords(**values)


def _present(row: Place) -> dict[str, str]:
    return {
        "name": row.name, "name_dsb": row.name_dsb, "department_id": str(row.department_id or ""),
        "lat": "" if row.lat is None else str(row.lat), "lon": "" if row.lon is None else str(row.lon),
        "version": str(row.version),
    }


def _changed(line: Details) -> str:
    done = _("„%(name)s“ ist gespeichert.", name=line["name"])
    if not line.get("before"):
        return done
    return done + " " + ngettext(
        "1 Hinweis, der bisher „%(before)s“ trug, trägt jetzt den neuen Namen.",
        "%(num)d Hinweise, die bisher „%(before)s“ trugen, tragen jetzt den neuen Namen.",
        line.get("reports", 0), before=line["before"],
    )


SENTENCES.update({
    "place_added": lambda line: _("„%(name)s“ steht jetzt in der Auswahl des Formulars.", name=line["name"]),
    "place_changed": _changed,
    "place_moved": lambda line: _(
        "„%(name)s“ steht jetzt an Stelle %(position)s.", name=line["name"], position=line["position"]
    ),
    "places_ordered": lambda _line: _("Die neue Reihenfolge gilt."),
    "place_closed": lambda line: _(
        "„%(name)s“ kann nicht mehr gewählt werden. Hinweise von dort behalten den Namen.", name=line["name"]
    ),
    "place_reopened": lambda line: _("„%(name)s“ kann wieder gewählt werden.", name=line["name"]),
    "place_deleted": lambda line: _("„%(name)s“ ist gelöscht.", name=line["name"]),
})
