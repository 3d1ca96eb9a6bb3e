"""A reporter puts the pin that was missing: one transaction with event and public copy (law 6)."""

from datetime import datetime

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotThere, Stale
from maerker.wording import gettext as _
from tenants.profile.town import Town
from tenants.registry.queries import in_charge_of
from tenants.reports.actions import outside_sentence
from tenants.reports.models import Report, ReportEvent
from tenants.reports.published import has_public_copy, write_publication
from tenants.reports.status import PUBLIC, Release
from tenants.reports.trial import hold_trial

PLACE_SET = "place_set"


def set_place(tracking: bytes, *, lat: float, lon: float, town: Town, by: Actor, at: datetime) -> Report:
    """Give a report without a point its point (degrees, WGS 84); the report behind the hash of a tracking code.

    Raises NotThere, Invalid (the point lies outside the town), Stale (it has a point already or is closed).
    """
    report = session().scalars(
        select(Report).where(Report.tracking_hash == tracking).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if report is None:
        raise NotThere()
    if report.trial:
        hold_trial(town)
    if report.lat is not None or report.closed_at is not None or report.release is Release.rejected:
        raise Stale(_("Der Ort dieses Hinweises lässt sich hier nicht mehr ändern."))
    found = in_charge_of(lat, lon)
    if found is None or found.municipality_id != town.municipality_id:
        raise Invalid(fields={"lat": outside_sentence(found.name if found else None, town)})
    report.lat, report.lon = lat, lon
    report.version += 1
    report.updated_at = at
    event = ReportEvent(
        report_id=report.id, at=at, verb=PLACE_SET, actor_kind=by.kind, actor_id=by.id, actor_name=by.name,
        state_before=report.state, state_after=report.state, release_before=report.release,
        release_after=report.release, department_id=report.department_id,
    )
    session().add(event)
    session().flush()
    if report.release in PUBLIC and has_public_copy(report):
        write_publication(report, event, None, {}, at=at)
    return report
