"""Nothing has that name: names that are spelled nearly so ('Kotbus')."""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher, get_close_matches

from tenants.overview.finder import Found, folded, words_of

MOST = 3
NEAR = 0.75
SHORTEST = 4
_ADDITION = re.compile(r" \(|/| an der | bei | am ")


def nearly_so(question: str, places: Iterable[Found]) -> list[Found]:
    """Places with a name much like the words of the question, the likeliest first, at most three; each name once."""
    asked = folded(" ".join(words_of(question)))
    if len(asked) < SHORTEST or any(sign.isdigit() for sign in asked):
        return []
    named: dict[str, Found] = {}
    for place in places:
        for name in _spellings(place):
            named.setdefault(name, place)
    like = get_close_matches(asked, named, n=MOST * 2, cutoff=NEAR)
    if not like:
        return []
    best = SequenceMatcher(None, asked, like[0]).ratio()
    near = [name for name in like if SequenceMatcher(None, asked, name).ratio() > best - 0.1]
    return list({named[name].name: named[name] for name in near}.values())[:MOST]


def _spellings(place: Found) -> Iterable[str]:
    """The names as they are compared: whole, and without what only tells them apart ('Lübben (Spreewald)')."""
    for name in filter(None, (place.name, place.name_dsb)):
        yield folded(name)
        yield folded(_ADDITION.split(name)[0])
