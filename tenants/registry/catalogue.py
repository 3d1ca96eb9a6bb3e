"""The catalogue: every administration that can join, with the areas and postcodes it is in charge of.

Read from the files in `data/` (official registers, see the README there) or from newer ones of the same shape.
"""

import csv
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from tenants.registry.models import RING_UNITS, Municipality, MunicipalityArea, MunicipalityRing

DATA = Path(__file__).parent / "data"
_NAMESPACE = uuid.UUID("2d0c1c7e-6a0f-5d0e-9d1b-1c6a7f3b5a10")
_KREISFREI = frozenset({"120510000", "120520000", "120530000", "120540000"})

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class Area:
    """One Gemeinde: its key, its names and its polygons (outer ring, then holes; lon, lat in degrees)."""

    ars: str
    name: str
    name_dsb: str
    polygons: Sequence[Sequence[Ring]]


@dataclass(frozen=True, kw_only=True)
class Administration:
    """One administration, as it enters the registry. `ars` has 9 digits."""

    ars: str
    name: str
    name_dsb: str
    kind: str
    district_name: str
    seat: str
    population: int
    postal_codes: tuple[str, ...]
    areas: tuple[Area, ...] = field(repr=False)


def municipality_id(ars: str) -> uuid.UUID:
    """The same id for the same administration on every instance."""
    return uuid.uuid5(_NAMESPACE, ars)


def load_catalogue(session: Session, folder: Path = DATA) -> int:
    """Insert or renew all administrations, areas and rings; running it twice changes nothing.

    An administration that a newer file no longer has stays, because a town may refer to it. The caller commits.
    Returns how many administrations the files hold. Raises OSError, KeyError or ValueError for unusable files.
    """
    administrations = read_catalogue(folder)
    _write_municipalities(session, administrations)
    _write_areas(session, administrations)
    return len(administrations)


def read_catalogue(folder: Path = DATA) -> list[Administration]:
    """The administrations in the order of their keys."""
    polygons = _read_polygons(folder / "areas.geojson")
    postal_codes = _read_postal_codes(folder / "postal_codes.csv")
    with (folder / "gemeinden.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["administration_ars"], row["ars"]))
    return [
        _administration(list(members), polygons, postal_codes)
        for _, members in groupby(rows, key=lambda row: row["administration_ars"])
    ]


def _administration(
    rows: Sequence[Mapping[str, str]],
    polygons: Mapping[str, Sequence[Sequence[Ring]]],
    postal_codes: Mapping[str, Iterable[str]],
) -> Administration:
    first = rows[0]
    name, name_dsb = _names(rows)
    codes = {row["postal_code"] for row in rows} | {code for row in rows for code in postal_codes.get(row["ars"], ())}
    return Administration(
        ars=first["administration_ars"],
        name=name,
        name_dsb=name_dsb,
        kind=_kind(first),
        district_name="" if first["administration_ars"] in _KREISFREI else first["district"],
        seat=first["seat"],
        population=sum(int(row["population"]) for row in rows),
        postal_codes=tuple(sorted(codes)),
        areas=tuple(
            Area(ars=row["ars"], name=row["name"], name_dsb=row["name_dsb"], polygons=polygons[row["ars"]])
            for row in rows
        ),
    )


def _kind(row: Mapping[str, str]) -> str:
    if row["administration_kind"] != "verbandsfrei":
        return row["administration_kind"]
    if row["administration_ars"] in _KREISFREI:
        return "kreisfreie Stadt"
    return row["designation"] or "Gemeinde"


def _names(rows: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """German and Lower Sorbian; an Amt is called "Amt Peitz" and takes the Sorbian name of the town it is named for."""
    first = rows[0]
    kind, name = first["administration_kind"], first["administration"]
    if kind == "verbandsfrei":
        return first["name"], first["name_dsb"]
    if kind == "mitverwaltende Stadt":
        return name, ""
    namesake = next((row["name_dsb"] for row in rows if row["name"] == name), "")
    return f"{kind} {name}", f"{kind} {namesake}" if namesake else ""


def _read_polygons(file: Path) -> dict[str, Sequence[Sequence[Ring]]]:
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["ars"]: feature["geometry"]["coordinates"] for feature in features}


def _read_postal_codes(file: Path) -> dict[str, list[str]]:
    codes: dict[str, list[str]] = defaultdict(list)
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            codes[row["ars"]].append(row["postal_code"])
    return codes


def _write_municipalities(session: Session, administrations: Iterable[Administration]) -> None:
    rows = [
        {
            "id": municipality_id(item.ars),
            "ars": item.ars,
            "name": item.name,
            "name_dsb": item.name_dsb,
            "kind": item.kind,
            "district_name": item.district_name,
            "seat": item.seat,
            "population": item.population,
            "postal_codes": list(item.postal_codes),
        }
        for item in administrations
    ]
    _insert_or_renew(session, Municipality, rows, fixed=("id", "ars"))


def _write_areas(session: Session, administrations: Sequence[Administration]) -> None:
    """Areas keep their ids; their rings are written anew."""
    areas = [(municipality_id(item.ars), area) for item in administrations for area in item.areas]
    rows = [_area_row(owner, area) for owner, area in areas]
    _insert_or_renew(session, MunicipalityArea, rows, fixed=("ars",))
    found = session.execute(select(MunicipalityArea.ars, MunicipalityArea.id))
    ids = {row.ars: row.id for row in found}
    session.execute(delete(MunicipalityRing).where(MunicipalityRing.area_id.in_(ids[area.ars] for _, area in areas)))
    session.connection().execute(
        insert(MunicipalityRing),
        [
            {"area_id": ids[area.ars], "is_hole": position > 0, "ring": ring_text(ring)}
            for _, area in areas
            for rings in area.polygons
            for position, ring in enumerate(rings)
        ],
    )


def _insert_or_renew(
    session: Session, model: type[Municipality | MunicipalityArea], rows: list[dict[str, Any]], fixed: Sequence[str]
) -> None:
    """One statement executed with many rows: as a single one with all values it takes a second to compile."""
    statement = insert(model)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in fixed}
    session.connection().execute(statement.on_conflict_do_update(index_elements=["ars"], set_=changed), rows)


def _area_row(owner: uuid.UUID, area: Area) -> dict[str, Any]:
    points = [point for rings in area.polygons for point in rings[0]]
    return {
        "municipality_id": owner,
        "ars": area.ars,
        "name": area.name,
        "name_dsb": area.name_dsb,
        "geometry": {"type": "MultiPolygon", "coordinates": area.polygons},
        "min_lat": min(point[1] for point in points),
        "max_lat": max(point[1] for point in points),
        "min_lon": min(point[0] for point in points),
        "max_lon": max(point[0] for point in points),
    }


def ring_text(ring: Ring) -> str:
    """PostgreSQL's notation of a ring given in degrees, lon before lat, in the unit of `MunicipalityRing`."""
    return "(" + ",".join(f"({round(lon * RING_UNITS)},{round(lat * RING_UNITS)})" for lon, lat in ring) + ")"
