"""Kategorien: which of the state-wide ones a town offers, in which order, and who is asked about each."""

from collections.abc import Mapping
from typing import Any

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, choices, one_of_the_list, read, typed, words
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.categories import actions
from tenants.categories.queries import category_row, category_rows, not_taken, routes_of
from tenants.places.queries import place_rows
from tenants.reports.permissions import Permission

LIST = "/verwaltung/kategorien"


class CategorySchema(OfficeSchema):
    hint = words(300)
    department_id = one_of_the_list()
    active = one_of_the_list()


class RouteSchema(OfficeSchema):
    place_id = one_of_the_list()
    route_department_id = one_of_the_list()


@blueprint.get(LIST)
@may(Permission.manage_town)
def categories() -> str:
    return render_template("admin/categories.html", rows=category_rows(), more=not_taken())


@blueprint.post(f"{LIST}/reihenfolge")
@may(Permission.manage_town)
def order_categories() -> Response:
    """One step by a button (`up` or `down` with the key), or the whole order as a script sends it."""
    form, by, at = request.form, who().actor, now()
    if form.get("up") or form.get("down"):
        actions.move_category(form.get("up") or form["down"], up=bool(form.get("up")), by=by, at=at)
    else:
        actions.order_categories(form.getlist("key"), by=by, at=at)
    return saved(LIST)


@blueprint.post(f"{LIST}/uebernehmen")
@may(Permission.manage_town)
def take_category() -> Response:
    row = actions.take_category(request.form.get("key", "")[:40].replace("\x00", ""), by=who().actor, at=now())
    return saved(f"{LIST}/{row.key}")


@blueprint.get(f"{LIST}/<category_key>")
@may(Permission.manage_town)
def category(category_key: str) -> Response:
    return _page(category_key, None)


@blueprint.post(f"{LIST}/<category_key>")
@may(Permission.manage_town)
@keeps_text
def change_category(category_key: str) -> Response:
    given = typed()
    if g.form_refused:
        return _page(category_key, given, status=400)
    try:
        values = read(CategorySchema(), given)
        actions.change_category(
            category_key, hint=values["hint"], department_id=values["department_id"], active=bool(values["active"]),
            version=values["version"], by=who().actor, at=now(),
        )
    except Invalid as problem:
        return _page(category_key, given, problem.fields, status=422)
    except Stale as problem:
        return _stale(category_key, given, problem)
    return saved(f"{LIST}/{category_key}")


@blueprint.post(f"{LIST}/<category_key>/ausnahmen")
@may(Permission.manage_town)
@keeps_text
def add_route(category_key: str) -> Response:
    given = typed()
    if g.form_refused:
        return _page(category_key, None, status=400, route=given)
    try:
        values = read(RouteSchema(), given)
        missing = {name: _("Bitte wählen Sie aus der Liste.") for name in ("place_id", "route_department_id")
                   if values[name] is None}
        if missing:
            raise Invalid(fields=missing)
        actions.set_route(
            category_key, values["place_id"], values["route_department_id"], by=who().actor, at=now()
        )
    except Invalid as problem:
        errors = {"route_department_id" if name == "department_id" else name: sentence
                  for name, sentence in problem.fields.items()}
        return _page(category_key, None, errors, status=422, route=given)
    return saved(f"{LIST}/{category_key}")


@blueprint.post(f"{LIST}/<category_key>/ausnahmen/<int:place_id>/entfernen")
@may(Permission.manage_town)
def remove_route(category_key: str, place_id: int) -> Response:
    actions.remove_route(category_key, place_id, by=who().actor, at=now())
    return saved(f"{LIST}/{category_key}")


def _page(
    key: str, given: Mapping[str, str] | None, errors: Mapping[str, str] | None = None, *, status: int = 200,
    **more: Any,
) -> Response:
    row = category_row(key[:40].replace("\x00", ""))
    body = render_template(
        "admin/category.html", row=row, typed=given if given is not None else _present(row.category),
        errors=errors or {}, routes=routes_of(key), places=choices((item.place.id, item.place.name)
                                                                   for item in place_rows()[0]),
        departments=choices((item.id, item.name) for item in town().open_departments), **more,
    )
    return make_response(body, status)


def _stale(key: str, given: dict[str, str], problem: Stale) -> Response:
    theirs = _present(category_row(key).category)
    names = {str(item.id): item.name for item in town().departments}
    state = {"1": _("wird angeboten"), "": _("wird nicht angeboten")}
    conflict = [
        {"label": _("Hinweistext"), "mine": given.get("hint", ""), "theirs": theirs["hint"]},
        {"label": _("Fachbereich"), "mine": names.get(given.get("department_id", ""), ""),
         "theirs": names.get(theirs["department_id"], "")},
        {"label": _("Angebot"), "mine": state.get(given.get("active", ""), ""), "theirs": state[theirs["active"]]},
    ]
    return _page(
        key, given | {"version": theirs["version"]}, status=409, conflict=conflict, stale=problem.explanation
    )


def _present(row: Any) -> dict[str, str]:
    return {
        "hint": row.hint, "department_id": str(row.department_id or ""), "active": "1" if row.active else "",
        "version": str(row.version),
    }


def _asked(line: Details) -> str:
    if line.get("department"):
        return _("Gefragt wird: %(department)s.", department=line["department"])
    return _("Noch ist kein Fachbereich festgelegt; die Redaktion wählt ihn jedes Mal selbst.")


SENTENCES.update({
    "category_changed": lambda line: _("„%(name)s“ ist gespeichert.", name=_(line["name"])) + " " + _asked(line),
    "category_opened": lambda line: _(
        "„%(name)s“ steht jetzt im Formular.", name=_(line["name"])) + " " + _asked(line),
    "category_closed": lambda line: _(
        "„%(name)s“ steht nicht mehr im Formular. Hinweise, die es schon gibt, werden weiter bearbeitet.",
        name=_(line["name"]),
    ),
    "category_taken": lambda line: _(
        "„%(name)s“ ist übernommen. Legen Sie den Fachbereich fest und bieten Sie sie dann an.", name=_(line["name"])
    ),
    "category_moved": lambda line: _(
        "„%(name)s“ steht jetzt an Stelle %(position)s.", name=_(line["name"]), position=line["position"]
    ),
    "categories_ordered": lambda _line: _("Die neue Reihenfolge der Kategorien gilt."),
    "route_set": lambda line: _(
        "Hinweise „%(name)s“ aus %(place)s gehen jetzt an: %(department)s.", name=_(line["name"]),
        place=line["place"], department=line["department"],
    ),
    "route_removed": lambda line: _(
        "Die Ausnahme für „%(name)s“ in %(place)s gilt nicht mehr.", name=_(line["name"]), place=line["place"]
    ),
})
