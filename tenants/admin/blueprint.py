"""The office's door: every module of it adds its addresses to this blueprint."""

from flask import Blueprint, current_app, request, url_for

from maerker.wording import gettext as _
from maerker.wording import marked
from tenants.staff_door import forget_public_pages, signed_in_account, town, who

__all__ = ["NAVIGATION", "blueprint", "forget_public_pages", "town", "who"]

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


@blueprint.context_processor
def _shell() -> dict[str, object]:
    """What the office's shell reads: the account, and the rooms with the present one marked."""
    return {
        "current_account": signed_in_account(),
        "nav_current": "office",
        "rooms": [
            {"href": url_for(endpoint), "label": _(label), "icon": icon, "current": _is_inside(url_for(endpoint))}
            for endpoint, label, icon in NAVIGATION if endpoint in current_app.view_functions
        ],
    }


def _is_inside(href: str) -> bool:
    """Whether the page asked for lies in the room at this address."""
    return request.path == href or (href != "/verwaltung/" and request.path.startswith(f"{href}/"))
