"""The bare host: does my place take part, and how do I get there?"""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote
from xml.etree import ElementTree as Xml

import pytest
from sqlalchemy import insert, select, update

from maerker.clock import now
from maerker.database.base import session
from tenants.overview.finder import find_places, folded
from tenants.overview.legal import imprint
from tenants.overview.towns import towns_taking_part
from tenants.registry.catalogue import load_catalogue
from tenants.registry.models import Municipality, Tenant, TenantHost, TenantState
from tenants.reports.models import Publication
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, move
from tests.world import BASE, Visitor, World


@pytest.fixture(autouse=True, scope="module")
def _catalogue(world: World) -> None:
    with world.no_scope("console"):
        load_catalogue(session())


def a_guest() -> Visitor:
    """A visitor of the bare host."""
    return Visitor(Here.world.platform, BASE)


def taking_part(ars: str, slug: str, state: TenantState = TenantState.live) -> str:
    """Let an administration of the catalogue take part, for the registry alone; its host."""
    host = f"{slug}.{BASE}"
    with Here.world.no_scope("console"):
        current = session()
        owner = current.scalars(select(Municipality).where(Municipality.ars == ars)).one()
        tenant = current.scalars(select(Tenant).where(Tenant.municipality_id == owner.id)).one_or_none()
        if tenant is None:
            tenant = Tenant(municipality_id=owner.id, slug=slug, name=owner.name, state=state)
            current.add(tenant)
            current.flush()
            current.execute(insert(TenantHost).values(host=host, tenant_id=tenant.id, is_main=True))
        tenant.state = state
    return host


@pytest.mark.parametrize("path", ["/", "/orte", "/land.svg", "/impressum", "/datenschutz", "/barrierefreiheit",
                                  "/sitemap.xml", "/robots.txt", "/.well-known/security.txt", "/?q=Cottbus",
                                  "/uebersicht/overview.css"])
def test_every_page_is_there_and_sets_no_cookie(path: str) -> None:
    answer = a_guest().get(path)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_the_imprint_names_the_operators_address_and_who_represents_it() -> None:
    application = Here.world.platform.app("bare")
    told = replace(Here.world.settings, operator_street="Am Alten Markt 7", operator_postal_code="14467",
                   operator_city="Potsdam", operator_phone="0331 5550 120", operator_representative="Dr. Jana Wölk")
    with pytest.MonkeyPatch.context() as patch, application.test_request_context("/impressum"):
        patch.setitem(application.config, "SETTINGS", told)
        page = imprint().get_data(as_text=True)
    for words in ("Am Alten Markt 7", "14467 Potsdam", "0331 5550 120", "Dr. Jana Wölk"):
        assert words in page


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Cottbus", "Cottbus"), ("cottbus", "Cottbus"), ("Chóśebuz", "Cottbus"), ("chosebuz", "Cottbus"),
        ("Lübben", "Lübben (Spreewald)"), ("luebben", "Lübben (Spreewald)"), ("lubben", "Lübben (Spreewald)"),
        ("Frankfurt Oder", "Frankfurt (Oder)"), ("brandenburg havel", "Brandenburg an der Havel"),
        ("  neuruppin  ", "Neuruppin"), ("Zły Komorow", "Senftenberg"), ("zly komorow", "Senftenberg"),
        ("03046", "Cottbus"), ("Amt Peitz", "Amt Peitz"), ("Teichland", "Teichland"), ("Golßen", "Golßen"),
        ("golssen", "Golßen"),
    ],
)
def test_a_place_is_found_in_any_spelling(question: str, first: str) -> None:
    with Here.world.no_scope("bare"):
        found = find_places(question)
    assert found[0].name == first


@pytest.mark.parametrize("path", ["/?q=Eckig", "/orte?q=Eckig"])
def test_the_tables_need_no_scrolling_sideways_on_a_small_screen(path: str) -> None:
    """Each row becomes a card, whose cells say which column they are."""
    taking_part("120520000", "cottbus-uebersicht")
    page = a_guest().get(path).text
    assert "m-table--stack" in page
    assert page.count("<td") == page.count("<td data-label=")


def test_a_gemeinde_of_an_amt_names_its_administration() -> None:
    host = taking_part("120715107", "peitz-uebersicht")
    page = a_guest().get("/?q=Drachhausen").text
    assert "verwaltet von: Amt Peitz" in page
    assert "Landkreis Spree-Neiße" in page
    assert f'href="http://{host}/"' in page


def test_the_two_mittenwalde_are_told_apart() -> None:
    with Here.world.no_scope("bare"):
        found = find_places("Mittenwalde")
    assert [(place.name, place.kind, place.district) for place in found] == [
        ("Mittenwalde", "Stadt", "Dahme-Spreewald"), ("Mittenwalde", "Gemeinde", "Uckermark"),
    ]
    page = a_guest().get("/?q=Mittenwalde").text
    assert "2 Orte zu" in page
    assert "verwaltet von: Amt Gerswalde" in page


def test_who_takes_no_part_is_told_whom_to_tell() -> None:
    page = a_guest().get("/?q=Wittstock").text
    assert "nimmt noch nicht teil" in page
    assert "Bitte sagen Sie der Verwaltung direkt Bescheid: Wittstock/Dosse" in page


@pytest.mark.parametrize("state", [TenantState.joining, TenantState.trial, TenantState.leaving, TenantState.closed])
def test_a_town_that_is_not_live_is_not_shown_as_taking_part(state: TenantState) -> None:
    host = taking_part("120530000", "frankfurt-uebersicht", state)
    guest = a_guest()
    for path in (f"/?q=Frankfurt+{'Oder' * (state is TenantState.trial)}", "/orte", "/sitemap.xml"):
        assert host not in guest.get(path).text


