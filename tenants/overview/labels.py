"""Where the names stand on the picture of the land: beside their areas, and over no town that takes part."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tenants.overview.picture import Box, Picture
from tenants.overview.towns import TakingPart

MOST_TOWNS = 12
# In units of the picture: the type is 12 high; a letter of it is 7 wide at most on average.
LETTER, ABOVE, BELOW, GAP = 7, 10, 4, 6


@dataclass(frozen=True)
class Label:
    """A name at a point of the picture; `anchor` as SVG has it. `dot`: the middle, where no area is coloured."""

    name: str
    x: int
    y: int
    anchor: str
    dot: tuple[int, int] | None = None


def labels_of(picture: Picture, towns: Sequence[TakingPart]) -> list[Label]:
    """The names of the towns that take part, the largest first, then of the large cities, where there is room.

    A name that would cover another one or a coloured area is left out: all of them stand in the table too.
    """
    coloured = {town.municipality_id: town.name for town in sorted(towns, key=lambda town: -town.population)
                if town.municipality_id in picture.boxes}
    named = dict(list(coloured.items())[:MOST_TOWNS])
    taken = [picture.boxes[municipality_id] for municipality_id in coloured]
    labels = []
    for municipality_id, name in {**named, **_others(picture.cities, coloured)}.items():
        own = picture.boxes[municipality_id]
        x, y = (own[0] + own[2]) // 2, (own[1] + own[3]) // 2
        dot = None if municipality_id in coloured else (x, y)
        beside = own if dot is None else (x - 3, y - 3, x + 3, y + 3)
        others = [box for box in taken if box != own]
        for label, box in _places(name, beside, dot):
            inside = box[0] >= 0 and box[2] <= picture.width and box[1] >= 0 and box[3] <= picture.height
            if inside and not any(_touch(box, other) for other in others):
                labels.append(label)
                taken += [box] if dot is None else [box, beside]
                break
    return labels


def _others(cities: Iterable[tuple[uuid.UUID, str]], coloured: dict[uuid.UUID, str]) -> dict[uuid.UUID, str]:
    return {municipality_id: name for municipality_id, name in cities if municipality_id not in coloured}


def _places(name: str, area: Box, dot: tuple[int, int] | None) -> Iterator[tuple[Label, Box]]:
    """Right, left, above and below of an area, the likeliest first, with the room that the name takes there."""
    left, top, right, bottom = area
    x, y, wide = (left + right) // 2, (top + bottom) // 2 + BELOW, len(name) * LETTER
    for at, line, anchor, start in (
        (right + GAP, y, "start", right + GAP), (left - GAP, y, "end", left - GAP - wide),
        (x, top - GAP, "middle", x - wide // 2), (x, bottom + GAP + ABOVE, "middle", x - wide // 2),
    ):
        yield Label(name, at, line, anchor, dot), (start, line - ABOVE, start + wide, line + BELOW)


def _touch(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
