"""Where a report is, in words: the same in public lists and at the desk."""

import math
from typing import Any

from maerker.wording import gettext as _
from tenants.profile.town import Town, TownPlace
from tenants.registry.kinds import has_member_municipalities


def place_in_words(row: Any, town: Town) -> str:
    """'Bahnhofstraße 12, Sandow'; for a point alone the nearest Ortsteil: 'In der Nähe von Sandow'.

    `row` is a report or a public copy of one, or what a list reads of them: street, house_number, district and,
    where it knows the point, lat and lon in degrees. Reads no database.
    """
    street = f"{row.street} {row.house_number}".strip()
    typed = ", ".join(part for part in (street, row.district) if part)
    if typed:
        return typed
    near = nearest_place(town, getattr(row, "lat", None), getattr(row, "lon", None))
    return _("In der Nähe von %(place)s", place=near.name) if near else _("Punkt auf der Karte")


def district_label(town: Town) -> str:
    """What the parts of this town are called: in an Amt, a Verbandsgemeinde or a Landkreis its Gemeinden."""
    return _("Gemeinde") if has_member_municipalities(town.kind) else _("Ortsteil")


def nearest_place(town: Town, lat: float | None, lon: float | None) -> TownPlace | None:
    """The town's Ortsteil (in an Amt: Gemeinde) whose middle is nearest to a point in degrees; None without one."""
    if lat is None or lon is None:
        return None
    shorter = math.cos(math.radians(lat))
    away = [
        (math.hypot(place.lat - lat, (place.lon - lon) * shorter), place.name, place)
        for place in town.places if place.lat is not None and place.lon is not None
    ]
    return min(away)[2] if away else None
