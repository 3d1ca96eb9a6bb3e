"""Colours, arms, the ground of the maps, languages and legal pages of a town."""

import json

import pytest

from tests.makers import Here, a_tenant, a_visitor

ARMS = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def test_the_towns_colours_are_a_style_sheet_kept_by_its_version() -> None:
    town = a_tenant(profile={"primary_colour": "#123456"})
    visitor = a_visitor(town)
    answer = visitor.get(f"/farben.css?v={town.town.config_version}")
    assert answer.mimetype == "text/css"
    assert "--m-band: #123456" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]
    assert "immutable" not in visitor.get("/farben.css?v=999").headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/wappen", "/wappen.svg"])
def test_arms_are_a_picture_that_can_do_nothing(path: str) -> None:
    answer = a_visitor(a_tenant(profile={"arms_svg": ARMS})).get(path)
    assert answer.mimetype == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]


def test_a_town_without_arms_has_none() -> None:
    assert a_visitor().get("/wappen").status_code == 404


def test_the_ground_of_the_map_is_the_own_area_and_its_places() -> None:
    town = a_tenant()
    collection = json.loads(a_visitor(town).get("/gebiet.geojson").data)
    roles = [feature["properties"]["role"] for feature in collection["features"]]
    assert roles.count("town") == 1
    places = [item["properties"]["name"] for item in collection["features"] if item["properties"]["role"] == "place"]
    assert places == ["Mitte", "Sandow"]
    (own,) = (item for item in collection["features"] if item["properties"]["role"] == "town")
    assert len(own["geometry"]["coordinates"][0][0]) == 5


def test_the_language_is_kept_and_leads_back_to_the_page() -> None:
    visitor = a_visitor()
    answer = visitor.get("/sprache/en?weiter=/hinweise/?q=Loch")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/hinweise/?q=Loch"
    assert visitor.cookies()["maerker_sprache"] == "en"
    assert 'lang="en"' in visitor.get("/").text
    visitor.get("/sprache/de")
    assert 'lang="de"' in visitor.get("/").text


@pytest.mark.parametrize("target", ["https://boese.example/", "//boese.example", "/\\boese.example", "hinweise",
                                    "javascript:alert(1)", "/a%0d%0aSet-Cookie:x=1", "/%09/boese.example"])
def test_the_switch_of_languages_leads_nowhere_else(target: str) -> None:
    assert a_visitor().get(f"/sprache/en?weiter={target}").headers["Location"] == "/"


def test_a_language_there_is_not() -> None:
    assert a_visitor().get("/sprache/xx").status_code == 404


def test_the_legal_pages_are_filled_from_the_profile() -> None:
    town = a_tenant(profile={"official_name": "Stadt Musterfeld", "street": "Am Markt 3",
                             "texts": {"supervisory_authority": "Die Aufsicht\nGasse 1", "imprint_extra": "Zusatz"}})
    visitor = a_visitor(town)
    imprint = visitor.get("/impressum").text
    for words in ("Stadt Musterfeld", "Am Markt 3", "© GeoBasis-DE / BKG (2016), Grenzen vereinfacht",
                  "Statistisches Bundesamt", "Zusatz"):
        assert words in imprint
    privacy = visitor.get("/datenschutz").text
    for words in ("Stadt Musterfeld", "Die Aufsicht<br>Gasse 1", "Art. 6 Abs. 1 Buchst. e DSGVO", "24 Stunden",
                  "Art. 77 DSGVO"):
        assert words in privacy
    statement = visitor.get("/barrierefreiheit").text
    for words in ("Erklärung zur Barrierefreiheit", "BbgBITV", "Durchsetzungsstelle", "0355 612-0"):
        assert words in statement


def test_the_supervisory_authority_has_a_default() -> None:
    assert "Die Landesbeauftragte für den Datenschutz" in a_visitor().get("/datenschutz").text


@pytest.mark.parametrize(("days", "words"), [(1, "innerhalb eines Arbeitstags."), (2, "innerhalb von 2 Arbeitstagen.")])
def test_the_start_page_says_the_promise_of_this_town(days: int, words: str) -> None:
    assert words in a_visitor(a_tenant(profile={"first_answer_days": days})).get("/").text


def test_the_help_page_says_the_promise_of_this_town() -> None:
    town = a_tenant(profile={"first_answer_days": 2})
    page = a_visitor(town).get("/hilfe").text
    assert "innerhalb von 2 Arbeitstagen" in page
    assert "bis 14 Uhr" in page
    assert "112" in page


def test_a_public_page_is_kept_and_forgotten_after_a_public_move(monkeypatch: pytest.MonkeyPatch) -> None:
    town = a_tenant()
    visitor = a_visitor(town)
    visitor.get("/hilfe")
    monkeypatch.setattr("tenants.portal.start.render_template", lambda *_a, **_k: "neu gerendert")
    assert "neu gerendert" not in visitor.get("/hilfe").text
    from maerker.application import redis_client
    from maerker.web.page_cache import forget_pages

    forget_pages(redis_client(Here.world.settings), [town.host])
    assert visitor.get("/hilfe").text == "neu gerendert"
