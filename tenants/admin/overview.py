"""The first page of the office."""

from flask import render_template

from maerker.web.access import may
from tenants.admin.blueprint import blueprint
from tenants.reports.permissions import Permission


@blueprint.get("/verwaltung/")
@may(Permission.manage_town)
def overview() -> str:
    return render_template("admin/overview.html")
