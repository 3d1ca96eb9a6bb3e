"""The outline of several areas together, and outlines coarse enough for a small picture.

Our areas keep shared borders point for point, so a border between two of them is the same line written twice in
opposite directions: what is written twice is left out, what remains is the outline. No geometry library is needed
in a web process for that.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

Point = tuple[float, float]
Ring = list[Point]
Geometry = dict[str, Any]


def joined(geometries: Iterable[Geometry]) -> Geometry:
    """One MultiPolygon for areas (GeoJSON Polygon or MultiPolygon) that lie side by side, without inner borders."""
    edges: set[tuple[Point, Point]] = set()
    for ring in (ring for geometry in geometries for ring in _rings(geometry)):
        for start, end in pairwise(ring):
            if (end, start) in edges:
                edges.remove((end, start))
            elif start != end:
                edges.add((start, end))
    return _with_holes(_chained(edges))


def coarse(geometry: Geometry, step: float) -> Geometry:
    """The same area on a grid of `step` degrees: neighbours still meet, since both move to the same points."""
    polygons = []
    for polygon in _polygons(geometry):
        rings = [ring for ring in (_on_grid(ring, step) for ring in polygon) if len(ring) >= 4]
        if rings:
            polygons.append(rings)
    return {"type": "MultiPolygon", "coordinates": polygons}


def _polygons(geometry: Geometry) -> list[list[list[Any]]]:
    coordinates: list[Any] = geometry["coordinates"]
    return coordinates if geometry["type"] == "MultiPolygon" else [coordinates]


def _rings(geometry: Geometry) -> Iterator[Ring]:
    """Every ring with its area on the left hand, outer ones and holes."""
    for polygon in _polygons(geometry):
        for index, raw in enumerate(polygon):
            ring = [(float(point[0]), float(point[1])) for point in raw]
            is_left = _signed_area(ring) > 0
            yield ring if is_left == (index == 0) else ring[::-1]


def _chained(edges: set[tuple[Point, Point]]) -> list[Ring]:
    following: defaultdict[Point, list[Point]] = defaultdict(list)
    for start, end in sorted(edges):
        following[start].append(end)
    rings = []
    while following:
        first = here = next(iter(following))
        ring = [first]
        while True:
            here = _take(following, here)
            ring.append(here)
            if here == first:
                break
        rings.append(ring)
    return rings


def _take(following: "defaultdict[Point, list[Point]]", here: Point) -> Point:
    ends = following[here]
    end = ends.pop()
    if not ends:
        del following[here]
    return end


def _with_holes(rings: list[Ring]) -> Geometry:
    outer = [[ring] for ring in rings if _signed_area(ring) > 0]
    for hole in (ring for ring in rings if _signed_area(ring) < 0):
        around = [polygon for polygon in outer if _inside(_beside(hole), polygon[0])]
        if around:
            min(around, key=lambda polygon: _signed_area(polygon[0])).append(hole)
    return {"type": "MultiPolygon", "coordinates": outer}


def _beside(ring: Ring) -> Point:
    """A point at the middle of the first side, which lies inside whatever surrounds the ring."""
    return (ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2


def _inside(point: Point, ring: Ring) -> bool:
    x, y = point
    odd = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            odd = not odd
    return odd


def _signed_area(ring: Ring) -> float:
    """Positive with the area on the left hand (counter-clockwise), in square degrees."""
    pairs = pairwise(ring)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2


def _on_grid(ring: list[Any], step: float) -> Ring:
    kept: Ring = []
    for lon, lat in ((point[0], point[1]) for point in ring):
        point = (round(round(lon / step) * step, 6), round(round(lat / step) * step, 6))
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept
