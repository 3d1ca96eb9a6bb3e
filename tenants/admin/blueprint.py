"""The office's door: every module of it adds its addresses to this blueprint."""

from typing import cast

from flask import Blueprint, current_app, g, request, url_for
from flask_login import current_user
from redis import Redis

from maerker.application import after_commit
from maerker.web.page_cache import forget_pages
from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.profile.town import Town
from tenants.staff.signed_in import SignedIn

blueprint = Blueprint("admin", __name__, template_folder="templates")

NAVIGATION = (
    ("admin.overview", marked("Überblick"), "list"),
    ("admin.departments", marked("Fachbereiche"), "building"),
    ("admin.categories", marked("Kategorien"), "filter"),
    ("admin.places", marked("Ortsteile"), "pin"),
    ("admin.calendar", marked("Arbeitszeiten und Schließtage"), "calendar"),
    ("admin.people", marked("Personen"), "users"),
    ("admin.texts", marked("Texte"), "note"),
    ("admin.imprint", marked("Impressum und Datenschutz"), "info"),
    ("admin.look", marked("Wappen und Farben"), "image"),
    ("admin.trial", marked("Probebetrieb"), "eye"),
    ("admin.check", marked("Prüfung vor dem Start"), "check"),
)
"""Rooms of the office in the order of the side navigation: endpoint of the first page, name, icon."""


def who() -> SignedIn:
    """The person who has signed in; no view of the office is public."""
    return cast(SignedIn, current_user)


def town() -> Town:
    """The town of this request, as it was configured when the request began."""
    return cast(Town, g.town)


def forget_public_pages() -> None:
    """After the commit, no page of the town made before is shown to citizens again."""
    redis: Redis = current_app.extensions["maerker_redis"]
    hosts = town().hosts
    after_commit(lambda: forget_pages(redis, hosts))


@blueprint.context_processor
def _shell() -> dict[str, object]:
    """What the office's shell reads: the account, and the rooms with the present one marked."""
    known = getattr(g, "_login_user", None)
    return {
        "current_account": known if known is not None and known.is_authenticated else None,
        "nav_current": "office",
        "rooms": [
            {"href": url_for(endpoint), "label": _(label), "icon": icon, "current": _is_inside(url_for(endpoint))}
            for endpoint, label, icon in NAVIGATION if endpoint in current_app.view_functions
        ],
    }


def _is_inside(href: str) -> bool:
    """Whether the page asked for lies in the room at this address."""
    return request.path == href or (href != "/verwaltung/" and request.path.startswith(f"{href}/"))
