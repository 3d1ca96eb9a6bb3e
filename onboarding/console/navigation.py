"""The main menu of the console, and where a page stands in it. A place is shown to whoever may go there."""

from dataclasses import dataclass

from flask import Flask, current_app, request

from maerker.wording import gettext as _
from maerker.wording import marked
from onboarding.operators.permissions import OperatorPermission

_READ = OperatorPermission.see_files


@dataclass(frozen=True)
class Place:
    """An entry of the menu. `prefixes`: first parts of the addresses that belong to it."""

    label: str
    path: str
    icon: str
    right: str
    prefixes: tuple[str, ...]


PLACES = (
    Place(marked("Akten"), "/", "list", _READ, ("", "akten")),
    Place(marked("Aufgaben"), "/aufgaben", "inbox", _READ, ("aufgaben",)),
    Place(marked("Kalender"), "/kalender", "calendar", _READ, ("kalender",)),
    Place(marked("Kommunen"), "/kommunen", "building", OperatorPermission.see_towns, ("kommunen",)),
    Place(marked("Schulungen"), "/schulungen", "users", _READ, ("schulungen",)),
)
CONTRACTS = (
    Place(marked("Texte"), "/texte", "", _READ, ("texte",)),
    Place(marked("Unterauftragsverarbeiter"), "/unterauftragsverarbeiter", "", _READ, ("unterauftragsverarbeiter",)),
    Place(marked("Vertrauensliste"), "/vertrauensliste", "", _READ, ("vertrauensliste",)),
    Place(marked("Wesentliche Änderungen"), "/aenderungen", "", _READ, ("aenderungen",)),
)
HOUSE = (
    Place(marked("Mein Konto"), "/konto", "", "", ("konto",)),
    Place(marked("Personen"), "/personen", "", OperatorPermission.manage_operators, ("personen",)),
    Place(marked("Protokoll"), "/protokoll", "", OperatorPermission.see_audit, ("protokoll",)),
)
GROUPS = ((marked("Vertragswerk"), "note", CONTRACTS), (marked("Betrieb"), "user", HOUSE))


@dataclass(frozen=True)
class Entry:
    """A place as the page shows it; of a row of tabs one is `current`."""

    label: str
    href: str
    icon: str
    current: bool


def menu(rights: frozenset[str]) -> list[Entry]:
    """The main menu for somebody with these rights: places, then groups of places by the first that is open."""
    groups = []
    for label, icon, places in GROUPS:
        inside = _shown(places, rights)
        if inside:
            groups.append(Entry(_(label), inside[0].href, icon, any(entry.current for entry in inside)))
    return [*_shown(PLACES, rights), *groups]


def tabs(rights: frozenset[str]) -> tuple[str, list[Entry]]:
    """The name and the places of the group that this page is in; none on a page that stands by itself."""
    for label, _icon, places in GROUPS:
        inside = _shown(places, rights)
        if len(inside) > 1 and any(entry.current for entry in inside):
            return _(label), inside
    return "", []


def addresses(app: Flask) -> frozenset[str]:
    """The rules that the console answers to, as they are written."""
    known: frozenset[str] | None = app.extensions.get("console_addresses")
    if known is None:
        known = frozenset(rule.rule for rule in app.url_map.iter_rules())
        app.extensions["console_addresses"] = known
    return known


def _shown(places: tuple[Place, ...], rights: frozenset[str]) -> list[Entry]:
    known, here = addresses(current_app), _first_part()
    return [
        Entry(_(place.label), place.path, place.icon, here in place.prefixes)
        for place in places
        if place.path in known and (not place.right or place.right in rights)
    ]


def _first_part() -> str:
    return request.path.strip("/").split("/", 1)[0].removesuffix(".csv")
