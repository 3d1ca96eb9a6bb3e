"""The demo's content, read from `content/`: towns, and the reports of their citizens with all that became of them.

Times are told as one remembers them: a report came in so many days before the demo was loaded, at a time of day; a
step followed so many working days after the report. `timing` makes moments of that.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

from tenants.reports.status import Verb

CONTENT = Path(__file__).parent / "content"
TOWNS = ("cottbus", "oranienburg", "amt-peitz", "kleinmachnow")


@dataclass(frozen=True, kw_only=True)
class StoryStep:
    """One move at the desk. `by` is a username, `department` a name, days are working days after the report."""

    verb: Verb
    by: str
    after_days: int
    text: str = ""
    internal: str = ""
    reason: str = ""
    department: str = ""
    planned_days: int | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """One report and its history. `only_months`: told only when it falls into one of these months.

    `still_there`: what the reporter says after the end, and how many working days after the report.
    """

    key: str
    days_ago: int
    time: time
    category: str
    description: str
    street: str
    house_number: str
    district: str
    lat: float | None
    lon: float | None
    contact: Mapping[str, str]
    photos: tuple[str, ...]
    only_months: frozenset[int]
    steps: tuple[StoryStep, ...]
    still_there: tuple[int, str] | None = None


@dataclass(frozen=True, kw_only=True)
class DemoTown:
    """A town of the demo. `closing_days` are told in days from the load day."""

    slug: str
    municipality_ars: str
    name: str
    name_dsb: str
    profile: Mapping[str, Any]
    closing_days: Mapping[int, str]
    departments: tuple[Mapping[str, Any], ...]
    places: tuple[Mapping[str, Any], ...]
    people: tuple[Mapping[str, Any], ...]
    stories: tuple[Story, ...] = field(repr=False)


def read_towns() -> Iterator[DemoTown]:
    """The towns in the order in which the card shows them."""
    for slug in TOWNS:
        raw = json.loads((CONTENT / f"{slug}.json").read_text(encoding="utf-8"))
        arms = (CONTENT / "arms" / f"{slug}.svg").read_text(encoding="utf-8").strip()
        yield DemoTown(
            slug=raw["slug"],
            municipality_ars=raw["municipality_ars"],
            name=raw["name"],
            name_dsb=raw["name_dsb"],
            profile={**raw["profile"], "arms_svg": arms},
            closing_days={day["in_days"]: day["reason"] for day in raw["closing_days"]},
            departments=tuple(raw["departments"]),
            places=tuple(raw["places"]),
            people=tuple(raw["people"]),
            stories=tuple(_story(item) for item in raw["reports"]),
        )


def _story(raw: Mapping[str, Any]) -> Story:
    return Story(
        key=raw["key"],
        days_ago=raw["days_ago"],
        time=time.fromisoformat(raw["time"]),
        category=raw["category"],
        description=raw["description"],
        street=raw["street"],
        house_number=raw["house_number"],
        district=raw["district"],
        lat=raw.get("lat"),
        lon=raw.get("lon"),
        contact=raw.get("contact", {}),
        photos=tuple(raw.get("photos", ())),
        only_months=frozenset(raw.get("only_months", range(1, 13))),
        steps=tuple(_step(item) for item in raw["steps"]),
        still_there=(raw["still_there"]["after_days"], raw["still_there"]["text"]) if "still_there" in raw else None,
    )


def _step(raw: Mapping[str, Any]) -> StoryStep:
    return StoryStep(
        verb=Verb(raw["move"]),
        by=raw["by"],
        after_days=raw["after_days"],
        text=raw.get("text", ""),
        internal=raw.get("internal", ""),
        reason=raw.get("reason", ""),
        department=raw.get("department", ""),
        planned_days=raw.get("planned_days"),
    )
