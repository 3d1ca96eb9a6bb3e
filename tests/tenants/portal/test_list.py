"""Looking for reports: filters, search, pages, and what is said when there is nothing."""

import pytest
from sqlalchemy import insert, text

from maerker.clock import now
from maerker.database.base import session
from tenants.reports.models import Publication
from tenants.reports.public_queries import PAGE_SIZE, Search, find_reports, looks_like_number
from tenants.reports.status import State, Verb
from tests.makers import Here, MadeTown, a_published_report, a_tenant, a_visitor, move


@pytest.fixture(scope="module")
def varied(world: object) -> dict[str, object]:
    """A town with reports of several kinds, made once for the reading tests."""
    town = a_tenant()
    made = {
        "town": town,
        "hole": a_published_report(town, category="roads", district="Sandow", description="Schlaglöcher ohne Ende."),
        "lamp": a_published_report(town, category="street_light", district="Mitte",
                                   description="Die Straßenlaterne flackert nachts."),
        "waste": a_published_report(town, category="waste", district="Mitte", street="Ringstraße",
                                    description="Sperrmüll liegt neben den Containern."),
    }
    move(town, str(made["lamp"]), Verb.finish, public_text="Das Leuchtmittel ist getauscht.")
    return made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"hole", "lamp", "waste"}),
        ("status=done", {"lamp"}),
        ("status=received", {"hole", "waste"}),
        ("status=open", {"hole", "waste"}),
        ("category=waste", {"waste"}),
        ("district=Mitte", {"lamp", "waste"}),
        ("district=Mitte&status=received", {"waste"}),
        ("q=Schlagloch", {"hole"}),
        ("q=ringstraße", {"waste"}),
        ("q=container+-sperrmüll", set()),
        ("q=laterne+OR+sperrmüll", {"waste"}),
        ("q=Straßenlaterne+OR+sperrmüll", {"lamp", "waste"}),
        ("q=sandow&category=roads", {"hole"}),
        ("q=%27%22%29%3B--", set()),
        ("sort=oldest", {"hole", "lamp", "waste"}),
    ],
)
def test_filters_narrow_the_list(varied: dict[str, object], query: str, found: set[str]) -> None:
    town = varied["town"]
    assert isinstance(town, MadeTown)
    page = a_visitor(town).get(f"/hinweise/?{query}")
    assert page.status_code == 200
    shown = {name for name in ("hole", "lamp", "waste") if f'href="/hinweise/{varied[name]}"' in page.text}
    assert shown == found
    words = {0: "Keine Hinweise", 1: "1 Hinweis<"}.get(len(found), f"{len(found)} Hinweise")
    assert words in page.text


def test_a_typed_number_finds_that_report(varied: dict[str, object]) -> None:
    town = varied["town"]
    assert isinstance(town, MadeTown)
    page = a_visitor(town).get(f"/hinweise/?q={varied['waste']}").text
    assert f'href="/hinweise/{varied["waste"]}"' in page
    assert f'href="/hinweise/{varied["hole"]}"' not in page


def test_the_oldest_first_turns_the_list_round(varied: dict[str, object]) -> None:
    town = varied["town"]
    assert isinstance(town, MadeTown)
    page = a_visitor(town).get("/hinweise/?sort=oldest").text
    assert page.index(f"/hinweise/{varied['hole']}") < page.index(f"/hinweise/{varied['waste']}")
    page = a_visitor(town).get("/hinweise/").text
    assert page.index(f"/hinweise/{varied['hole']}") > page.index(f"/hinweise/{varied['waste']}")


@pytest.mark.parametrize(
    ("query", "label"),
    [("status=kaputt", "Stand"), ("category=pizza", "Kategorie"), ("district=Atlantis", "Ortsteil"),
     ("seite=drei", "Seite"), ("seite=0", "Seite"), ("seite=-1", "Seite"), ("seite=%C2%B2", "Seite"),
     ("seite=9999999999", "Seite"), ("sort=zufall", "Reihenfolge")],
)
def test_a_wrong_value_is_left_out_and_said(query: str, label: str) -> None:
    town = a_tenant()
    number = a_published_report(town)
    page = a_visitor(town).get(f"/hinweise/?{query}")
    assert page.status_code == 200
    assert f"unberücksichtigt: {label}" in page.text
    assert number in page.text


def test_a_null_byte_in_the_search_is_no_error() -> None:
    assert a_visitor().get("/hinweise/?q=a%00b&district=%00&status=%00").status_code == 200


def test_an_empty_list_says_what_to_do() -> None:
    page = a_visitor().get("/hinweise/").text
    assert "Noch keine Hinweise" in page
    assert 'href="/hinweise/neu"' in page


def test_a_search_without_hits_offers_to_reset() -> None:
    town = a_tenant()
    a_published_report(town)
    page = a_visitor(town).get("/hinweise/?q=Xylophon").text
    assert "Keine Hinweise gefunden" in page
    assert "Filter zurücksetzen" in page


