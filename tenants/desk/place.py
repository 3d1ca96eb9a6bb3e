"""The pin of a report: set where it came in words, moved where it lies wrong."""

from flask import g, make_response, render_template, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.errors import Invalid, NotAllowed, Stale
from maerker.web.access import may
from maerker.web.guard import keeps_text
from maerker.wording import gettext as _
from tenants.desk.blueprint import blueprint, forget_public_pages, town, who
from tenants.desk.forms import whole_number
from tenants.desk.lists import ways_back
from tenants.desk.put_right import done, made_by, not_yet_saved
from tenants.places.words import place_in_words
from tenants.reports.desk_report import events_of, report_at_desk
from tenants.reports.models import Report
from tenants.reports.permissions import Permission
from tenants.reports.place_actions import PLACE_MOVED, PLACE_SET, can_be_placed, move_place


@blueprint.get("/redaktion/<number>/ort")
@may(Permission.work)
def show_place(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    if not can_be_placed(report):
        raise NotAllowed(_("Dieser Hinweis ist abgeschlossen. Sein Punkt lässt sich nicht mehr ändern."))
    return _page(report, str(report.version))


@blueprint.post("/redaktion/<number>/ort")
@may(Permission.work)
@keeps_text
def take_place(number: str) -> Response:
    report = report_at_desk(number, by=who().actor).report
    version = request.form.get("version", "")
    if g.form_refused or request.form.get("again"):
        return _page(report, version, notice_text=not_yet_saved())
    typed = (request.form.get("lat_typed", "").strip(), request.form.get("lon_typed", "").strip())
    point = _point(*typed) if any(typed) else _point(request.form.get("lat", ""), request.form.get("lon", ""))
    if point is None:
        sentence = _("Bitte geben Sie beide Zahlen in Grad an.") if any(typed) else (
            _("Bitte setzen Sie den Punkt auf der Karte."))
        return _page(report, version, {"lat": sentence}, 422)
    try:
        move_place(
            number, lat=point[0], lon=point[1], version=whole_number(version), town=town(), by=who().actor, at=now()
        )
    except Invalid as problem:
        return _page(report, version, dict(problem.fields), 422)
    except Stale as problem:
        fresh = report_at_desk(number, by=who().actor).report
        if (fresh.lat, fresh.lon) == point and made_by(fresh, PLACE_SET, PLACE_MOVED):
            return done(number, events_of(fresh)[-1].verb)  # the second click of a double click
        return _page(fresh, str(fresh.version), status=409, stale=problem.explanation)
    forget_public_pages()
    return done(number, PLACE_SET if report.lat is None else PLACE_MOVED)


def _point(lat: str, lon: str) -> tuple[float, float] | None:
    """Degrees as typed, with comma or point."""
    try:
        north, east = float(lat.replace(",", ".")), float(lon.replace(",", "."))
    except ValueError:
        return None
    return (north, east) if -90 <= north <= 90 and -180 <= east <= 180 else None


def _page(
    report: Report, version: str, errors: dict[str, str] | None = None, status: int = 200, **more: str
) -> Response:
    body = render_template(
        "desk/place.html", report=report, version=version, errors=errors or {}, typed=request.form,
        place=place_in_words(report, town()), **ways_back(request.args), **more,
    )
    return make_response(body, status)
