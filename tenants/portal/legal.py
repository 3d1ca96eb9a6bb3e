"""Imprint, privacy notice and accessibility statement, filled from the town's profile."""

from collections.abc import Mapping

from flask import g, make_response, render_template
from werkzeug.wrappers import Response

from maerker.web.access import public
from maerker.web.page_cache import keep_page
from maerker.wording import marked
from tenants.portal.blueprint import blueprint
from tenants.registry import sources

# Bodies whose names and addresses change: a town or the operator overrides them in the profile's texts.
DEFAULTS: Mapping[str, str] = {
    "supervisory_authority": (
        "Die Landesbeauftragte für den Datenschutz und für das Recht auf Akteneinsicht Brandenburg\n"
        "Stahnsdorfer Damm 77\n14532 Kleinmachnow\nTelefon: 033203 356-0\nE-Mail: poststelle@lda.brandenburg.de"
    ),
    "enforcement_body": (
        "Durchsetzungsstelle für digitale Barrierefreiheit\n"
        "bei der Landesbeauftragten für die Belange der Menschen mit Behinderungen\n"
        "Henning-von-Tresckow-Straße 2–13\n14467 Potsdam\nE-Mail: durchsetzung.BIT@msgiv.brandenburg.de"
    ),
    "accessibility_checked_on": marked("22. November 2026"),
    "contact_retention": marked("sechs Monate nach Abschluss der Bearbeitung"),
    "report_retention": marked("fünf Jahre nach Abschluss der Bearbeitung"),
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
