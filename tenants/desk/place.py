"""The pin of a report: set where it came in words, moved where it lies wrong."""

from flask import g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotAllowed, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.desk.blueprint import blueprint, forget_public_pages, town, who
from tenants.desk.forms import whole_number
from tenants.places.words import place_in_words
from tenants.reports.desk_report import report_at_desk
from tenants.reports.models import Report
from tenants.reports.permissions import Permission
from tenants.reports.place_actions import can_be_placed, move_place


@blueprint.get("/redaktion/<number>/ort")
@may(Permission.work)
def show_place(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    if not can_be_placed(report):
        raise NotAllowed(_("Dieser Hinweis ist abgeschlossen. Sein Punkt lässt sich nicht mehr ändern."))
    return _page(report, {})


@blueprint.post("/redaktion/<number>/ort")
@may(Permission.work)
@keeps_text
def take_place(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    if g.form_refused or request.form.get("again"):
        return _page(report, {})
    point = _point(request.form.get("lat_typed", ""), request.form.get("lon_typed", "")) or _point(
        request.form.get("lat", ""), request.form.get("lon", "")
    )
    if point is None:
        return _page(report, {"lat": _("Bitte setzen Sie den Punkt auf der Karte.")}, 422)
    try:
        move_place(
            number, lat=point[0], lon=point[1], version=whole_number(request.form.get("version", "")), town=town(),
            by=who().actor, at=now(),
        )
    except Invalid as problem:
        return _page(report, dict(problem.fields), 422)
    except Stale as problem:
        return _page(report_at_desk(number, by=who().actor).report, {"lat": problem.explanation}, 409)
    forget_public_pages()
    return redirect(f"/redaktion/{number}", 303)


def _point(lat: str, lon: str) -> tuple[float, float] | None:
    """Degrees as typed, with comma or point."""
    try:
        north, east = float(lat.replace(",", ".")), float(lon.replace(",", "."))
    except ValueError:
        return None
    return (north, east) if -90 <= north <= 90 and -180 <= east <= 180 else None


def _page(report: Report, errors: dict[str, str], status: int = 200) -> Response:
    body = render_template(
        "desk/place.html", report=report, errors=errors, typed=request.form,
        place=place_in_words(report, town()),
    )
    return make_response(body, status)
