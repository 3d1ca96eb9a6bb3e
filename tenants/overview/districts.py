"""Ortsteile of the towns that take part, as far as something public was reported from there.

The bare host knows no town's own list of places: it reads the registry and the publications.
"""

from collections.abc import Sequence

from sqlalchemy import bindparam, text

from maerker.database.base import session
from tenants.overview.finder import TAKING_PART, Found, folded, words_of
from tenants.registry.kinds import has_member_municipalities
from tenants.registry.models import TenantState

# From one name to the next along the index, so that a town's thousands of reports are not read.
_DISTRICTS = text(
    "WITH RECURSIVE named AS ("
    "SELECT t.id, (SELECT min(p.district) FROM publications p WHERE p.tenant_id = t.id AND p.district > '') AS name"
    " FROM tenants t WHERE t.state IN :states"
    " UNION ALL"
    " SELECT n.id, (SELECT min(p.district) FROM publications p WHERE p.tenant_id = n.id AND p.district > n.name)"
    " FROM named n WHERE n.name IS NOT NULL"
    ") SELECT n.name, m.id, m.name AS town, m.kind, m.district_name, m.seat, t.state, h.host"
    " FROM named n JOIN tenants t ON t.id = n.id JOIN municipalities m ON m.id = t.municipality_id"
    " JOIN tenant_hosts h ON h.tenant_id = t.id AND h.is_main WHERE n.name IS NOT NULL"
).bindparams(bindparam("states", [str(state) for state in TAKING_PART], expanding=True))


def all_districts() -> list[Found]:
    """Every Ortsteil (in an Amt: Gemeinde) with a public report, and the town that it belongs to."""
    return [
        Found(
            name=row.name, name_dsb="", kind="Gemeinde" if has_member_municipalities(row.kind) else "Ortsteil",
            district=row.district_name, administration=row.town, seat=row.seat, host=row.host,
            paused=row.state == TenantState.paused, municipality_id=row.id,
        )
        for row in session().execute(_DISTRICTS)
    ]


def find_districts(question: str, districts: Sequence[Found], known: Sequence[Found]) -> list[Found]:
    """Those that the question means, with or without the town's name; not what is `known` as a place of its own."""
    asked = [folded(word) for word in words_of(question)]
    names = {(place.municipality_id, folded(place.name)) for place in known}
    found = [
        place for place in districts
        if (place.municipality_id, folded(place.name)) not in names
        and any(word in folded(place.name) for word in asked)
        and all(word in f"{folded(place.name)} {folded(place.administration)}" for word in asked)
    ]
    return sorted(found, key=lambda place: (folded(place.name) != " ".join(asked), folded(place.name), place.district))
