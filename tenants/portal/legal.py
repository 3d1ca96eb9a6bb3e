"""Imprint, privacy notice and accessibility statement, filled from the town's profile."""

from collections.abc import Mapping

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.web.access import public
from maerker.web.page_cache import keep_page
from maerker.wording import marked
from tenants.portal.blueprint import blueprint
from tenants.profile.texts import OWN_TEXTS
from tenants.registry import sources

# Bodies whose names and addresses change: a town or the operator overrides them in the profile's texts.
DEFAULTS: Mapping[str, str] = {
    "supervisory_authority": OWN_TEXTS["supervisory_authority"].default,
    "enforcement_body": OWN_TEXTS["enforcement_body"].default,
    "accessibility_checked_on": marked("22. November 2026"),
    "contact_retention": marked("sechs Monate nach Abschluss der Bearbeitung"),
    "report_retention": marked(
        "Entscheidung der Kommune, in der Regel fünf Jahre nach Abschluss der Bearbeitung; nicht selbsttätig"
    ),
    "log_retention": marked("sieben Tage"),
    "operator_name": "",
    "operator_address": "",
    "imprint_extra": "",
    "privacy_extra": "",
    "accessibility_gaps": "",
}


def legal_texts(own: Mapping[str, str]) -> dict[str, str]:
    """A town's own texts over the defaults; an empty one counts as none."""
    return {**DEFAULTS, **{key: value for key, value in own.items() if value}}


@blueprint.get("/impressum")
@public
def imprint() -> Response:
    """Who answers for these pages (§ 5 DDG, § 18 MStV), and whose data the maps show."""
    return _page("portal/legal/imprint.html")


@blueprint.get("/datenschutz")
@public
def privacy() -> Response:
    """What happens with personal data (Art. 13 DSGVO)."""
    return _page("portal/legal/privacy.html")


@blueprint.get("/barrierefreiheit")
@public
def accessibility() -> Response:
    """How accessible the pages are, and where to complain (BbgBITV)."""
    return _page("portal/legal/accessibility.html")


def _page(template: str) -> Response:
    texts = legal_texts(g.town.texts)
    return keep_page(make_response(render_template(template, texts=texts, profile=g.town.profile, sources=sources)))
