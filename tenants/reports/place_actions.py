"""A reporter puts the pin that was missing: one transaction with event and public copy (law 6)."""

from datetime import datetime

from maerker.audit.actor import Actor
from maerker.errors import Invalid, Stale
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.registry.queries import in_charge_of
from tenants.reports.actions import outside_sentence, report_behind, write_event
from tenants.reports.models import Report
from tenants.reports.published import has_public_copy, write_publication
from tenants.reports.status import CLOSED, PUBLIC, Release

PLACE_SET = "place_set"


def set_place(tracking: bytes, *, lat: float, lon: float, town: Town, by: Actor, at: datetime) -> Report:
    """Give a report without a point its point (degrees, WGS 84); the report behind the hash of a tracking code.

    Raises NotThere, Invalid (the point lies outside the town), Stale (it has a point already or is closed).
    """
    report = report_behind(tracking, town=town)
    if report.lat is not None or report.state in CLOSED or report.release is Release.rejected:
        raise Stale(_("Der Ort dieses Hinweises lässt sich hier nicht mehr ändern."))
    found = in_charge_of(lat, lon)
    if found is None or found.municipality_id != town.municipality_id:
        raise Invalid(fields={"lat": outside_sentence(found.name if found else None, town)})
    report.lat, report.lon = lat, lon
    report.version += 1
    report.updated_at = at
    write_event(report, PLACE_SET, by=by, at=at, before=(report.state, report.release))
    if report.release in PUBLIC and has_public_copy(report):
        write_publication(report, None, {}, at=at)
    return report
