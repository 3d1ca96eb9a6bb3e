"""The card of the demonstration: where to look and whom to be, kept in a file of its own for the next start."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

from maerker.settings import Settings
from onboarding.demo.operators import Login, operators_logins
from onboarding.demo.stories import DemoTown

CARD = "demo-card.json"


class Address(TypedDict):
    label: str
    url: str


class ByMail(TypedDict):
    """Somebody of a joining Kommune: signs in by an address, the code comes into its mailbox."""

    label: str
    username: str


class DemoCard(TypedDict):
    """What start.py shows at the end: where to look and whom to be."""

    addresses: list[Address]
    logins: list[Login]
    by_mail: list[ByMail]


def make_card(towns: Sequence[DemoTown], settings: Settings, passphrase: str) -> DemoCard:
    """The bare host, each town, and for the first town one login of each role, for the others the editor's."""
    base = settings.base_host
    addresses: list[Address] = [{"label": "Alle Kommunen", "url": f"{settings.public_url(base)}/"}]
    logins: list[Login] = []
    for town in towns:
        url = settings.public_url(f"{town.slug}.{base}")
        names = f"{town.name}/{town.name_dsb}" if town.name_dsb else town.name
        addresses.append({"label": names, "url": f"{url}/"})
        editors = [person for person in town.people if person["role"] == "editor"]
        shown = town.people if town is towns[0] else editors[:1]
        for person in shown:
            label = f"{town.name}, {_ROLES[person['role']]}"
            logins.append({"label": label, "username": person["username"], "password": passphrase})
    addresses.append({"label": f"Anmelden ({towns[0].name})", "url": _sign_in(settings, f"{towns[0].slug}.{base}")})
    joining, bernau = f"beitritt.{base}", f"bernau-bei-berlin.{base}"
    addresses += [
        {"label": "Beitritt", "url": f"{settings.public_url(joining)}/"},
        {"label": "Beitrittsakten", "url": _sign_in(settings, joining)},
        {"label": "Bernau (Probebetrieb)", "url": _sign_in(settings, bernau)},
    ]
    logins.append({"label": "Bernau, Administration", "username": "nadine.kowalke@bernau.example",
                   "password": passphrase})
    addresses.append({"label": "Betrieb", "url": _sign_in(settings, f"betrieb.{base}")})
    by_mail: list[ByMail] = [
        {"label": f"Beitrittsakte {name}", "username": address} for name, address in _SIGN_IN_BY_MAIL.items()
    ]
    return {"addresses": addresses, "logins": logins + operators_logins(settings, passphrase), "by_mail": by_mail}


_SIGN_IN_BY_MAIL = {"Spremberg": "andreas.piater@spremberg.example", "Bernau": "thorsten.haberland@bernau.example"}
_ROLES = {"admin": "Administration", "editor": "Redaktion", "clerk": "Sachbearbeitung", "reader": "Leserecht"}


def _sign_in(settings: Settings, host: str) -> str:
    return f"{settings.public_url(host)}/anmelden"


def write_card(card: DemoCard, file: Path) -> None:
    """For the owner of the data folder alone: it holds the passphrase."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(file)


def read_card(file: Path) -> DemoCard:
    if not file.exists():
        return {"addresses": [], "logins": [], "by_mail": []}
    read: Any = json.loads(file.read_text(encoding="utf-8"))
    return DemoCard(addresses=read["addresses"], logins=read["logins"], by_mail=read.get("by_mail", []))
