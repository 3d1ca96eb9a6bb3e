"""The start page of a town, and how the service works."""

from datetime import timedelta

from flask import current_app, g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.web.access import public
from maerker.web.page_cache import keep_page
from tenants.portal.blueprint import blueprint
from tenants.portal.presentation import cards
from tenants.reports import public_queries

LATEST = 5
ONE_YEAR = timedelta(days=365)


@blueprint.get("/")
@public
def start() -> Response:
    """What people come for first: report something; then how it stands in town."""
    town = g.town
    page = render_template(
        "portal/start.html",
        latest=cards(public_queries.latest_reports(town.tenant_id, LATEST), town),
        figures=public_queries.figures(town.tenant_id, now() - ONE_YEAR),
        most_counted=public_queries.MOST_COUNTED,
        tiles_url=current_app.config["SETTINGS"].map_tiles,
    )
    return keep_page(make_response(page))


@blueprint.get("/hilfe")
@public
def help_page() -> Response:
    """The way of a report, the lights, the promise, and whom to call."""
    return keep_page(make_response(render_template("portal/help.html")))
