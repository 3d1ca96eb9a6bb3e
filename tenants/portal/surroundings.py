"""What every citizens' page has around it, and which pages a town shows when it is not live."""

from typing import Any

from flask import g, make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from maerker.web.languages import language_links
from maerker.wording import gettext as _
from tenants.portal.blueprint import blueprint
from tenants.registry import sources
from tenants.registry.models import TenantState

OPEN = frozenset({TenantState.live, TenantState.paused})
SOON = frozenset({TenantState.joining, TenantState.trial})
ALWAYS = frozenset(
    f"portal.{name}"
    for name in ("colours", "arms", "area", "imprint", "privacy", "accessibility", "language", "robots", "security")
)


@blueprint.before_request
def show_only_what_is_open() -> Response | None:
    """A town that is not live yet, or no more, says so; its legal pages stay. In a trial the staff try the form."""
    state = g.town.state
    if state in OPEN or request.endpoint in ALWAYS:
        return None
    if state is TenantState.trial and str(request.endpoint).startswith(("portal.report_", "portal.track")):
        return None
    template = "portal/soon.html" if state in SOON else "portal/over.html"
    return make_response(render_template(template), 404)


@blueprint.context_processor
def surroundings() -> dict[str, Any]:
    """Switch of languages, sources of the map, and the notice of a town that pauses.

    A host that is no town's has an error page alone, and of these things none.
    """
    if "town" not in g:
        return {}
    return {
        "language_links": language_links(),
        "attribution": sources.AREAS,
        "notices": [("warning", pause_message())] if g.town.state is TenantState.paused else [],
        "operator_name": g.town.texts.get("operator_name", ""),
    }


def pause_message() -> str:
    """Why a town takes no reports at the moment: its own words, or ours."""
    own: str = g.town.texts.get("pause_message", "")
    if own:
        return Markup('<span lang="de">{}</span>').format(own)
    return _(
        "%(town)s nimmt über Maerker zurzeit keine neuen Hinweise an. "
        "Veröffentlichte Hinweise können Sie weiter lesen.",
        town=g.town.name,
    )
