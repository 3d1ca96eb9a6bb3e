"""An administration that the catalogue does not have, added by the operator: a Landkreis, a mitverwaltende Stadt."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from maerker.database.base import session
from maerker.errors import Invalid
from maerker.wording import gettext as _
from tenants.registry.catalogue import municipality_id
from tenants.registry.kinds import KINDS
from tenants.registry.models import Municipality


@dataclass(frozen=True, kw_only=True)
class NewKommune:
    """What is known of it. `ars`: 5 digits for a Landkreis, otherwise 9 or 12 (domain.md section 2)."""

    name: str
    name_dsb: str = ""
    kind: str = ""
    ars: str = ""
    seat: str = ""
    district_name: str = ""
    population: str = ""


def add_kommune(new: NewKommune) -> uuid.UUID:
    """Write it into the registry, where the finder shows it at once. Raises Invalid by field.

    Names are not unique; the key (ARS) is, and tells the two Mittenwalde apart.
    """
    ars = re.sub(r"\s", "", new.ars)
    problems = _problems(new, ars)
    if "ars" not in problems:
        known = session().scalars(select(Municipality).where(Municipality.ars == ars)).first()
        if known is not None:
            problems["ars"] = _("Diesen Schlüssel hat schon: %(name)s (%(kind)s).", name=known.name,
                                kind=_(known.kind))
    if problems:
        raise Invalid(fields=problems)
    row = Municipality(
        id=municipality_id(ars), ars=ars, name=new.name.strip(), name_dsb=new.name_dsb.strip(), kind=new.kind,
        district_name="" if new.kind in ("Landkreis", "kreisfreie Stadt") else new.district_name.strip(),
        seat=new.seat.strip(), population=int(new.population.strip() or 0),
    )
    session().add(row)
    session().flush()
    return row.id


def _problems(new: NewKommune, ars: str) -> dict[str, str]:
    found: dict[str, Any] = {
        "name": not 2 <= len(new.name.strip()) <= 200 and _("Bitte geben Sie den Namen an."),
        "kind": new.kind not in KINDS and _("Bitte wählen Sie, was für eine Verwaltung es ist."),
        "ars": _wrong_key(new.kind, ars),
        "seat": not 2 <= len(new.seat.strip()) <= 200 and _("Bitte geben Sie den Sitz der Verwaltung an."),
        "name_dsb": len(new.name_dsb.strip()) > 200 and _("Bitte höchstens %(number)s Zeichen.", number=200),
        "district_name": _wrong_district(new),
        "population": not re.fullmatch(r"[0-9]{0,8}", new.population.strip(), re.ASCII) and _(
            "Bitte nur Ziffern, zum Beispiel 22000."),
    }
    for name in ("name", "name_dsb", "seat", "district_name"):
        if not getattr(new, name).strip().isprintable():
            found[name] = _("Hier stehen Zeichen, die nicht lesbar sind.")
    return {name: sentence for name, sentence in found.items() if sentence}


def _wrong_key(kind: str, ars: str) -> str:
    if kind == "Landkreis" and not re.fullmatch(r"[0-9]{5}", ars, re.ASCII):
        return _("Der Schlüssel eines Landkreises hat fünf Ziffern, zum Beispiel 12071.")
    if not re.fullmatch(r"[0-9]{5}|[0-9]{9}|[0-9]{12}", ars, re.ASCII):
        return _("Der Regionalschlüssel einer Verwaltung hat neun Ziffern, zum Beispiel 120715107.")
    return ""


def _wrong_district(new: NewKommune) -> str:
    if new.kind not in ("Landkreis", "kreisfreie Stadt") and not 2 <= len(new.district_name.strip()) <= 200:
        return _("Bitte geben Sie den Landkreis an, in dem die Verwaltung liegt.")
    return ""
