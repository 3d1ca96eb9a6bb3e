"""How a Fachbereich ends: closed with a successor, opened again, or taken away if it was never used."""

from collections.abc import Mapping

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotThere, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from maerker.wording import ngettext
from tenants.admin.blueprint import blueprint, town, who
from tenants.admin.departments import LIST
from tenants.admin.forms import OfficeSchema, choices, one_of_the_list, read, typed
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.departments import actions
from tenants.departments.queries import department_row, use_of
from tenants.reports.permissions import Permission


class EndSchema(OfficeSchema):
    successor_id = one_of_the_list()


@blueprint.get(f"{LIST}/<int:department_id>/schliessen")
@may(Permission.manage_town)
def confirm_closing(department_id: int) -> Response:
    return _page(department_id, {})


@blueprint.post(f"{LIST}/<int:department_id>/schliessen")
@may(Permission.manage_town)
@keeps_text
def close_department(department_id: int) -> Response:
    given = typed()
    if g.form_refused:
        return _page(department_id, given, status=400)
    try:
        values = read(EndSchema(), given)
        actions.close_department(department_id, **values, by=who().actor, at=now())
    except Invalid as problem:
        return _page(department_id, given, problem.fields, 422)
    except Stale as problem:
        return _page(department_id, given, stale=problem.explanation, status=409)
    return saved(LIST)


@blueprint.post(f"{LIST}/<int:department_id>/oeffnen")
@may(Permission.manage_town)
def reopen_department(department_id: int) -> Response:
    actions.reopen_department(
        department_id, version=read(EndSchema(), typed())["version"], by=who().actor, at=now()
    )
    return saved(f"{LIST}/{department_id}")


@blueprint.get(f"{LIST}/<int:department_id>/loeschen")
@may(Permission.manage_town)
def confirm_deletion(department_id: int) -> str:
    row = department_row(department_id)
    if use_of(department_id).in_history:
        raise NotThere()
    return render_template("admin/department_delete.html", row=row)


@blueprint.post(f"{LIST}/<int:department_id>/loeschen")
@may(Permission.manage_town)
def delete_department(department_id: int) -> Response:
    actions.delete_department(
        department_id, version=read(EndSchema(), typed())["version"], by=who().actor, at=now()
    )
    return saved(LIST)


def _page(
    department_id: int, given: Mapping[str, str], errors: Mapping[str, str] | None = None, status: int = 200,
    stale: str = "",
) -> Response:
    row = department_row(department_id)
    if row.closed_at is not None:
        raise NotThere()
    body = render_template(
        "admin/department_close.html", row=row, use=use_of(department_id), typed=given, errors=errors or {},
        stale=stale,
        successors=choices((item.id, item.name) for item in town().open_departments if item.id != row.id),
    )
    return make_response(body, status)


def _closed(line: Details) -> str:
    done = _("„%(name)s“ ist geschlossen.", name=line["name"])
    if not line.get("successor"):
        return done
    reports = ngettext("1 offenen Hinweis", "%(num)d offene Hinweise", line.get("reports", 0))
    categories = ngettext("1 Kategorie", "%(num)d Kategorien", line.get("categories", 0))
    members = ngettext("1 Mitglied", "%(num)d Mitglieder", line.get("members", 0))
    return done + " " + _(
        "„%(successor)s“ hat übernommen: %(reports)s, %(categories)s, %(members)s. "
        "Frühere Hinweise behalten den Namen.",
        successor=line["successor"], reports=reports, categories=categories, members=members,
    )


SENTENCES.update({
    "department_closed": _closed,
    "department_reopened": lambda line: _(
        "„%(name)s“ ist wieder offen. Was der Nachfolger übernommen hat, bleibt dort.", name=line["name"]
    ),
    "department_deleted": lambda line: _("„%(name)s“ ist gelöscht.", name=line["name"]),
})
