"""A Kommune that the catalogue does not have is added by hand, so that it can apply."""

from flask import g, make_response, redirect, render_template, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from onboarding.applications.new_kommune import NewKommune, add_kommune
from onboarding.console.blueprint import blueprint, who
from onboarding.operators import audit
from onboarding.operators.permissions import OperatorPermission
from tenants.registry.kinds import KINDS
from tenants.registry.models import Municipality

FIELDS = ("kind", "name", "name_dsb", "ars", "seat", "district_name", "population")
FIRST = ("Landkreis", "mitverwaltende Stadt")


@blueprint.get("/kommunen/neu")
@may(OperatorPermission.work_files)
def show_new_kommune() -> Response:
    return _page({})


@blueprint.post("/kommunen/neu")
@may(OperatorPermission.work_files)
@keeps_text
def send_new_kommune() -> Response:
    if g.form_refused:
        return _page({"name": _("Bitte senden Sie das Formular noch einmal ab.")}, 400)
    typed = NewKommune(**{name: request.form.get(name, "") for name in FIELDS})
    try:
        add_kommune(typed)
    except Invalid as refusal:
        return _page(dict(refusal.fields), 422)
    audit.note("municipality_added", by=who().actor, at=now(), name=typed.name.strip(), ars=typed.ars.strip())
    return redirect("/kommunen?getan=neu", 303)


def _page(errors: dict[str, str], status: int = 200) -> Response:
    districts = session().scalars(
        select(Municipality.district_name).where(Municipality.district_name != "").distinct()
        .order_by(Municipality.district_name)
    )
    kinds = (*FIRST, *(kind for kind in KINDS if kind not in FIRST))
    return make_response(render_template(
        "console/new_kommune.html", errors={name: errors[name] for name in FIELDS if name in errors},
        typed={name: request.form.get(name, "") for name in FIELDS}, kinds=[(kind, _(kind)) for kind in kinds],
        districts=[(name, name) for name in districts],
    ), status)
