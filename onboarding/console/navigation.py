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
    Place(marked("Vertragswerk"), "/texte", "note", _READ,
          ("texte", "vertrauensliste", "unterauftragsverarbeiter", "aenderungen")),
    Place(marked("Personen"), "/personen", "user", OperatorPermission.manage_operators, ("personen",)),
    Place(marked("Protokoll"), "/protokoll", "history", OperatorPermission.see_audit, ("protokoll",)),
    Place(marked("Konto"), "/konto", "lock", "", ("konto",)),
)
CONTRACTS = (
    Place(marked("Texte"), "/texte", "", _READ, ("texte",)),
    Place(marked("Unterauftragsverarbeiter"), "/unterauftragsverarbeiter", "", _READ, ("unterauftragsverarbeiter",)),
    Place(marked("Vertrauensliste"), "/vertrauensliste", "", _READ, ("vertrauensliste",)),
    Place(marked("Wesentliche Änderungen"), "/aenderungen", "", _READ, ("aenderungen",)),
)


@dataclass(frozen=True)
class Entry:
    """A place as the page shows it; of a row of tabs one is `current`."""

    label: str
    href: str
    icon: str
    current: bool


def menu(rights: frozenset[str]) -> list[Entry]:
    """The main menu for somebody with these rights."""
    return _shown(PLACES, rights)


def contract_tabs(rights: frozenset[str]) -> list[Entry]:
    """The tabs above the pages about texts, trust, sub-processors and changes; none anywhere else."""
    return _shown(CONTRACTS, rights) if _first_part() in PLACES[5].prefixes else []


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
