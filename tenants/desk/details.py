"""What a report is about and where, put right by staff: category, street and Ortsteil."""

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.desk.blueprint import blueprint, forget_public_pages, town, who
from tenants.desk.forms import whole_number
from tenants.places.words import place_in_words
from tenants.reports.corrections import Details, correct_details
from tenants.reports.desk_report import report_at_desk
from tenants.reports.models import Report
from tenants.reports.permissions import Permission

FIELDS = ("category", "street", "house_number", "district")


@blueprint.get("/redaktion/<number>/angaben")
@may(Permission.work)
def show_details(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    return _page(report, {name: getattr(report, name) for name in FIELDS}, {})


@blueprint.post("/redaktion/<number>/angaben")
@may(Permission.work)
@keeps_text
def take_details(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    typed = {name: request.form.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    if g.form_refused or request.form.get("again"):
        return _page(report, typed, {})
    version = whole_number(request.form.get("version", ""))
    try:
        correct_details(number, Details(**typed), version=version, town=town(), by=who().actor, at=now())
    except Invalid as problem:
        return _page(report, typed, dict(problem.fields), 422)
    except Stale as problem:
        return _page(report_at_desk(number, by=who().actor).report, typed, {"category": problem.explanation}, 409)
    forget_public_pages()
    return redirect(f"/redaktion/{number}", 303)


def _page(report: Report, typed: dict[str, str], errors: dict[str, str], status: int = 200) -> Response:
    here = town()
    categories = [(item.key, _(item.name)) for item in here.categories if item.active or item.key == report.category]
    names = [place.name for place in here.places]
    if report.district and report.district not in names:
        names.append(report.district)
    body = render_template(
        "desk/details.html", report=report, typed=typed, errors=errors, place=place_in_words(report, here),
        categories=categories, districts=[(name, name) for name in names], stale=status == 409,
        before={name: getattr(report, name) for name in FIELDS},
    )
    return make_response(body, status)
