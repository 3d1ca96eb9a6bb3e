"""The administrations that can join, for the finder: from the catalogue, with what was added by hand."""

import unicodedata
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, func, select

from maerker.database.base import session
from tenants.registry.models import Municipality, MunicipalityArea, Tenant


@dataclass(frozen=True)
class KommuneLine:
    """An administration that can join, as the finder shows it. `state`: where it stands here, if at all."""

    id: uuid.UUID
    name: str
    name_dsb: str
    kind: str
    district_name: str
    ars: str
    seat: str
    members: tuple[str, ...]
    state: str
    slug: str = ""
    found: tuple[str, ...] = ()

    @property
    def takes_part(self) -> bool:
        """Whether it is on the platform, from its set-up on."""
        return self.state not in ("", "closed")

    @property
    def is_open(self) -> bool:
        """Whether citizens reach its pages."""
        return self.state in ("live", "paused", "leaving")

    @property
    def head_title(self) -> str:
        return HEAD_TITLES.get(self.kind, "")


HEAD_TITLES = {
    "kreisfreie Stadt": "Oberbürgermeister/in", "Stadt": "Bürgermeister/in", "Gemeinde": "Bürgermeister/in",
    "Amt": "Amtsdirektor/in", "Verbandsgemeinde": "Verbandsgemeindebürgermeister/in", "Landkreis": "Landrat/Landrätin",
}


def kommunen(words: str = "") -> list[KommuneLine]:
    """Every administration of the catalogue in the order of the alphabet; `words` narrows by name or Gemeinde.

    Who types "Luebben", "Lubben" or "lübben", "Błota" or "Blota" finds the same; each word must be in it.
    """
    wanted = [frozenset(folded(word)) for word in words.split() if folded(word) != {""}]
    lines = [
        replace(line, found=_found(line, wanted)) for line in _lines(select(Municipality))
        if all(any(one in form for one in word for form in _forms(line)) for word in wanted)
    ]
    return sorted(lines, key=lambda line: bool(line.found))  # who bears the name itself comes first


def _forms(line: KommuneLine) -> set[str]:
    names = (line.kind, line.name, line.name_dsb, line.seat, line.district_name, *line.members)
    return {form for name in names for form in folded(name)}


def _found(line: KommuneLine, wanted: list[frozenset[str]]) -> tuple[str, ...]:
    """The Gemeinden of an Amt that somebody looked for, so that the list can say why the Amt is in it."""
    return tuple(name for name in line.members if wanted and all(
        any(one in form for one in word for form in folded(name)) for word in wanted
    ))


def with_file(lines: Iterable[KommuneLine]) -> frozenset[uuid.UUID]:
    """Which of these have a joining file already: nothing of it but that."""
    ids = [line.id for line in lines]
    meeting = func.joining_file_of(Municipality.id)
    return frozenset(session().scalars(select(Municipality.id).where(Municipality.id.in_(ids), meeting.is_not(None))))


def kommune_line(municipality_id: uuid.UUID) -> KommuneLine | None:
    """One administration, or None."""
    return next(iter(_lines(select(Municipality).where(Municipality.id == municipality_id))), None)


def _lines(statement: Select[Any]) -> list[KommuneLine]:
    towns = {row.municipality_id: row for row in session().execute(
        select(Tenant.municipality_id, Tenant.state, Tenant.slug))}
    members = defaultdict(list)
    for owner, name in session().execute(
        select(MunicipalityArea.municipality_id, MunicipalityArea.name).order_by(MunicipalityArea.name)
    ):
        members[owner].append(name)
    rows = session().scalars(statement.order_by(func.lower(func.unaccent(Municipality.name)), Municipality.ars))
    return [
        KommuneLine(
            row.id, row.name, row.name_dsb, row.kind, row.district_name, row.ars, row.seat,
            tuple(members[row.id]) if len(members[row.id]) > 1 else (),
            str(towns[row.id].state) if row.id in towns else "", towns[row.id].slug if row.id in towns else "",
        )
        for row in rows
    ]


_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "-": " ", "/": " ", "(": " ", ")": " ", ".": " "})
_LONG = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def folded(text: str) -> set[str]:
    """How a name may be typed: without its marks, and with ae, oe, ue; German and Sorbian letters."""
    small = unicodedata.normalize("NFC", text.casefold()).translate(_LETTERS)
    return {" ".join(_bare(form).split()) for form in (small, small.translate(_LONG))}


def _bare(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
