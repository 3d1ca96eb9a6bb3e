"""What a report is about and where, put right by staff: category, street and Ortsteil."""

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.desk.blueprint import blueprint, forget_public_pages, town, who
from tenants.desk.forms import whole_number
from tenants.desk.lists import ways_back
from tenants.desk.put_right import done, made_by, not_yet_saved
from tenants.places.words import place_in_words
from tenants.reports.corrections import CORRECTED, Details, correct_details, details_changed
from tenants.reports.desk_report import report_at_desk
from tenants.reports.models import Report
from tenants.reports.permissions import Permission

FIELDS = ("category", "street", "house_number", "district")


@blueprint.get("/redaktion/<number>/angaben")
@may(Permission.work)
def show_details(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    return _page(report, {name: getattr(report, name) for name in FIELDS}, str(report.version))


@blueprint.post("/redaktion/<number>/angaben")
@may(Permission.work)
@keeps_text
def take_details(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    typed = {name: request.form.get(name, "").replace("\x00", "").strip() for name in FIELDS}
    version = request.form.get("version", "")
    if g.form_refused or request.form.get("again"):
        return _page(report, typed, version, notice_text=not_yet_saved())
    try:
        correct_details(number, Details(**typed), version=whole_number(version), town=town(), by=who().actor, at=now())
    except Invalid as problem:
        return _page(report, typed, version, dict(problem.fields), 422)
    except Stale as problem:
        fresh = report_at_desk(number, by=who().actor).report
        if made_by(fresh, CORRECTED) and not details_changed(fresh, Details(**typed), town()):
            return done(number, CORRECTED)  # the second click of a double click
        return _page(fresh, typed, str(fresh.version), status=409, stale=problem.explanation)
    forget_public_pages()
    return done(number, CORRECTED)


def _page(
    report: Report, typed: dict[str, str], version: str, errors: dict[str, str] | None = None, status: int = 200,
    **more: str,
) -> Response:
    here = town()
    categories = [(item.key, _(item.name)) for item in here.categories if item.active or item.key == report.category]
    names = [place.name for place in here.places]
    if report.district and report.district not in names:
        names.append(report.district)
    body = render_template(
        "desk/details.html", report=report, typed=typed, version=version, errors=errors or {},
        place=place_in_words(report, here), categories=categories, districts=[(name, name) for name in names],
        before={name: getattr(report, name) for name in FIELDS}, **ways_back(request.args), **more,
    )
    return make_response(body, status)
