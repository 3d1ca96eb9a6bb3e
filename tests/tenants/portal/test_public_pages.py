"""What anyone may read at a town's host: the pages are there, say the right things and ask the database little."""

import json
from xml.etree import ElementTree as Xml

import pytest

from bench.statements import counted
from tenants.registry.models import TenantState
from tenants.reports.status import Verb
from tests.makers import a_published_report, a_report, a_tenant, a_visitor, move

PAGES = ("/", "/hinweise/", "/hinweise/karte", "/karte", "/hilfe", "/verfolgen/", "/impressum", "/datenschutz",
         "/barrierefreiheit", "/hinweise.atom", "/hinweise.geojson", "/gebiet.geojson", "/farben.css", "/sitemap.xml",
         "/robots.txt", "/.well-known/security.txt")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("with_reports", [True, False])
def test_every_public_page_is_there(path: str, with_reports: bool) -> None:
    town = a_tenant()
    if with_reports:
        a_published_report(town)
    assert a_visitor(town).get(path).status_code == 200


@pytest.mark.parametrize("path", [path for path in PAGES if path != "/verfolgen/"])
def test_a_public_page_sets_no_cookie(path: str) -> None:
    assert "Set-Cookie" not in a_visitor().get(path).headers


WAYS = ("/hilfe", "/verfolgen/", "/hinweise.atom")


@pytest.mark.parametrize("state", [TenantState.live, TenantState.paused, TenantState.leaving])
def test_every_page_leads_to_help_to_the_own_report_and_to_the_feed(state: TenantState) -> None:
    visitor = a_visitor(a_tenant(state=state))
    footer = visitor.get("/hinweise/").text.partition("<footer")[2]
    for way in WAYS:
        assert f'href="{way}"' in footer
        assert visitor.get(way).status_code == 200


@pytest.mark.parametrize("state", [TenantState.joining, TenantState.trial, TenantState.closed])
def test_where_they_are_not_there_nothing_leads_to_them(state: TenantState) -> None:
    page = a_visitor(a_tenant(state=state)).get("/").text
    for way in WAYS:
        assert f'href="{way}"' not in page


def test_the_form_leads_to_the_help_without_losing_what_is_typed() -> None:
    assert 'href="/hilfe" target="_blank"' in a_visitor(a_tenant()).get("/hinweise/neu").text


def test_the_start_page_shows_the_newest_and_the_figures() -> None:
    town = a_tenant()
    done = a_published_report(town, street="Ahornweg", house_number="1")
    move(town, done, Verb.finish, public_text="Das Loch ist zu.")
    a_published_report(town, street="Birkenweg", house_number="2")
    page = a_visitor(town).get("/").text
    assert "Ahornweg 1, Sandow" in page
    assert "Birkenweg 2, Sandow" in page
    assert '<span class="m-tile__value">1</span>' in page
    assert "innerhalb von 3 Arbeitstagen" in page


def test_what_waits_or_was_refused_is_nowhere() -> None:
    town = a_tenant()
    words = "Zebrastreifen fehlt seit der Sanierung ganz."
    a_report(town, description=words)
    refused = a_report(town, description=words)
    move(town, refused, Verb.reject, reason="insult", public_text="So nicht.")
    hidden = a_report(town, description=words)
    move(town, hidden, Verb.work_without_publishing, reason="ongoing_matter")
    visitor = a_visitor(town)
    for path in ("/", "/hinweise/", "/hinweise/karte", "/hinweise.atom", "/hinweise.geojson", "/sitemap.xml"):
        answer = visitor.get(path).text
        assert "Zebrastreifen" not in answer
        assert refused not in answer
        assert hidden not in answer
    assert visitor.get(f"/hinweise/{hidden}").status_code == 404
    assert visitor.get(f"/hinweise/{refused}").status_code == 404


def test_contact_data_is_on_no_public_page() -> None:
    town = a_tenant()
    number = a_published_report(town, email="frau.geheim@post.example", name="Frau Geheim", phone="0171 998877")
    visitor = a_visitor(town)
    for path in ("/", "/hinweise/", f"/hinweise/{number}", "/hinweise.atom", "/hinweise.geojson"):
        answer = visitor.get(path).text
        for private in ("geheim", "Geheim", "998877"):
            assert private not in answer


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", 3), ("/hinweise/", 2), ("/hinweise/?status=done", 2), ("/hinweise/?q=Schlagloch&status=done", 2),
     ("/hinweise/karte", 2), ("/hinweise.geojson", 2), ("/hinweise.geojson?bbox=20,50,30,52", 2),
     ("/hinweise.atom", 2), ("/sitemap.xml", 2), ("/hilfe", 1), ("/impressum", 1), ("/farben.css", 1),
     ("/gebiet.geojson", 2)],
)
def test_a_page_asks_the_database_little(path: str, most: int) -> None:
    """The look-up of the host counts as one; the number does not grow with the reports."""
    town = a_tenant()
    visitor = a_visitor(town)
    visitor.get("/farben.css")  # the town's configuration is read once in a process
    for _ in range(3):
        a_published_report(town)
    with counted() as asked:
        assert visitor.get(path).status_code == 200
    assert asked.number <= most, asked.statements


def test_the_feed_is_atom_with_own_ids_and_no_broken_signs() -> None:
    town = a_tenant()
    number = a_published_report(town, description="Loch \x0b in der Straße & kein <Schild> weit und breit.")
    move(town, number, Verb.answer, public_text="Der Bauhof kommt am Montag.")
    answer = a_visitor(town).get("/hinweise.atom")
    assert answer.mimetype == "application/atom+xml"
    feed = Xml.fromstring(answer.data)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert (entry.findtext(f"{ATOM}id") or "").endswith(f"/hinweise/{number}")
    content = entry.findtext(f"{ATOM}content") or ""
    assert "kein <Schild>" in content
    assert "Der Bauhof kommt am Montag." in content


def test_the_feed_keeps_the_filters_of_the_list() -> None:
    town = a_tenant()
    a_published_report(town, category="roads")
    lamp = a_published_report(town, category="street_light", description="Die Laterne ist seit Tagen dunkel.")
    feed = Xml.fromstring(a_visitor(town).get("/hinweise.atom?category=street_light").data)
    ids = [entry.findtext(f"{ATOM}id") or "" for entry in feed.findall(f"{ATOM}entry")]
    assert [address.rpartition("/")[2] for address in ids] == [lamp]


def test_points_are_given_for_a_box_and_words_only_places_are_not() -> None:
    town = a_tenant()
    here = a_published_report(town, lat=town.lat, lon=town.lon)
    a_published_report(town, lat=town.lat + 0.02, lon=town.lon + 0.02)
    a_published_report(town, lat=None, lon=None)
    visitor = a_visitor(town)
    everything = json.loads(visitor.get("/hinweise.geojson").data)
    assert len(everything["features"]) == 2
    assert everything["truncated"] is False
    box = f"{town.lon - 0.01},{town.lat - 0.01},{town.lon + 0.01},{town.lat + 0.01}"
    answer = visitor.get(f"/hinweise.geojson?bbox={box}")
    assert answer.mimetype == "application/geo+json"
    (feature,) = json.loads(answer.data)["features"]
    assert feature["properties"] == {
        "number": here, "href": f"/hinweise/{here}", "state": "received", "category": "Straßen und Wege",
        "place": "Bahnhofstraße 12, Sandow",
    }
    assert feature["geometry"]["coordinates"] == [pytest.approx(town.lon), pytest.approx(town.lat)]


@pytest.mark.parametrize("box", ["1,2,3", "a,b,c,d", "nan,0,1,1", "10,60,5,50", "-200,0,1,1", "1,2,3,4,5"])
def test_a_box_that_is_none_is_refused(box: str) -> None:
    assert a_visitor().get(f"/hinweise.geojson?bbox={box}").status_code == 422


def test_a_paused_town_stays_readable_and_says_so() -> None:
    town = a_tenant(state=TenantState.paused, profile={"texts": {"pause_message": "Bis März geschlossen."}})
    visitor = a_visitor(town)
    assert "Bis März geschlossen." in visitor.get("/").text
    assert visitor.get("/hinweise/").status_code == 200


@pytest.mark.parametrize("state", [TenantState.joining, TenantState.trial])
def test_a_town_that_is_not_live_yet_says_soon(state: TenantState) -> None:
    visitor = a_visitor(a_tenant(state=state))
    answer = visitor.get("/")
    assert answer.status_code == 404
    assert "Hier startet Maerker bald" in answer.text
    assert visitor.get("/hinweise/").status_code == 404
    assert visitor.get("/impressum").status_code == 200
    assert visitor.get("/farben.css").status_code == 200


def test_a_town_that_has_left_shows_no_reports() -> None:
    answer = a_visitor(a_tenant(state=TenantState.closed)).get("/hinweise/")
    assert answer.status_code == 410
    assert "nimmt nicht mehr an Maerker teil" in answer.text


def test_the_sitemap_and_robots_name_the_towns_own_host() -> None:
    town = a_tenant()
    number = a_published_report(town)
    visitor = a_visitor(town)
    sitemap = Xml.fromstring(visitor.get("/sitemap.xml").data)
    places = [element.text for element in sitemap.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert f"http://{town.host}/hinweise/{number}" in places
    assert f"Sitemap: http://{town.host}/sitemap.xml" in visitor.get("/robots.txt").text
    assert "Disallow: /verfolgen/" in visitor.get("/robots.txt").text
    assert "Contact: mailto:postmaster@" in visitor.get("/.well-known/security.txt").text
