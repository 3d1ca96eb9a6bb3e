"""The demo's content is plausible and fits the towns: places inside the boundary, moves that the table allows."""

import json
import re
from collections import Counter
from itertools import groupby, pairwise
from pathlib import Path

import pytest

import onboarding.demo
from maerker.web.colours import contrast
from onboarding.demo.photo_press import words_for
from onboarding.demo.photos import SCENES
from onboarding.demo.stories import TOWNS, DemoTown, Story, read_towns
from tenants.registry.catalogue import Administration, Ring, read_catalogue
from tenants.reports.status import MOVES, Release, State, Verb

ARMS = Path(onboarding.demo.__file__).parent / "content" / "arms"
KEYS = {"waste", "roads", "street_light", "green", "noise_odour", "vandalism", "posters", "barriers",
        "traffic_signs", "winter"}  # fmt: skip


@pytest.fixture(scope="module")
def towns() -> dict[str, DemoTown]:
    return {town.slug: town for town in read_towns()}


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Administration]:
    return {item.ars: item for item in read_catalogue()}


def is_inside(lat: float, lon: float, polygons: list[list[Ring]]) -> bool:
    def in_ring(ring: Ring) -> bool:
        inside = False
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside

    return any(in_ring(rings[0]) and not any(in_ring(hole) for hole in rings[1:]) for rings in polygons)


def all_stories(towns: dict[str, DemoTown]) -> list[Story]:
    return [story for town in towns.values() for story in town.stories]


@pytest.mark.parametrize("slug", TOWNS)
def test_every_point_lies_in_its_town(
    slug: str, towns: dict[str, DemoTown], catalogue: dict[str, Administration]
) -> None:
    town = towns[slug]
    areas = catalogue[town.municipality_ars].areas
    polygons = {area.name: area.polygons for area in areas}
    for place in town.places:
        own = polygons[place["name"]] if len(areas) > 1 else areas[0].polygons
        assert is_inside(place["lat"], place["lon"], own), place["name"]
    for story in town.stories:
        if story.lat is not None and story.lon is not None:
            own = polygons[story.district] if len(areas) > 1 else areas[0].polygons
            assert is_inside(story.lat, story.lon, own), story.key


def test_the_amt_names_its_eight_gemeinden_as_the_register_does(
    towns: dict[str, DemoTown], catalogue: dict[str, Administration]
) -> None:
    amt = towns["amt-peitz"]
    assert {(place["name"], place["name_dsb"]) for place in amt.places} == {
        (area.name, area.name_dsb) for area in catalogue[amt.municipality_ars].areas
    }
    assert len(amt.places) == 8


@pytest.mark.parametrize("slug", TOWNS)
def test_names_in_reports_are_names_of_the_town(slug: str, towns: dict[str, DemoTown]) -> None:
    town = towns[slug]
    places = {place["name"] for place in town.places}
    people = {person["username"] for person in town.people}
    departments = {department["name"] for department in town.departments}
    for story in town.stories:
        assert story.district in places
        assert story.category in KEYS
        assert story.street
        assert {step.by for step in story.steps} <= people
        assert {step.department for step in story.steps if step.department} <= departments
        assert all(words_for(motif) and motif.rpartition("-")[0] in SCENES for motif in story.photos)
    for person in town.people:
        assert set(person["departments"]) <= departments
    assert {key for department in town.departments for key in department["categories"]} == KEYS
    assert Counter(person["role"] for person in town.people) == {"admin": 1, "editor": 2, "clerk": 3}