def test_a_paused_town_is_shown_as_such() -> None:
    host = taking_part("120540000", "potsdam-uebersicht", TenantState.paused)
    page = a_guest().get("/?q=14467").text
    assert f'href="http://{host}/"' in page
    assert "nimmt teil, pausiert" in page


@pytest.mark.parametrize("question", ["Xyzzy", "'; DROP TABLE tenants; --", "<b>Xyzzy"])
def test_nothing_found_is_said_and_shows_the_way_to_the_list(question: str) -> None:
    answer = a_guest().get("/", query_string={"q": question})
    assert answer.status_code == 200
    assert "haben wir nicht gefunden" in answer.text
    assert 'href="/orte"' in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize(("question", "name"), [
    ("Kotbus", "Cottbus"), ("cotbus", "Cottbus"), ("Brandenbrug", "Brandenburg an der Havel"),
    ("Lübbnau", "Lübbenau/Spreewald"), ("Senftenburg", "Senftenberg"), ("Chosebus", "Cottbus"),
])
def test_a_name_that_is_nearly_right_leads_to_the_place(question: str, name: str) -> None:
    page = a_guest().get("/", query_string={"q": question}).text
    assert "Meinten Sie" in page
    assert f'<a href="/?q={quote(name)}">{name}' in page.replace("%2F", "/")


def test_a_postcode_that_is_not_known_is_not_called_misspelled() -> None:
    page = a_guest().get("/?q=99999").text
    assert "Diese Postleitzahl kennen wir nicht" in page
    assert "Schreibweise" not in page
    assert "Meinten Sie" not in page


def a_town_with(district: str) -> MadeTown:
    """A town with a public report from there, and one from elsewhere."""
    town = a_tenant()
    a_published_report(town)
    with Here.world.scope(town.tenant_id):
        session().execute(update(Publication).values(district=district))
    a_published_report(town)
    return town


@pytest.mark.parametrize(("district", "question"), [
    ("Weitwegdorf", "Weitwegdorf"), ("Hinterfließ", "hinterfliess "), ("Nirgendow", "Nirgendow Stadt"),
])
def test_an_ortsteil_leads_to_its_town(district: str, question: str) -> None:
    town = a_town_with(district)
    page = a_guest().get("/", query_string={"q": question}).text
    assert "1 Ort zu" in page
    assert f"gehört zu: {town.town.name}" in page
    assert f'href="http://{town.host}/"' in page


def test_a_town_in_its_trial_or_gone_shows_no_ortsteil() -> None:
    town = a_town_with("Kaumdorf")
    with Here.world.no_scope("console"):
        session().execute(update(Tenant).where(Tenant.id == town.tenant_id).values(state=TenantState.leaving))
    assert town.host not in a_guest().get("/?q=Kaumdorf").text


@pytest.mark.parametrize("question", ["", " ", "%", "_", "\\", "a" * 3000, "\x00", "a\x00b", "٣٤٥٦٧", "💥", "e"])
def test_odd_questions_are_no_error(question: str) -> None:
    assert a_guest().get("/", query_string={"q": question}).status_code == 200


def test_a_sign_of_like_is_no_wildcard() -> None:
    with Here.world.no_scope("bare"):
        assert find_places("%") == []
        assert find_places("_") == []


def test_every_place_of_the_land_is_on_the_list() -> None:
    page = a_guest().get("/orte").text
    for name in ("Ahrensfelde", "Zossen", "Teupitz", "Wiesengrund", "Schenkendöbern"):
        assert f'<th scope="row">{name}' in page
    assert page.count('<th scope="row">') >= 413


def test_the_figures_are_of_public_reports_of_live_and_paused_towns_alone() -> None:
    town, trial = a_tenant(), a_tenant(state=TenantState.trial)
    a_report(town)
    a_published_report(town)
    move(town, a_published_report(town), Verb.finish, public_text="Fertig.")
    move(town, a_published_report(town), Verb.answer, public_text="Läuft.")
    with Here.world.no_scope("bare"):
        shown = {item.host: item for item in towns_taking_part(now() - timedelta(days=365))}
    figures = shown[town.host]
    assert (figures.open, figures.in_progress, figures.done, figures.reports) == (1, 1, 1, 3)
    assert trial.host not in shown


def test_the_picture_shows_every_administration_and_is_a_picture_alone() -> None:
    answer = a_guest().get("/land.svg")
    picture = Xml.fromstring(answer.data)
    paths = list(picture.iter("{http://www.w3.org/2000/svg}path"))
    assert len(paths) >= 193
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    again = a_guest().get("/land.svg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_town_on_the_picture_leads_to_its_host() -> None:
    host = taking_part("120520000", "cottbus-uebersicht")
    page = a_guest().get("/?q=a").text
    assert f'<a href="http://{host}/" aria-label="Cottbus"><path class="o-land__town"' in page


@pytest.mark.parametrize("path", ["/hinweise/", "/hinweise/neu", "/redaktion/", "/verfolgen/abc", "/farben.css"])
def test_the_bare_host_has_no_town_pages(path: str) -> None:
    assert a_guest().get(path).status_code == 404


def test_the_language_can_be_switched() -> None:
    guest = a_guest()
    answer = guest.get("/sprache/en?weiter=/orte")
    assert answer.headers["Location"] == "/orte"
    assert 'lang="en"' in guest.get("/orte").text


@pytest.mark.parametrize(
    ("words", "plain"), [("Chóśebuz", "chosebuz"), ("Łuže", "luze"), ("Groß Köris", "gross koris"),
                         ("Groß Koeris", "gross koris")]
)
def test_names_are_folded(words: str, plain: str) -> None:
    assert folded(words) == plain
