"""The pin of a report, set by its reporter or moved by staff: one transaction with event and public copy (law 6)."""

from datetime import datetime

from maerker.audit.actor import Actor
from maerker.errors import Invalid, Stale
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.registry.queries import in_charge_of
from tenants.reports.actions import outside_sentence, report_behind, report_of_staff, write_event
from tenants.reports.models import Report
from tenants.reports.published import has_public_copy, write_publication
from tenants.reports.status import CLOSED, PUBLIC, Release
from tenants.reports.step import Step

METRE = 0.00001  # degrees
PLACE_SET = "place_set"
PLACE_MOVED = "place_moved"


def set_place(tracking: bytes, *, lat: float, lon: float, town: Town, by: Actor, at: datetime) -> Report:
    """Give a report without a point its point (degrees, WGS 84); the report behind the hash of a tracking code.

    Raises NotThere, Invalid (the point lies outside the town), Stale (it has a point already or is closed).
    """
    report = report_behind(tracking, town=town)
    if report.lat is not None or not can_be_placed(report):
        raise Stale(_("Der Ort dieses Hinweises lässt sich hier nicht mehr ändern."))
    return _place(report, lat, lon, town=town, by=by, at=at)


def move_place(
    number: str, *, lat: float, lon: float, version: int, town: Town, by: Actor, at: datetime
) -> Report:
    """Staff set the point of an open report, or move it. Raises as `set_place`, and Stale if someone was faster."""
    report = report_of_staff(number, town=town, by=by)
    if not can_be_placed(report):
        raise Stale(_("Der Ort dieses Hinweises lässt sich hier nicht mehr ändern."))
    if version != report.version:
        raise Stale(_("Jemand anderes hat diesen Hinweis gerade bearbeitet. Ihr Punkt steht noch hier."))
    if report.lat is not None and report.lon is not None and max(abs(report.lat - lat), abs(report.lon - lon)) < METRE:
        raise Invalid(fields={"lat": _("Der Punkt liegt noch dort, wo er war.")})
    return _place(report, lat, lon, town=town, by=by, at=at)


def can_be_placed(report: Report) -> bool:
    """Whether its place is still of use: the case is open."""
    return report.state not in CLOSED and report.release is not Release.rejected


def _place(report: Report, lat: float, lon: float, *, town: Town, by: Actor, at: datetime) -> Report:
    found = in_charge_of(lat, lon)
    if found is None or found.municipality_id != town.municipality_id:
        raise Invalid(fields={"lat": outside_sentence(found.name if found else None, town)})
    before = (report.lat, report.lon)
    report.lat, report.lon = lat, lon
    report.version += 1
    report.updated_at = at
    moved = before != (None, None)
    said = f"{_in_degrees(*before)} → {_in_degrees(lat, lon)}" if moved else ""
    write_event(
        report, PLACE_MOVED if moved else PLACE_SET, by=by, at=at, before=(report.state, report.release),
        step=Step(version=report.version, internal_text=said),
    )
    if report.release in PUBLIC and has_public_copy(report):
        write_publication(report, None, {}, at=at)
    return report


def _in_degrees(lat: float | None, lon: float | None) -> str:
    return f"{lat:.5f}, {lon:.5f}"
