"""the state-wide list of categories, under the keys that all towns share"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CATEGORIES = (
    ("roads", "Straßen und Wege", "Schlagloch, lockere Platte, abgesackter Gehweg, verstopfter Gully", False),
    ("waste", "Abfall/Müll", "Wilder Müll, überfüllter Papierkorb, Scherben", False),
    ("street_light", "Straßenlaterne", "Laterne dunkel, flackert oder beschädigt; gern mit der Nummer am Mast", False),
    ("green", "Öffentliches Grün/Spielplatz", "Abgebrochener Ast, zugewachsener Weg, defektes Spielgerät", False),
    ("traffic_signs", "Verkehrszeichen/Ampel", "Schild verdreht oder verdeckt, Ampel gestört", False),
    ("vandalism", "Vandalismus", "Schmiererei, zerstörte Bank, beschädigtes Wartehäuschen", False),
    ("posters", "Plakatierungen", "Altes oder verbotenes Plakat", False),
    ("barriers", "Barrieren", "Hoher Bord, fehlende Rampe, zugestellter Gehweg", False),
    ("noise_odour", "Geruchs- und Lärmbelästigung", "Dauernder Lärm oder Geruch im öffentlichen Raum", False),
    ("winter", "Winterdienst", "Nicht geräumt oder gestreut", True),
)


def upgrade() -> None:
    table = sa.table(
        "core_categories", sa.column("key"), sa.column("name"), sa.column("hint"), sa.column("position"),
        sa.column("seasonal"),
    )
    op.bulk_insert(table, [
        {"key": key, "name": name, "hint": hint, "position": position, "seasonal": seasonal}
        for position, (key, name, hint, seasonal) in enumerate(CATEGORIES, start=1)
    ])