def end_of(story: Story) -> tuple[State, Release]:
    """Walk through the table of moves; every step must be allowed and have what its row needs."""
    state, release = State.received, Release.waiting
    for step in story.steps:
        move = MOVES[step.verb]
        assert move.allowed_from(state, release), (story.key, step.verb)
        assert bool(step.text) or not move.needs_public_text, (story.key, step.verb)
        assert bool(step.internal) or not move.needs_internal_text, (story.key, step.verb)
        assert bool(step.department) or not move.needs_department, (story.key, step.verb)
        assert not move.reasons or step.reason in move.reason_keys, (story.key, step.verb, step.reason)
        assert step.planned_days is None or move.offers_date, (story.key, step.verb)
        state, release = move.to or state, move.release_to or release
    return state, release


@pytest.mark.parametrize("slug", TOWNS)
def test_every_history_follows_the_table_of_moves(slug: str, towns: dict[str, DemoTown]) -> None:
    ends = Counter(end_of(story) for story in towns[slug].stories)
    assert {state for state, _ in ends} == set(State)
    assert {Release.waiting, Release.published, Release.rejected} <= {release for _, release in ends}
    for story in towns[slug].stories:
        days = [step.after_days for step in story.steps]
        assert days == sorted(days), story.key


def test_all_releases_occur_somewhere(towns: dict[str, DemoTown]) -> None:
    assert {end_of(story)[1] for story in all_stories(towns)} == set(Release)
    assert Verb.reopen in {step.verb for story in all_stories(towns) for step in story.steps}
    assert Verb.assign in {step.verb for story in all_stories(towns) for step in story.steps}


def test_there_is_much_of_it_and_no_text_twice(towns: dict[str, DemoTown]) -> None:
    assert all(len(town.stories) >= 60 for town in towns.values())
    described = [story.description for story in all_stories(towns)]
    assert [text for text, times in Counter(described).items() if times > 1] == []
    long_answers = [step.text for story in all_stories(towns) for step in story.steps if len(step.text) > 40]
    assert [text for text, times in Counter(long_answers).items() if times > 1] == []


def test_roads_and_rubbish_lead_and_contacts_are_example_addresses(towns: dict[str, DemoTown]) -> None:
    stories = all_stories(towns)
    assert {key for key, _ in Counter(story.category for story in stories).most_common(2)} == {"roads", "waste"}
    with_contact = [story for story in stories if story.contact]
    assert 0.55 < len(with_contact) / len(stories) < 0.8
    assert all(story.contact["email"].endswith(".example") for story in with_contact if story.contact["email"])
    with_photo = sum(bool(story.photos) for story in stories)
    assert 0.3 < with_photo / len(stories) < 0.5
    assert any(story.lat is None for story in stories)
    assert max(story.days_ago for story in stories) <= 153


@pytest.mark.parametrize("slug", TOWNS)
def test_the_towns_colours_are_readable_on_white(slug: str, towns: dict[str, DemoTown]) -> None:
    profile = towns[slug].profile
    for colour in (profile["primary_colour"], profile["accent_colour"]):
        assert contrast(colour, "#ffffff") >= 4.5


@pytest.mark.parametrize("slug", TOWNS)
def test_the_arms_are_drawings_and_nothing_else(slug: str) -> None:
    drawing = (ARMS / f"{slug}.svg").read_text(encoding="utf-8")
    elements = set(re.findall(r"<([a-zA-Z]+)", drawing))
    assert elements <= {"svg", "title", "clipPath", "path", "g", "circle"}
    assert not re.search(r"\bon\w+=|href|style|url\((?!#)|&", drawing)
    assert "kein" in drawing, "the drawing says that it is not the real coat of arms"


@pytest.mark.parametrize("slug", TOWNS)
def test_the_files_hold_what_they_are_asked_for(slug: str, towns: dict[str, DemoTown]) -> None:
    raw = json.loads((ARMS.parent / f"{slug}.json").read_text(encoding="utf-8"))
    keys = [report["key"] for report in raw["reports"]]
    assert len(set(keys)) == len(keys)
    ordered = [days for days, _ in groupby(story.days_ago for story in towns[slug].stories)]
    assert ordered == sorted(ordered, reverse=True), "oldest first, for people who read the file"
