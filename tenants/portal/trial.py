"""The portal during a trial: for the town's staff, and for testers who came by the link that the town handed out.

Everybody else reads "soon here". What testers see is answered here and never by the views that are for everybody,
so that these stay as they are: they read publications, and nothing of a trial is one. A page of the portal that is
not named here does not exist in a trial.
"""

from collections.abc import Callable

from flask import current_app, g, make_response, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from maerker.errors import NotThere
from maerker.web.access import public
from maerker.web.cookies import drop_cookie, read_cookie, set_cookie
from maerker.wording import gettext as _
from tenants.portal.blueprint import blueprint
from tenants.portal.browse import as_geojson, asked_box, show_hits
from tenants.portal.filters import read_filters
from tenants.portal.single import SIZES, send_photo, show_report
from tenants.portal.start import LATEST, show_start
from tenants.registry.models import TenantState
from tenants.reports import trial_queries
from tenants.reports.trial import is_trial_pass, trial_over_sentence

COOKIE = "maerker_probe"
THIRTY_DAYS = 30 * 24 * 3600
_USED_BY_STAFF = "staff"
_FORM = "portal.report_"


def look_for_pass() -> None:
    """For a town in its trial, before each request: whether this visitor takes part in it.

    Such a page is never kept: whoever asks for it next may be from outside.
    """
    g.in_trial = current_user.is_authenticated or _has_pass(read_cookie(COOKIE))
    g.holds_token = g.in_trial


def _has_pass(word: str) -> bool:
    return bool(word) and is_trial_pass(word, g.town.tenant_id, current_app.config["SETTINGS"])


@blueprint.get("/probe/<token>")
@public
def enter_trial(token: str) -> Response:
    """The testers' link. It may be opened often, until the town renews it or starts."""
    if g.town.state is not TenantState.trial:
        return over_page()
    if not _has_pass(token):
        raise NotThere(_("Dieser Link gilt nicht mehr. Bitte lassen Sie sich von der Verwaltung den neuen geben."))
    answer = redirect("/", 303)
    set_cookie(answer, COOKIE, token.lower(), seconds=THIRTY_DAYS)
    return answer


def over_page() -> Response:
    """To testers after the start: what they do from now on is real."""
    body = render_template("portal/trial_over.html", sentence=trial_over_sentence(g.town))
    answer = make_response(body, 200 if request.method in ("GET", "HEAD") else 409)
    drop_cookie(answer, COOKIE)
    return answer


def trial_has_ended() -> Response | None:
    """In a town that has started: who comes back to the form from the trial is told, and nothing is sent."""
    if read_cookie(COOKIE) and str(request.endpoint).startswith(_FORM):
        return over_page()
    return None


@blueprint.after_request
def mark_browser_of_staff(answer: Response) -> Response:
    """Staff try the form without a pass; their browsers are marked, so that they too are told when it gets serious."""
    if g.get("in_trial") and str(request.endpoint).startswith(_FORM) and not read_cookie(COOKIE):
        set_cookie(answer, COOKIE, _USED_BY_STAFF, seconds=THIRTY_DAYS)
    return answer


def answer_in_trial() -> Response | None:
    """A tester's request: None lets the form, the tracking page and the help go their usual way."""
    endpoint = str(request.endpoint)
    if endpoint.startswith((_FORM, "portal.track")) or endpoint in ("portal.help_page", "portal.enter_trial"):
        return None
    if endpoint not in _PAGES:
        raise NotThere()
    return _PAGES[endpoint](**(request.view_args or {}))


def _start() -> Response:
    return show_start(trial_queries.latest_trial_reports(LATEST), trial_queries.trial_figures())


def _list() -> Response:
    return _hits("portal/list.html")


def _map() -> Response:
    return _hits("portal/map.html")


def _hits(template: str) -> Response:
    filters = read_filters(request.args, g.town)
    return show_hits(template, filters, trial_queries.find_trial_reports(filters.search, filters.page))


def _geojson() -> Response:
    filters = read_filters(request.args, g.town)
    return as_geojson(trial_queries.trial_reports_in_box(filters.search, asked_box()))


def _report(number: str) -> Response:
    row = trial_queries.trial_report(number)
    if row is None:
        raise NotThere()
    return show_report(row)


def _photo(number: str, position: int, size: str) -> Response:
    row = trial_queries.trial_report(number)
    if row is None or size not in SIZES or not 1 <= position <= len(row.photos):
        raise NotThere()
    return send_photo(row.photos[position - 1]["file"], size, "private, no-store")


_PAGES: dict[str, Callable[..., Response]] = {
    "portal.start": _start, "portal.reports": _list, "portal.map_page": _map, "portal.short_map_address": _map,
    "portal.reports_as_geojson": _geojson, "portal.report": _report, "portal.photo": _photo,
}
