"""A mapping that lies in memory a thousand times, with keys that are the same each time."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any


class SameKeys(Mapping[str, Any]):
    """Values under names. The names and their places are kept once for all mappings that have the same ones.

    A dictionary keeps a table of its own: for the words of a town that is more than the words themselves.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._places = _places_of(tuple(values))
        self._values = tuple(values.values())

    def __getitem__(self, key: str) -> Any:
        return self._values[self._places[key]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._values)


@lru_cache(maxsize=64)
def _places_of(names: tuple[str, ...]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
