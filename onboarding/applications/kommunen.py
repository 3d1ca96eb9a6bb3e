"""The administrations that can join, for the finder: from the catalogue, with what was added by hand."""

import unicodedata
import uuid
from collections import defaultdict
from dataclasses import dataclass
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

    @property
    def head_title(self) -> str:
        return HEAD_TITLES.get(self.kind, "")


HEAD_TITLES = {
    "kreisfreie Stadt": "Oberbürgermeister/in", "Stadt": "Bürgermeister/in", "Gemeinde": "Bürgermeister/in",
    "Amt": "Amtsdirektor/in", "Verbandsgemeinde": "Verbandsgemeindebürgermeister/in", "Landkreis": "Landrat/Landrätin",
}


def kommunen(words: str = "") -> list[KommuneLine]:
    """Every administration of the catalogue in the order of the alphabet; `words` narrows by name or Gemeinde."""
    wanted = _folded(words)
    return [line for line in _lines(select(Municipality)) if not wanted or any(
        wanted in _folded(name) for name in (line.name, line.name_dsb, line.seat, *line.members)
    )]


def kommune_line(municipality_id: uuid.UUID) -> KommuneLine | None:
    """One administration, or None."""
    return next(iter(_lines(select(Municipality).where(Municipality.id == municipality_id))), None)


def _lines(statement: Select[Any]) -> list[KommuneLine]:
    towns = dict(session().execute(select(Tenant.municipality_id, Tenant.state)).all())
    members = defaultdict(list)
    for owner, name in session().execute(
        select(MunicipalityArea.municipality_id, MunicipalityArea.name).order_by(MunicipalityArea.name)
    ):
        members[owner].append(name)
    rows = session().scalars(statement.order_by(func.lower(func.unaccent(Municipality.name)), Municipality.ars))
    return [
        KommuneLine(
            row.id, row.name, row.name_dsb, row.kind, row.district_name, row.ars, row.seat,
            tuple(members[row.id]) if len(members[row.id]) > 1 else (), str(towns.get(row.id, "")),
        )
        for row in rows
    ]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if not unicodedata.combining(char)).strip()
