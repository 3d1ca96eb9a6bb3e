"""Imprint, privacy notice and accessibility statement of the operator's own pages."""

from flask import current_app, make_response, render_template
from werkzeug.wrappers import Response

from maerker.web.access import public
from maerker.web.page_cache import keep_page
from tenants.overview.blueprint import blueprint
from tenants.registry import sources


@blueprint.get("/impressum")
@public
def imprint() -> Response:
    """Who runs this instance, and whose data the finder uses."""
    return _page("overview/imprint.html")


@blueprint.get("/datenschutz")
@public
def privacy() -> Response:
    """What happens with personal data on the bare host: next to nothing."""
    return _page("overview/privacy.html")


@blueprint.get("/barrierefreiheit")
@public
def accessibility() -> Response:
    """How accessible the bare host is."""
    return _page("overview/accessibility.html")


def _page(template: str) -> Response:
    contact = current_app.config["SETTINGS"].operator_contact
    return keep_page(make_response(
        render_template(template, sources=sources, contact=contact, operator=_operator())))


def _operator() -> dict[str, str]:
    """Address, telephone and representative as the settings name them; empty where they do not."""
    settings = current_app.config["SETTINGS"]
    return {
        "street": settings.operator_street, "postal_code": settings.operator_postal_code,
        "city": settings.operator_city, "phone": settings.operator_phone,
        "representative": settings.operator_representative, "function": settings.operator_representative_function,
    }
