"""What every citizens' page has around it, and which pages a town shows when it is not live."""

from typing import Any

from flask import g, make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from maerker.clock import BERLIN
from maerker.web.languages import language_links
from maerker.wording import gettext as _
from maerker.wording import weekday_and_day
from tenants.portal.blueprint import blueprint
from tenants.portal.trial import answer_in_trial, trial_has_ended
from tenants.profile.town import Town
from tenants.registry import sources
from tenants.registry.models import TenantState
from tenants.registry.queries import standing_of

OPEN = frozenset({TenantState.live, TenantState.paused, TenantState.leaving})
ALWAYS = frozenset(
    f"portal.{name}"
    for name in ("colours", "arms", "area", "imprint", "privacy", "accessibility", "language", "robots", "security")
)
GONE = 410


@blueprint.before_app_request
def say_that_the_town_has_left() -> Response | None:
    """A town that has left answers every address with its tombstone; imprint and privacy notice stay."""
    if "town" not in g or g.town.state is not TenantState.closed or request.endpoint in ALWAYS:
        return None
    return make_response(render_template("portal/over.html"), GONE)


@blueprint.before_request
def show_only_what_is_open() -> Response | None:
    """A town that is not live yet says so; its legal pages stay. In a trial its staff and testers use everything."""
    if g.town.state in OPEN:
        return trial_has_ended()
    if request.endpoint in ALWAYS:
        return None
    if g.town.state is TenantState.trial and (g.in_trial or request.endpoint == "portal.enter_trial"):
        return answer_in_trial()
    return make_response(render_template("portal/soon.html", starts_at=standing_of(g.town.tenant_id).starts_at), 404)


def takes_reports(town: Town) -> bool:
    """Whether the form is open: in a live town, in a trial for whoever takes part, and until the end if so agreed."""
    if town.state is TenantState.leaving:
        return not standing_of(town.tenant_id).form_closed_while_leaving
    return town.state is TenantState.live or bool(g.get("in_trial"))


@blueprint.context_processor
def surroundings() -> dict[str, Any]:
    """Switch of languages, sources of the map, and the notice of a town that pauses or leaves.

    A host that is no town's has an error page alone, and of these things none.
    """
    if "town" not in g:
        return {}
    return {
        "language_links": language_links(),
        "attribution": sources.AREAS,
        "notices": _notices(),
        "operator_name": g.town.texts.get("operator_name", ""),
    }


def _notices() -> list[tuple[str, str]]:
    if g.town.state is TenantState.paused:
        return [("warning", pause_message())]
    if g.town.state is TenantState.leaving:
        return [("info", leaving_message())]
    return []


def pause_message() -> str:
    """Why a town takes no reports at the moment, in its own words or ours, and until when."""
    until = standing_of(g.town.tenant_id).paused_until
    message = _own_words("pause_message") or _(
        "%(town)s nimmt über Maerker zurzeit keine neuen Hinweise an. "
        "Veröffentlichte Hinweise können Sie weiter lesen.",
        town=g.town.name,
    )
    if until is None:
        return message
    day = weekday_and_day(until.astimezone(BERLIN).date())
    return Markup("{} {}").format(message, _("Voraussichtlich geht es am %(day)s weiter.", day=day))


def leaving_message() -> str:
    """That a town is about to leave, in its own words or ours."""
    return _own_words("leaving_message") or _(
        "%(town)s wird Maerker verlassen. Bis dahin können Sie Hinweise hier weiter lesen.", town=g.town.name
    )


def _own_words(key: str) -> str:
    own: str = g.town.texts.get(key, "")
    return Markup('<span lang="de">{}</span>').format(own) if own else ""
