"""The first step of the form: a place in words, as a point, or both; outside the town, and without a point."""

import re

import pytest

from tests.makers import MadeTown, a_municipality, a_tenant, a_visitor
from tests.tenants.portal.filled_form import (
    WORDS,
    drafts_of,
    fill_all,
    fill_place,
    send,
    the_report,
    title_of,
)


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"street": ""}, "street", "Straße"),
        ({"district": ""}, "district", "Ortsteil"),
        ({"district": "Atlantis"}, "district", "aus der Liste"),
        ({"lat": "Nord", "lon": "14"}, "lat", "nicht erkannt"),
        ({"lat": "51.05", "lon": ""}, "lat", "unvollständig"),
    ],
)
def test_a_place_that_cannot_be_taken_is_named_and_keeps_the_rest(
    town: MadeTown, changes: dict[str, str], field: str, sentence: str
) -> None:
    answer = fill_place(a_visitor(town), **changes)
    assert answer.status_code == 422
    assert re.match(r"Fehler: (?!Fehler)", title_of(answer.text))
    assert "data-error-summary" in answer.text
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}"' in answer.text
    assert sentence in answer.text
    assert "Gegenüber der Haltestelle" in answer.text
    assert drafts_of(town) == []


def test_a_point_alone_is_a_place(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, street="", house_number="", district="", lat=str(town.lat), lon=str(town.lon))
    check = visitor.last.text if visitor.last else ""
    assert re.search(r"In der Nähe von (Mitte|Sandow) \([0-9]+,[0-9]{5} Nord, -?[0-9]+,[0-9]{5} Ost\)", check)
    assert send(visitor).status_code == 303
    assert (the_report(town).lat, the_report(town).lon) == (town.lat, pytest.approx(town.lon))


def test_a_point_in_another_town_that_takes_part_leads_to_its_form(town: MadeTown) -> None:
    other = a_tenant()
    answer = fill_place(a_visitor(town), lat=str(other.lat), lon=str(other.lon))
    assert answer.status_code == 422
    assert re.match(r"Fehler: (?!Fehler)", title_of(answer.text))
    assert other.town.name in answer.text
    assert f"http://{other.host}/hinweise/neu?lat={other.lat}" in answer.text
    assert 'value="Bahnhofstraße"' in answer.text
    assert drafts_of(town) == []


def test_a_point_in_a_municipality_that_takes_no_part_says_so(town: MadeTown) -> None:
    _, lat, lon = a_municipality("Hinterwalde")
    page = fill_place(a_visitor(town), lat=str(lat), lon=str(lon)).text
    assert "Hinterwalde" in page
    assert "nimmt an Maerker nicht teil" in page


def test_a_point_in_no_municipality_says_so_and_the_words_suffice_without_it(town: MadeTown) -> None:
    visitor = a_visitor(town)
    page = fill_place(visitor, lat="48.1", lon="11.5").text
    assert "keine zuständige Kommune" in page
    answer = visitor.post("/hinweise/neu", WORDS | {"lat": "48.1", "lon": "11.5", "without_point": "1"})
    assert answer.location == "/hinweise/neu/anliegen"
    assert drafts_of(town)[0].answers["lat"] is None


@pytest.mark.parametrize("changes", [{"street": ""}, {"csrf_token": "0" * 64}])
def test_a_point_that_was_given_up_does_not_come_back_when_something_else_is_wrong(
    town: MadeTown, changes: dict[str, str]
) -> None:
    visitor = a_visitor(town)
    page = fill_place(visitor, lat="48.1", lon="11.5").text
    assert 'name="lat" value="48.1"' in page
    page = visitor.post(
        "/hinweise/neu", WORDS | {"lat": "48.1", "lon": "11.5", "without_point": "1"} | changes
    ).text
    assert 'name="lat" value=""' in page
    assert 'name="lon" value=""' in page
    assert "Der Punkt liegt nicht" not in page


def test_a_point_that_was_kept_before_is_gone_when_it_was_given_up(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_place(visitor, lat=str(town.lat), lon=str(town.lon))
    visitor.get("/hinweise/neu")
    assert visitor.post("/hinweise/neu", {"lat": "48.1", "lon": "11.5", "without_point": "1"}).status_code == 303
    assert drafts_of(town)[0].answers["lat"] is None
    assert 'name="lat" value=""' in visitor.get("/hinweise/neu").text


def test_who_gives_up_the_point_before_a_word_is_typed_has_done_nothing_wrong(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/hinweise/neu?category=roads")
    answer = visitor.post("/hinweise/neu", {"lat": "48.1", "lon": "11.5", "without_point": "1", "category": "roads"})
    assert answer.status_code == 303
    page = visitor.get(answer.headers["Location"]).text
    assert "Bitte prüfen Sie Ihre Angaben" not in page
    assert 'name="lat" value=""' in page
    assert 'name="category" value="roads"' in page


def test_a_link_brings_category_and_point_along(town: MadeTown) -> None:
    visitor = a_visitor(town)
    page = visitor.get(f"/hinweise/neu?category=street_light&lat={town.lat}&lon={town.lon:.6f}").text
    assert f'name="lat" value="{town.lat}"' in page
    answer = visitor.post(
        "/hinweise/neu", {"category": "street_light", "lat": str(town.lat), "lon": str(town.lon)}
    )
    assert answer.status_code == 303
    assert re.search(r'value="street_light" checked', visitor.get("/hinweise/neu/anliegen").text)


def test_nonsense_in_a_link_is_ignored(town: MadeTown) -> None:
    page = a_visitor(town).get("/hinweise/neu?category=<script>&lat=NaN&lon=x")
    assert page.status_code == 200
    assert 'name="lat" value=""' in page.text
    assert "<script>&" not in page.text


@pytest.mark.parametrize("lat", ["", "51.05"])
def test_what_is_needed_is_true_with_a_point_and_without(town: MadeTown, lat: str) -> None:
    """A point may be set or taken away after the page was made."""
    page = a_visitor(town).get(f"/hinweise/neu?lat={lat}&lon={lat and town.lon}").text
    labels = re.findall(r'<label[^>]*for="(?:street|district)">(.*?)</label>', page)
    assert labels == ["Straße", "Ortsteil"]
    assert page.count("Nötig, wenn Sie keinen Punkt auf der Karte setzen.") == 2
    assert " required" not in page.partition('id="street"')[2].partition('id="place_note"')[0]


def test_without_a_place_both_ways_out_are_said_at_both_fields(town: MadeTown) -> None:
    page = fill_place(a_visitor(town), street="", district="").text
    errors = re.findall(r'id="(?:street|district)-fehler">.*?</span>([^<]+)</span>', page)
    assert len(errors) == 2
    for sentence in errors:
        assert sentence.endswith(", oder setzen Sie einen Punkt auf der Karte.")
