"""Fachbereiche: the tree, one of them, and adding one. How one ends: `department_end`; who belongs: `members`."""

from collections.abc import Mapping
from typing import Any

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.forms import OfficeSchema, choices, mailbox, one_of_the_list, read, typed, words
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.departments import actions
from tenants.departments.actions import DepartmentWords
from tenants.departments.models import Department
from tenants.departments.queries import department_row, department_tree, members_of, people, use_of
from tenants.reports.permissions import Permission

LIST = "/verwaltung/fachbereiche"


class DepartmentSchema(OfficeSchema):
    name = words(200, required=marked("Bitte geben Sie den Namen des Fachbereichs an."), shortest=2)
    short_name = words(40)
    mailbox = mailbox()
    parent_id = one_of_the_list()


@blueprint.get(LIST)
@may(Permission.manage_town)
def departments() -> str:
    tree, closed = department_tree()
    names = {item.id: item.name for item in town().departments}
    return render_template("admin/departments.html", tree=tree, closed=closed, names=names)


@blueprint.get(f"{LIST}/neu")
@may(Permission.manage_town)
def new_department() -> Response:
    return _new_page({"parent_id": ""})


@blueprint.post(f"{LIST}/neu")
@may(Permission.manage_town)
@keeps_text
def add_department() -> Response:
    given = typed()
    if g.form_refused:
        return _new_page(given, status=400)
    try:
        row = actions.add_department(_words(given), by=who().actor, at=now())
    except Invalid as problem:
        return _new_page(given, problem.fields, 422)
    return saved(f"{LIST}/{row.id}")


@blueprint.get(f"{LIST}/<int:department_id>")
@may(Permission.manage_town)
def department(department_id: int) -> Response:
    row = department_row(department_id)
    return page(row, present(row))


@blueprint.post(f"{LIST}/<int:department_id>")
@may(Permission.manage_town)
@keeps_text
def change_department(department_id: int) -> Response:
    given = typed()
    if g.form_refused:
        return page(department_row(department_id), given, status=400)
    try:
        values = read(DepartmentSchema(), given)
        actions.change_department(
            department_id, _words(given), version=values["version"], by=who().actor, at=now()
        )
    except Invalid as problem:
        return page(department_row(department_id), given, problem.fields, status=422)
    except Stale as problem:
        return _stale(department_id, given, problem)
    return saved(f"{LIST}/{department_id}")


def page(
    row: Department, given: Mapping[str, str], errors: Mapping[str, str] | None = None, *, status: int = 200,
    **more: Any,
) -> Response:
    """One department with the form as typed, its members and what is asked of it."""
    own = town()
    body = render_template(
        "admin/department.html", row=row, typed=given, errors=errors or {}, members=members_of(row.id),
        people=choices(people()), use=use_of(row.id), today=local_day(now()), parents=_parents(row.id),
        successor=own.department(row.successor_id),
        categories=[item for item in own.categories if item.department_id == row.id], **more,
    )
    return make_response(body, status)


def _new_page(given: Mapping[str, str], errors: Mapping[str, str] | None = None, status: int = 200) -> Response:
    body = render_template("admin/department_new.html", typed=given, errors=errors or {}, parents=_parents(None))
    return make_response(body, status)


def _stale(department_id: int, given: dict[str, str], problem: Stale) -> Response:
    """Both versions; saving again takes the typed one."""
    row = department_row(department_id)
    theirs = present(row)
    names = {str(item.id): item.name for item in town().departments}
    labels = {"name": _("Name"), "short_name": _("Kurzname"), "mailbox": _("Funktionspostfach")}
    conflict = [{"label": label, "mine": given.get(key, ""), "theirs": theirs[key]} for key, label in labels.items()]
    conflict.append({
        "label": _("Untersteht"), "mine": names.get(given.get("parent_id", ""), ""),
        "theirs": names.get(theirs["parent_id"], ""),
    })
    return page(
        row, given | {"version": str(row.version)}, status=409, conflict=conflict, stale=problem.explanation
    )


def _words(given: Mapping[str, str]) -> DepartmentWords:
    values = read(DepartmentSchema(), given)
    values.pop("version")
    return DepartmentWords(**values)


def present(row: Department) -> dict[str, str]:
    return {
        "name": row.name, "short_name": row.short_name, "mailbox": row.mailbox,
        "parent_id": str(row.parent_id or ""), "version": str(row.version),
    }


def _parents(itself: int | None) -> list[tuple[str, str]]:
    return choices((item.id, item.name) for item in town().open_departments if item.id != itself)


def _changed(line: Details) -> str:
    name = _("„%(name)s“ ist gespeichert.", name=line["name"])
    if line.get("mailbox"):
        return name + " " + _("E-Mails zu neuen Übergaben gehen an das angegebene Postfach.")
    return name + " " + _("Ohne Funktionspostfach erfährt der Fachbereich nichts von neuen Übergaben.")


SENTENCES.update({
    "department_added": lambda line: _(
        "„%(name)s“ ist angelegt. Jetzt kann die Redaktion ihm Hinweise übergeben.", name=line["name"]
    ),
    "department_changed": _changed,
})
