"""The outline of areas that lie side by side."""

import csv
import json
from collections import defaultdict
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tenants.registry.catalogue import DATA
from tenants.registry.outlines import coarse, joined


def square(x: int, y: int, *, clockwise: bool = False) -> dict[str, Any]:
    ring = [[x, y], [x + 1, y], [x + 1, y + 1], [x, y + 1], [x, y]]
    return {"type": "Polygon", "coordinates": [ring[::-1] if clockwise else ring]}


def area(geometry: dict[str, Any]) -> float:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return sum(
        abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))) / 2 * (-1 if n else 1)
        for polygon in polygons for n, ring in enumerate(polygon)
    )


def test_two_squares_side_by_side_have_one_outline() -> None:
    outline = joined([square(0, 0), square(1, 0)])
    ((ring,),) = outline["coordinates"]
    assert len(ring) == 7
    assert area(outline) == 2


def test_the_direction_of_a_ring_does_not_matter() -> None:
    assert area(joined([square(0, 0), square(1, 0, clockwise=True)])) == 2


def test_a_hole_between_areas_stays_a_hole() -> None:
    around = [square(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    outline = joined(around)
    assert len(outline["coordinates"]) == 1
    assert len(outline["coordinates"][0]) == 2
    assert area(outline) == 8


def test_areas_apart_stay_apart() -> None:
    assert len(joined([square(0, 0), square(5, 5)])["coordinates"]) == 2


@settings(max_examples=60)
@given(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1))
def test_the_outline_covers_what_its_parts_cover(cells: set[tuple[int, int]]) -> None:
    outline = joined(square(x, y, clockwise=(x + y) % 2 == 0) for x, y in sorted(cells))
    assert area(outline) == len(cells)


def test_every_administration_of_the_catalogue_keeps_its_area() -> None:
    with (DATA / "gemeinden.csv").open(encoding="utf-8") as lines:
        owner = {row["ars"]: row["administration_ars"] for row in csv.DictReader(lines)}
    parts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for feature in json.loads((DATA / "areas.geojson").read_text(encoding="utf-8"))["features"]:
        parts[owner[feature["properties"]["ars"]]].append(feature["geometry"])
    assert len(parts) == 193
    for geometries in parts.values():
        outline = joined(geometries)
        assert abs(area(outline) - sum(area(geometry) for geometry in geometries)) < 1e-9


def test_a_coarse_area_lies_on_its_grid_and_drops_what_is_too_small() -> None:
    geometry = {"type": "MultiPolygon", "coordinates": [
        [[[0.011, 0.012], [1.014, 0.009], [1.01, 1.01], [0.0, 1.0], [0.011, 0.012]]],
        [[[5.0, 5.0], [5.001, 5.0], [5.001, 5.001], [5.0, 5.0]]],
    ]}
    ((ring,),) = coarse(geometry, 0.1)["coordinates"]
    assert ring == [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
