"""A picture of the land: the outline of each administration, small enough for a page."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import select, text

from maerker.database.base import session
from tenants.registry.models import Municipality, MunicipalityArea
from tenants.registry.outlines import joined

# Units of the picture for one degree of latitude; a degree of longitude is shorter by the cosine of 52.5 degrees.
NORTHWARD = 280
EASTWARD = NORTHWARD * 0.609
MARGIN = 4

Ring = list[tuple[int, int]]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Picture:
    """Paths by municipality and the box around the largest part of each (left, top, right, bottom), in units of
    the view box, and the names of the largest cities."""

    width: int
    height: int
    paths: dict[uuid.UUID, str]
    boxes: dict[uuid.UUID, Box]
    cities: tuple[tuple[uuid.UUID, str], ...]


_drawn: dict[tuple[int, int], Picture] = {}


def picture_of_the_land() -> Picture:
    """The picture; drawn anew when the catalogue has changed, since drawing takes a third of a second.

    The catalogue belongs to no town, so a process may keep what it made of it.
    """
    version = _version()
    if version not in _drawn:
        _drawn.clear()
        _drawn[version] = _draw()
    return _drawn[version]


def _version() -> tuple[int, int]:
    """Rows and the youngest transaction that wrote one: any change of the areas changes it."""
    row = session().execute(
        text("SELECT count(*), coalesce(max(xmin::text::bigint), 0) FROM municipality_areas")
    ).one()
    return row[0], row[1]


def _draw() -> Picture:
    geometries: defaultdict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    cities: dict[uuid.UUID, str] = {}
    bounds = [90.0, 180.0, -90.0, -180.0]
    rows = session().execute(
        select(MunicipalityArea.municipality_id, MunicipalityArea.geometry, MunicipalityArea.min_lat,
               MunicipalityArea.min_lon, MunicipalityArea.max_lat, MunicipalityArea.max_lon, Municipality.kind,
               Municipality.name)
        .join(Municipality, Municipality.id == MunicipalityArea.municipality_id)
    ).all()
    for row in rows:
        geometries[row.municipality_id].append(row.geometry)
        bounds = [min(bounds[0], row.min_lat), min(bounds[1], row.min_lon), max(bounds[2], row.max_lat),
                  max(bounds[3], row.max_lon)]
        if row.kind == "kreisfreie Stadt":
            cities[row.municipality_id] = row.name
    if not rows:
        return Picture(2 * MARGIN, 2 * MARGIN, {}, {}, ())
    south, west, north, east = bounds
    rings = {key: _rings(joined(parts), west, north) for key, parts in geometries.items()}
    return Picture(
        width=round((east - west) * EASTWARD) + 2 * MARGIN, height=round((north - south) * NORTHWARD) + 2 * MARGIN,
        paths={key: "".join(_path(ring) for ring in its) for key, its in rings.items()},
        boxes={key: _box(its) for key, its in rings.items() if its},
        cities=tuple(sorted(cities.items(), key=lambda item: item[1])),
    )


def _rings(geometry: dict[str, Any], west: float, north: float) -> list[Ring]:
    rings = []
    for polygon in geometry["coordinates"]:
        for points in polygon:
            ring: Ring = []
            for lon, lat in points:
                point = (round((lon - west) * EASTWARD) + MARGIN, round((north - lat) * NORTHWARD) + MARGIN)
                if not ring or ring[-1] != point:
                    ring.append(point)
            if len(ring) >= 4:
                rings.append(ring)
    return rings


def _path(ring: Ring) -> str:
    """A closed ring in relative steps, which is the shortest way to write it."""
    x, y = ring[0]
    steps = [f"M{x} {y}l"]
    for (x1, y1), (x2, y2) in pairwise(ring[:-1]):
        steps.append(f"{x2 - x1} {y2 - y1} ")
    return "".join(steps).rstrip().replace(" -", "-") + "z"


def _box(rings: list[Ring]) -> Box:
    """Around the largest part; a town of several parts is named there."""
    points = max(rings, key=len)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
