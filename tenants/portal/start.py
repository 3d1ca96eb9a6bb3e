"""The start page of a town, and how the service works."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app, g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.web.access import public
from maerker.web.page_cache import keep_page
from tenants.portal.blueprint import blueprint
from tenants.portal.presentation import cards
from tenants.reports import public_queries
from tenants.reports.public_queries import Figures

LATEST = 5
ONE_YEAR = timedelta(days=365)


@blueprint.get("/")
@public
def start() -> Response:
    """What people come for first: report something; then how it stands in town."""
    tenant_id = g.town.tenant_id
    latest = public_queries.latest_reports(tenant_id, LATEST)
    return keep_page(show_start(latest, public_queries.figures(tenant_id, now() - ONE_YEAR)))


def show_start(latest: Sequence[Any], figures: Figures) -> Response:
    """The page with these reports and figures."""
    return make_response(render_template(
        "portal/start.html", latest=cards(latest, g.town), figures=figures, most_counted=public_queries.MOST_COUNTED,
        tiles_url=current_app.config["SETTINGS"].map_tiles,
    ))


@blueprint.get("/hilfe")
@public
def help_page() -> Response:
    """The way of a report, the lights, the promise, and whom to call."""
    return keep_page(make_response(render_template("portal/help.html")))