def many(town: MadeTown, number: int) -> None:
    """Publications without reports behind them, since only reading is tested."""
    first = a_published_report(town)
    at = now()
    with Here.world.engine("tenants").connect() as connection:
        connection.execute(text(f"SET LOCAL maerker.tenant = '{town.tenant_id}'"))
        ids = connection.execute(
            text(
                "INSERT INTO reports (number, submission, tracking_hash, received_at, category, description, state,"
                " release, version, publication_due_at, first_answer_due_at, forwarding_due_at, calendar_version,"
                " updated_at) SELECT '2025-' || lpad(n::text, 6, '0'), gen_random_uuid(), sha256(n::text::bytea),"
                " :at, 'roads', 'x', 'received', 'published', 1, :at, :at, :at, 1, :at"
                " FROM generate_series(1, :number) n RETURNING id, number"
            ),
            {"at": at, "number": number - 1},
        ).all()
        connection.execute(insert(Publication.__table__), [
            {"report_id": row.id, "number": row.number, "category": "roads", "state": State.received,
             "description": "Noch ein Loch.", "received_at": at, "published_at": at, "updated_at": at}
            for row in ids
        ])
        connection.commit()
    assert first


def test_pages_of_twenty_and_a_page_beyond_the_end() -> None:
    town = a_tenant()
    many(town, 2 * PAGE_SIZE + 3)
    visitor = a_visitor(town)
    first, last = visitor.get("/hinweise/"), visitor.get("/hinweise/?seite=3")
    assert "43 Hinweise" in first.text
    assert first.text.count('<article class="m-report">') == PAGE_SIZE
    assert last.text.count('<article class="m-report">') == 3
    assert 'aria-current="page"><span class="m-hidden">Seite </span>3' in last.text
    beyond = visitor.get("/hinweise/?seite=4&status=received")
    assert beyond.status_code == 404
    assert "Auf Seite 4 steht nichts" in beyond.text
    assert "Die letzte Seite ist Seite 3." in beyond.text


def test_no_report_is_on_two_pages_or_none_though_all_came_at_once() -> None:
    town = a_tenant()
    many(town, 3 * PAGE_SIZE)
    with Here.world.scope(town.tenant_id):
        for search in (Search(), Search(oldest_first=True), Search(words="Loch"), Search(category="roads",
                                                                                        states=(State.received,))):
            pages = [find_reports(town.tenant_id, search, page) for page in (1, 2, 3)]
            numbers = [row.number for hits in pages for row in hits.rows]
            assert len(numbers) == len(set(numbers)) == pages[0].number


def test_counting_stops_at_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.reports.public_queries.MOST_COUNTED", 25)
    monkeypatch.setattr("tenants.reports.public_queries.MOST_COUNTED_BY_WORDS", 25)
    town = a_tenant()
    many(town, 40)
    visitor = a_visitor(town)
    assert "Über 25 Hinweise" in visitor.get("/hinweise/").text
    page = visitor.get("/hinweise/?q=Loch&seite=2")
    assert "Über 25 Hinweise" in page.text
    assert page.text.count('<article class="m-report">') == 39 - PAGE_SIZE
    assert visitor.get("/hinweise/?seite=3").status_code == 404


def test_long_names_and_words_are_shown_whole_and_escaped() -> None:
    district = "Straße des 8. Mai mit einem sehr langen Namen der nicht in eine Zeile passt"
    town = a_tenant(slug="langsam")
    with Here.world.scope(town.tenant_id):
        from tenants.places.models import Place

        session().add(Place(name=district, name_dsb="Droga"))
        session().execute(text("SELECT raise_config_version()"))
    a_published_report(town, district=district, street="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkgasse",
                       description="<script>alert(1)</script> " + "Grundstücksverkehrsgenehmigungszuständigkeit" * 4)
    page = a_visitor(town).get("/hinweise/")
    assert district in page.text
    assert "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkgasse" in page.text
    assert "<script>alert" not in page.text
    assert a_visitor(town).get("/hinweise/", query_string={"district": district}).status_code == 200


def test_the_map_shows_the_list_below_for_who_has_no_javascript(varied: dict[str, object]) -> None:
    town = varied["town"]
    assert isinstance(town, MadeTown)
    page = a_visitor(town).get("/hinweise/karte?category=waste").text
    assert 'data-geojson-url="/hinweise.geojson?category=waste"' in page
    assert f'href="/hinweise/{varied["waste"]}"' in page
    assert f'href="/hinweise/{varied["hole"]}"' not in page


@pytest.mark.parametrize(
    ("words", "is_one"),
    [("2026-000123", True), (" 2026-000123 ", True), ("2026-1", False), ("26-000123", False),
     ("²026-000123", False), ("Straße-000123", False), ("", False)],
)
def test_what_looks_like_a_number(words: str, is_one: bool) -> None:
    assert looks_like_number(words) is is_one


