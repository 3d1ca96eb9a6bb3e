"""What the address of a list, map or feed narrows to. A value that does not exist here is left out and said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from maerker.wording import gettext as _
from tenants.places.words import district_label
from tenants.profile.town import Town
from tenants.reports.public_queries import OPEN_STATES, Search
from tenants.reports.status import State

LONGEST_WORDS = 120
OPEN = "open"
OLDEST = "oldest"
SEARCHED = ("q", "status", "category", "district", "sort")
PARAMETERS = (*SEARCHED, "seite")
"""In the order in which the filter bar and the links name them."""


@dataclass(frozen=True)
class Filters:
    """A search with its page (from 1), as read from an address; `ignored` names what could not be understood."""

    search: Search
    page: int
    params: Mapping[str, str]
    ignored: tuple[str, ...] = ()

    @property
    def common(self) -> bool:
        """Whether others ask for the same; what someone typed, rightly or wrongly, is nobody else's."""
        return not self.search.words and not self.ignored

    def address(self, path: str) -> str:
        """The same search under another path."""
        return _address(path, self.params)

    def oldest_first(self, path: str) -> str:
        return _address(path, {**self.params, "sort": OLDEST})

    def newest_first(self, path: str) -> str:
        return _address(path, {name: value for name, value in self.params.items() if name != "sort"})


def read_filters(arguments: Mapping[str, str], town: Town) -> Filters:
    """Filters from a query string: status, category, district, q, sort, seite."""
    params: dict[str, str] = {}
    ignored: list[str] = []

    def take(name: str, known: bool, label: str) -> str:
        value = arguments.get(name, "")
        if value and not known:
            ignored.append(label)
            return ""
        if value:
            params[name] = value
        return value

    status = arguments.get("status", "")
    status = take("status", status == OPEN or status in State.__members__, _("Stand"))
    category = take("category", town.category(arguments.get("category", "")) is not None, _("Kategorie"))
    district = take("district", town.place_ever(arguments.get("district", "")) is not None, district_label(town))
    sort = take("sort", arguments.get("sort") == OLDEST, _("Reihenfolge"))
    words = " ".join(arguments.get("q", "").replace("\x00", "").split())[:LONGEST_WORDS]
    if words:
        params["q"] = words
    search = Search(
        states=_states(status), category=category, district=district, words=words, oldest_first=bool(sort)
    )
    return Filters(search, _page(arguments.get("seite", "1"), ignored), params, tuple(ignored))


def _address(path: str, params: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(params)}" if params else path


def _states(status: str) -> tuple[State, ...]:
    if status == OPEN:
        return OPEN_STATES
    return (State(status),) if status else ()


def _page(given: str, ignored: list[str]) -> int:
    if given.isascii() and given.isdigit() and len(given) <= 6 and not given.startswith("0"):
        return int(given)
    ignored.append(_("Seite"))
    return 1


def selects(filters: Filters, town: Town) -> list[dict[str, Any]]:
    """The choices of the filter bar."""
    params = filters.params
    states = [(OPEN, _("offen (noch nicht in Arbeit)")), *((str(state), _(state.label)) for state in State)]
    return [
        {"name": "status", "label": _("Stand"), "value": params.get("status", ""), "options": states},
        {
            "name": "category", "label": _("Kategorie"), "value": params.get("category", ""),
            "options": [(category.key, _(category.name)) for category in town.categories],
        },
        {
            "name": "district", "label": district_label(town), "value": params.get("district", ""),
            "options": [
                (place.name, f"{place.name} / {place.name_dsb}" if place.name_dsb else place.name)
                for place in (*town.places, *town.closed_places)
            ],
        },
    ]
