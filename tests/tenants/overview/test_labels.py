"""The names on the picture of the land: none covers another, none a town that takes part."""

import itertools
import uuid
from collections.abc import Iterator

import pytest

from tenants.overview.labels import MOST_TOWNS, Label, labels_of
from tenants.overview.picture import Box, Picture
from tenants.overview.towns import TakingPart
from tests.makers import Here
from tests.world import BASE, Visitor


def a_town(name: str, box: Box, population: int = 1) -> tuple[TakingPart, Box]:
    town = TakingPart(
        municipality_id=uuid.uuid4(), name=name, name_dsb="", district="", host="", paused=False,
        population=population, open=0, in_progress=0, done=0, closed_unresolved=0,
    )
    return town, box


def a_picture(towns: list[tuple[TakingPart, Box]], cities: dict[str, Box] | None = None) -> Picture:
    ids = {name: uuid.uuid4() for name in cities or {}}
    boxes = {town.municipality_id: box for town, box in towns}
    boxes |= {ids[name]: box for name, box in (cities or {}).items()}
    return Picture(400, 400, {}, boxes, tuple((ids[name], name) for name in ids))


def named(towns: list[tuple[TakingPart, Box]], cities: dict[str, Box] | None = None) -> dict[str, Label]:
    labels = labels_of(a_picture(towns, cities), [town for town, _ in towns])
    return {label.name: label for label in labels}


def room_of(label: Label) -> Box:
    """About the room the letters take."""
    wide = len(label.name) * 6
    left = {"start": label.x, "end": label.x - wide, "middle": label.x - wide // 2}[label.anchor]
    return left, label.y - 9, left + wide, label.y + 3


def apart(one: Box, other: Box) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_a_small_town_beside_a_large_city_keeps_its_name_and_its_area() -> None:
    """Kleinmachnow beside Potsdam: the city's name goes to the other side."""
    small = a_town("Kleinmachnow", (215, 195, 225, 203))
    labels = named([small], {"Potsdam": (180, 185, 210, 215)})
    assert set(labels) == {"Kleinmachnow", "Potsdam"}
    assert labels["Kleinmachnow"].dot is None
    assert labels["Potsdam"].dot == (195, 200)
    assert apart(room_of(labels["Kleinmachnow"]), room_of(labels["Potsdam"]))
    assert apart(room_of(labels["Potsdam"]), small[1])


def boxes() -> Iterator[Box]:
    for n in itertools.count():
        x, y = 20 + n % 6 * 60, 20 + n // 6 * 25
        yield x, y, x + 10, y + 10


def test_in_a_crowd_no_name_covers_another_or_an_area() -> None:
    towns = [a_town(f"Musterstadt {n}", box, n) for n, box in zip(range(40), boxes(), strict=False)]
    labels = list(named(towns).values())
    assert 0 < len(labels) <= MOST_TOWNS
    for one, other in itertools.combinations(labels, 2):
        assert apart(room_of(one), room_of(other)), (one, other)
    for label, (_town, box) in itertools.product(labels, towns):
        assert apart(room_of(label), box), (label, box)


def test_the_largest_are_named_first() -> None:
    towns = [a_town(f"Ort {n}", box, n) for n, box in zip(range(30), boxes(), strict=False)]
    assert next(iter(named(towns))) == "Ort 29"


@pytest.mark.parametrize("box", [(0, 0, 20, 20), (380, 380, 400, 400), (0, 380, 20, 400), (380, 0, 400, 20)])
def test_a_name_stays_inside_the_picture(box: Box) -> None:
    (label,) = named([a_town("Brandenburg an der Havel", box)]).values()
    left, top, right, bottom = room_of(label)
    assert left >= 0
    assert top >= 0
    assert right <= 400
    assert bottom <= 400


def test_a_town_without_an_area_has_no_name_on_the_picture() -> None:
    town, _box = a_town("Musterstadt", (0, 0, 1, 1))
    assert labels_of(a_picture([]), [town]) == []


def test_the_search_stands_in_the_coloured_area_above_everything_else() -> None:
    page = Visitor(Here.world.platform, BASE).get("/").text
    order = [page.index(mark) for mark in ('class="m-hero m-hero--compact"', "<h1>", 'class="o-finder"', "<h2")]
    assert order == sorted(order)
