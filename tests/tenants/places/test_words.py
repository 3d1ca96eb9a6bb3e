"""What a list calls a place that has a point and no words."""

from dataclasses import dataclass, replace

import pytest

from tenants.places.words import nearest_place, place_in_words
from tenants.portal.filters import read_filters, selects
from tenants.portal.report_steps import field_labels
from tenants.profile.town import Town, TownPlace
from tests.makers import Here, MadeTown, a_published_report, a_report, a_visitor, an_editor, code_of

ALONE = {"street": "", "house_number": "", "district": ""}
SANDOW = TownPlace("Sandow", "Žandow", 51.757, 14.352)
DOEBBRICK = TownPlace("Döbbrick", "Depsk", 51.823, 14.345)
UNKNOWN = TownPlace("Irgendwo", "", None, None)


@dataclass(frozen=True)
class Row:
    """What a list reads of a report."""

    street: str = ""
    house_number: str = ""
    district: str = ""
    lat: float | None = None
    lon: float | None = None


def with_places(town: MadeTown, *places: TownPlace) -> Town:
    return replace(town.town, places=places)


def said(row: object, town: Town) -> str:
    with Here.world.platform.app("town").test_request_context():
        return place_in_words(row, town)


@pytest.mark.parametrize(("kind", "label"), [
    ("Stadt", "Ortsteil"), ("kreisfreie Stadt", "Ortsteil"), ("Gemeinde", "Ortsteil"), ("Amt", "Gemeinde"),
    ("Verbandsgemeinde", "Gemeinde"), ("Landkreis", "Gemeinde"),
])
def test_form_and_filter_call_the_parts_of_a_town_by_one_name(town: MadeTown, kind: str, label: str) -> None:
    asked = replace(town.town, kind=kind)
    with Here.world.platform.app("town").test_request_context():
        shown = {select["name"]: select["label"] for select in selects(read_filters({}, asked), asked)}
        assert shown["district"] == label
        assert field_labels(asked)["district"] == label


@pytest.mark.parametrize(("row", "words"), [
    (Row("Bahnhofstraße", "12", "Sandow", 51.82, 14.34), "Bahnhofstraße 12, Sandow"),
    (Row("Bahnhofstraße", lat=51.82, lon=14.34), "Bahnhofstraße"),
    (Row(district="Sandow"), "Sandow"),
    (Row(lat=51.76, lon=14.36), "In der Nähe von Sandow"),
    (Row(lat=51.80, lon=14.34), "In der Nähe von Döbbrick"),
    (Row(), "Punkt auf der Karte"),
])
def test_words_first_then_the_nearest_ortsteil(row: Row, words: str, town: MadeTown) -> None:
    assert said(row, with_places(town, UNKNOWN, SANDOW, DOEBBRICK)) == words


def test_without_the_middle_of_any_ortsteil_it_stays_a_point(town: MadeTown) -> None:
    assert said(Row(lat=51.76, lon=14.36), with_places(town, UNKNOWN)) == "Punkt auf der Karte"
    assert said(Row(lat=51.76, lon=14.36), with_places(town)) == "Punkt auf der Karte"


def test_a_degree_of_longitude_is_shorter_than_one_of_latitude(town: MadeTown) -> None:
    """0.012 degrees to the east are 0.8 km here, 0.010 to the north are 1.1 km."""
    east, north = TownPlace("Osten", "", 52.0, 14.012), TownPlace("Norden", "", 52.010, 14.0)
    assert nearest_place(with_places(town, north, east), 52.0, 14.0) == east


def test_every_page_of_one_report_names_the_ortsteil(town: MadeTown) -> None:
    number = a_published_report(town, **ALONE)
    near = "In der Nähe von Mitte"
    visitor, editor = a_visitor(town), an_editor(town)
    for page in (
        visitor.get(f"/hinweise/{number}"), visitor.get(f"/verfolgen/{code_of(town, number)}"),
        editor.get(f"/redaktion/{number}"), editor.get(f"/redaktion/{number}/note"),
    ):
        assert near in page.text
        assert "Punkt auf der Karte</h1>" not in page.text


def test_a_report_in_words_is_called_by_them_at_the_desk(town: MadeTown) -> None:
    number = a_report(town)
    assert "Bahnhofstraße 12, Sandow" in an_editor(town).get(f"/redaktion/{number}/note").text
