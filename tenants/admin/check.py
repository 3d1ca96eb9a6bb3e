"""Before the start: what a citizen would stumble over, and where to put it right."""

from flask import render_template

from maerker.web.access import may
from tenants.admin.blueprint import blueprint
from tenants.profile.check import Severity, findings
from tenants.reports.permissions import Permission


@blueprint.get("/verwaltung/pruefung")
@may(Permission.manage_town)
def check() -> str:
    found = findings()
    stopping = [item for item in found if not item.ok and item.severity is Severity.stops]
    advice = [item for item in found if not item.ok and item.severity is Severity.advice]
    return render_template(
        "admin/check.html", stopping=stopping, advice=advice, met=[item for item in found if item.ok], all=len(found)
    )
