"""The state-wide categories in words, for the catalogues of translations.

The rows come from a migration and towns copy them, so names and hints are data. They are shown through `gettext`; a
town that words its own shows that in every language.
"""

from maerker.wording import marked

CORE_WORDS = {
    "roads": (
        marked("Straßen und Wege"), marked("Schlagloch, lockere Platte, abgesackter Gehweg, verstopfter Gully"),
    ),
    "waste": (marked("Abfall/Müll"), marked("Wilder Müll, überfüllter Papierkorb, Scherben")),
    "street_light": (
        marked("Straßenlaterne"), marked("Laterne dunkel, flackert oder beschädigt; gern mit der Nummer am Mast"),
    ),
    "green": (
        marked("Öffentliches Grün/Spielplatz"), marked("Abgebrochener Ast, zugewachsener Weg, defektes Spielgerät"),
    ),
    "traffic_signs": (marked("Verkehrszeichen/Ampel"), marked("Schild verdreht oder verdeckt, Ampel gestört")),
    "vandalism": (marked("Vandalismus"), marked("Schmiererei, zerstörte Bank, beschädigtes Wartehäuschen")),
    "posters": (marked("Plakatierungen"), marked("Altes oder verbotenes Plakat")),
    "barriers": (marked("Barrieren"), marked("Hoher Bord, fehlende Rampe, zugestellter Gehweg")),
    "noise_odour": (
        marked("Geruchs- und Lärmbelästigung"), marked("Dauernder Lärm oder Geruch im öffentlichen Raum"),
    ),
    "winter": (marked("Winterdienst"), marked("Nicht geräumt oder gestreut")),
}
"""Name and hint by key, as in `core_categories`."""
