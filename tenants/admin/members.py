"""Who belongs to a Fachbereich: adding, deputies, absence, removing."""

from collections.abc import Mapping
from datetime import date

from flask import g, make_response, render_template
from flask_babel import format_date
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotThere
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.admin.blueprint import blueprint, who
from tenants.admin.departments import LIST, page, present
from tenants.admin.forms import OfficeSchema, choices, day, one_of_the_list, read, typed
from tenants.admin.saved import SENTENCES, Details, saved
from tenants.departments import members
from tenants.departments.members import Part
from tenants.departments.queries import Member, department_row, members_of, people
from tenants.reports.permissions import Permission

MEMBERS = f"{LIST}/<int:department_id>/mitglieder"
MEMBER = f"{MEMBERS}/<int:account_id>"


class NewMemberSchema(OfficeSchema):
    account_id = one_of_the_list()
    part = one_of_the_list()


class PartSchema(OfficeSchema):
    part = one_of_the_list()
    away_from = day()
    away_until = day()
    stand_in_id = one_of_the_list()


@blueprint.post(MEMBERS)
@may(Permission.manage_town)
@keeps_text
def add_member(department_id: int) -> Response:
    given, row = typed(), department_row(department_id)
    if g.form_refused:
        return page(row, present(row), status=400, new_member=given)
    try:
        values = read(NewMemberSchema(), given)
        if values["account_id"] is None:
            raise Invalid(fields={"account_id": _("Bitte wählen Sie eine Person aus der Liste.")})
        members.add_member(
            department_id, values["account_id"], is_deputy=bool(values["part"]), by=who().actor, at=now()
        )
    except Invalid as problem:
        return page(row, present(row), problem.fields, status=422, new_member=given)
    return saved(f"{LIST}/{department_id}")


@blueprint.get(MEMBER)
@may(Permission.manage_town)
def member(department_id: int, account_id: int) -> Response:
    found = _found(department_id, account_id)
    return _page(department_id, found, {
        "part": str(int(found.is_deputy)), "stand_in_id": str(found.stand_in_id or ""),
        "away_from": _iso(found.away_from), "away_until": _iso(found.away_until),
    })


@blueprint.post(MEMBER)
@may(Permission.manage_town)
@keeps_text
def change_member(department_id: int, account_id: int) -> Response:
    given, found = typed(), _found(department_id, account_id)
    if g.form_refused:
        return _page(department_id, found, given, status=400)
    try:
        values = read(PartSchema(), given)
        part = Part(
            is_deputy=bool(values["part"]), away_from=values["away_from"], away_until=values["away_until"],
            stand_in_id=values["stand_in_id"],
        )
        members.change_member(department_id, account_id, part, by=who().actor, at=now())
    except Invalid as problem:
        return _page(department_id, found, given, problem.fields, 422)
    return saved(f"{LIST}/{department_id}")


@blueprint.get(f"{MEMBER}/entfernen")
@may(Permission.manage_town)
def confirm_removal(department_id: int, account_id: int) -> str:
    return render_template(
        "admin/member_remove.html", row=department_row(department_id), member=_found(department_id, account_id)
    )


@blueprint.post(f"{MEMBER}/entfernen")
@may(Permission.manage_town)
def remove_member(department_id: int, account_id: int) -> Response:
    members.remove_member(department_id, account_id, by=who().actor, at=now())
    return saved(f"{LIST}/{department_id}")


def _found(department_id: int, account_id: int) -> Member:
    found = next((item for item in members_of(department_id) if item.account_id == account_id), None)
    if found is None:
        raise NotThere()
    return found


def _page(
    department_id: int, found: Member, given: Mapping[str, str], errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    body = render_template(
        "admin/member.html", row=department_row(department_id), member=found, typed=given, errors=errors or {},
        people=choices(item for item in people() if item[0] != found.account_id),
    )
    return make_response(body, status)


def _iso(moment: date | None) -> str:
    return moment.isoformat() if moment else ""


def _changed(line: Details) -> str:
    part = _("Vertretung") if line.get("deputy") else _("Mitglied")
    done = _("%(name)s ist in „%(department)s“: %(part)s.", name=line["name"], department=line["department"], part=part)
    if not line.get("away_from"):
        return done
    away = _(
        "Abwesend vom %(first)s bis %(last)s.",
        first=format_date(date.fromisoformat(line["away_from"]), _("d. MMMM y")),
        last=format_date(date.fromisoformat(line["away_until"]), _("d. MMMM y")),
    )
    if line.get("stand_in"):
        instead = _("In dieser Zeit sieht und bearbeitet %(name)s die Hinweise.", name=line["stand_in"])
    else:
        instead = _("In dieser Zeit springt die Vertretung des Fachbereichs ein.")
    return f"{done} {away} {instead}"


SENTENCES.update({
    "member_added": lambda line: _(
        "%(name)s gehört jetzt zu „%(department)s“ und bearbeitet dessen Hinweise.", name=line["name"],
        department=line["department"],
    ),
    "member_changed": _changed,
    "member_removed": lambda line: _(
        "%(name)s gehört nicht mehr zu „%(department)s“. Was die Person getan hat, bleibt im Verlauf.",
        name=line["name"], department=line["department"],
    ),
})
