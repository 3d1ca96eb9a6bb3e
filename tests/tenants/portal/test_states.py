"""What a town's host answers before the start, in a pause, while it leaves and when it has left."""

import pytest

from tenants.registry.models import TenantState
from tests.makers import MadeTown, a_published_report, a_tenant, a_visitor, berlin, signed_in
from tests.tenants.portal.filled_form import fill_all, number_of_reports, send
from tests.trials import set_town


def test_before_the_start_the_page_says_what_comes_when_and_whom_to_ask() -> None:
    town = a_tenant(state=TenantState.joining, profile={"website": "https://stadt.example"})
    set_town(town, starts_at=berlin(2027, 1, 4, 8))
    answer = a_visitor(town).get("/hinweise/neu")
    assert answer.status_code == 404
    for words in ("Hier startet Maerker bald", "Montag, 4. Januar 2027, 08:00 Uhr", "0355 612-0",
                  f"maerker@{town.slug}.example", 'href="https://stadt.example"'):
        assert words in answer.text
    assert "Probebetrieb" not in answer.text


def test_a_start_at_midnight_is_a_day() -> None:
    town = a_tenant(state=TenantState.joining)
    set_town(town, starts_at=berlin(2027, 1, 4, 0))
    page = a_visitor(town).get("/").text
    assert "Montag, 4. Januar 2027" in page
    assert "Uhr</time>" not in page


@pytest.mark.parametrize("state", [TenantState.joining, TenantState.trial])
def test_staff_sign_in_and_set_up_before_the_start(state: TenantState) -> None:
    admin = signed_in(a_tenant(state=state), "admin")
    assert admin.get("/redaktion/").status_code == 200
    assert admin.get("/verwaltung/").status_code == 200


def test_a_joining_town_shows_its_portal_to_nobody_not_even_staff() -> None:
    admin = signed_in(a_tenant(state=TenantState.joining), "admin")
    assert "Hier startet Maerker bald" in admin.get("/").text
    assert 'name="street"' not in admin.get("/hinweise/neu").text


def test_a_pause_says_until_when() -> None:
    town = a_tenant(state=TenantState.paused, profile={"texts": {"pause_message": "Unsere Technik ruht."}})
    assert "geht es am" not in a_visitor(town).get("/").text
    set_town(town, paused_until=berlin(2027, 3, 1))
    start = a_visitor(town).get("/").text
    assert start.count('href="/hinweise/neu"') == 1, "the menu alone leads to the form that is closed"
    page = a_visitor(town).get("/hinweise/").text
    assert "Unsere Technik ruht." in page
    assert "Voraussichtlich geht es am Montag, 1. März 2027 weiter." in page


def test_a_town_that_is_leaving_is_readable_and_takes_reports_until_it_is_agreed_otherwise(town: MadeTown) -> None:
    number = a_published_report(town)
    set_town(town, state=TenantState.leaving)
    visitor = a_visitor(town)
    page = visitor.get(f"/hinweise/{number}")
    assert page.status_code == 200
    assert "wird Maerker verlassen" in page.text
    fill_all(visitor)
    assert send(visitor).status_code == 303
    assert number_of_reports(town) == 2
    fill_all(visitor)
    set_town(town, form_closed_while_leaving=True)
    assert send(visitor).status_code == 403
    assert "Das Formular ist geschlossen" in visitor.get("/hinweise/neu").text
    assert visitor.get("/hinweise/").status_code == 200
    assert number_of_reports(town) == 2


def test_a_town_that_has_left_is_gone_at_every_address(town: MadeTown) -> None:
    number = a_published_report(town)
    editor = signed_in(town)
    set_town(town, state=TenantState.closed)
    for path in ("/", "/hinweise/", f"/hinweise/{number}", "/hinweise/neu", "/hinweise.atom", "/hinweise.geojson",
                 "/sitemap.xml", "/verfolgen/", "/anmelden", "/nirgends"):
        answer = a_visitor(town).get(path)
        assert (path, answer.status_code) == (path, 410)
        assert "nimmt nicht mehr an Maerker teil" in answer.text
        assert "tiefes Schlagloch" not in answer.text
        assert 'href="/anmelden"' not in answer.text
    assert editor.get("/redaktion/").status_code == 410
    assert editor.get(f"/redaktion/{number}").status_code == 410
    assert editor.post("/anmelden", {"username": "redaktion"}).status_code == 410
    for path in ("/impressum", "/datenschutz", "/farben.css"):
        assert editor.get(path).status_code == 200


def test_the_tombstone_has_the_towns_own_words_escaped() -> None:
    town = a_tenant(state=TenantState.closed, profile={"texts": {"closed_message": "Neu: <b>mangel.example</b>"}})
    assert "Neu: &lt;b&gt;mangel.example&lt;/b&gt;" in a_visitor(town).get("/").text
