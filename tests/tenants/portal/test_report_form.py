"""Stories of the report form: what citizens type is kept, wrong things are said where they are, nothing gets lost."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text, update

from maerker.clock import now
from maerker.database.base import session
from tenants.categories.models import Category
from tenants.registry.models import Tenant, TenantState
from tenants.reports.models import Publication
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_published_report, a_tenant, a_visitor, move
from tests.tenants.portal.filled_form import (
    CONTACT,
    MATTER,
    WORDS,
    drafts_of,
    fill_all,
    fill_contact,
    fill_matter,
    fill_place,
    number_of_reports,
    send,
    sending_on,
    the_report,
    title_of,
)


def test_a_citizen_sends_a_report_in_words(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    check = visitor.last.text if visitor.last else ""
    for words in ("Bahnhofstraße 12", "Sandow", "Gegenüber der Haltestelle", "Schlagloch", "karin.melder@<wbr>posteo"):
        assert words in check
    answer = send(visitor)
    assert (answer.status_code, answer.location) == (303, "/hinweise/neu/danke")
    report = the_report(town)
    assert (report.street, report.house_number, report.district, report.lat) == ("Bahnhofstraße", "12", "Sandow", None)
    assert report.description == MATTER["description"]
    assert report.number in visitor.get("/hinweise/neu/danke").text


def test_the_form_begins_with_the_emergency_numbers_and_the_towns_own_words(town: MadeTown) -> None:
    page = a_visitor(town).get("/hinweise/neu").text
    assert "110" in page
    assert "112" in page
    assert "zeigen Sie niemanden an" in page
    other = a_tenant(profile={"texts": {"before_form": "Bitte melden Sie Mängel, keine Nachbarn."}})
    assert "keine Nachbarn" in a_visitor(other).get("/hinweise/neu").text


def test_looking_at_the_form_keeps_nothing(town: MadeTown) -> None:
    visitor = a_visitor(town)
    for path in ("", "/anliegen", "/fotos", "/kontakt", "/pruefen", "/danke", "?category=roads&lat=51.05&lon=20"):
        visitor.get(f"/hinweise/neu{path}")
    assert drafts_of(town) == []


@pytest.mark.parametrize("step", ["anliegen", "fotos", "kontakt", "pruefen"])
def test_a_later_step_leads_to_the_first_while_nothing_is_begun(town: MadeTown, step: str) -> None:
    visitor = a_visitor(town)
    answer = visitor.get(f"/hinweise/neu/{step}")
    assert answer.location == "/hinweise/neu?abgelaufen=1"
    page = visitor.get(answer.location).text
    assert "Ihr Browser hat den Cookie dieser Seite nicht mehr" in page
    assert "Gesendet ist noch nichts." in page


def test_a_draft_that_is_over_says_so_and_not_that_a_cookie_is_missing(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/hinweise/neu")
    answer = visitor.get("/hinweise/neu/kontakt")
    assert answer.location == "/hinweise/neu?abgelaufen=1"
    page = visitor.get(answer.location).text
    assert "nach 24 Stunden" in page
    assert "Cookie" not in page


def test_what_was_typed_is_there_again_on_coming_back(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    assert 'value="Bahnhofstraße"' in visitor.get("/hinweise/neu").text
    assert MATTER["description"] in visitor.get("/hinweise/neu/anliegen").text
    assert 'value="Karin Melder"' in visitor.get("/hinweise/neu/kontakt").text


def test_the_cookie_of_a_report_lives_its_full_time_from_the_beginning_of_the_report(town: MadeTown) -> None:
    """Another page may have set it the day before."""
    visitor = a_visitor(town)
    visitor.get("/hinweise/neu")
    cookie = visitor.cookies()["maerker_form"]
    with time_machine.travel(now() + timedelta(hours=23, minutes=50)):
        visitor.get("/hinweise/neu")
        set_again = visitor.post("/hinweise/neu", WORDS).headers.get("Set-Cookie", "")
        assert f"maerker_form={cookie};" in set_again
        assert "Max-Age=86400" in set_again
        assert "Set-Cookie" not in fill_matter(visitor).headers


BEGUN = "Er ist noch nicht abgesendet."


def test_a_report_begun_before_is_not_gone_on_with_in_silence(town: MadeTown) -> None:
    visitor = a_visitor(town)
    assert BEGUN not in visitor.get("/hinweise/neu").text
    fill_place(visitor)
    with time_machine.travel(now() + timedelta(hours=2, minutes=5)):
        page = visitor.get("/hinweise/neu").text
    assert "Sie haben vor 2 Stunden einen Hinweis begonnen." in page
    assert BEGUN in page
    assert 'href="/hinweise/neu/loeschen?neu=1"' in page
    assert 'value="Bahnhofstraße"' in page


@pytest.mark.parametrize("step", ["anliegen", "pruefen", "loeschen"])
def test_who_goes_back_within_the_form_is_not_told_that_it_is_begun(town: MadeTown, step: str) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    page = visitor.get(f"/hinweise/neu/{step}").text.partition("<main")[2]
    found = set(re.findall(r'href="(/hinweise/neu(?:\?[^"]*)?)"', page))
    assert found
    for href in found:
        assert BEGUN not in visitor.get(href).text


def test_nothing_is_begun_any_more_once_it_is_sent(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    send(visitor)
    assert BEGUN not in visitor.get("/hinweise/neu").text


def test_who_changes_something_from_the_last_page_returns_there(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    assert "/hinweise/neu/anliegen?aendern=1" in (visitor.last.text if visitor.last else "")
    visitor.get("/hinweise/neu/anliegen?aendern=1")
    answer = visitor.post("/hinweise/neu/anliegen?aendern=1", MATTER | {"description": "Zwei Löcher im Gehweg."})
    assert answer.location == "/hinweise/neu/pruefen"
    assert "Zwei Löcher im Gehweg." in visitor.get(answer.location).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"category": ""}, "category"), ({"category": "ufo"}, "category"), ({"description": "Loch"}, "description")],
)
def test_a_matter_that_cannot_be_taken_keeps_the_text(town: MadeTown, changes: dict[str, Any], field: str) -> None:
    visitor = a_visitor(town)
    fill_place(visitor)
    answer = fill_matter(visitor, **changes)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert str(changes.get("description", MATTER["description"])) in answer.text


def test_a_wrong_mail_address_keeps_the_text(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_place(visitor)
    answer = fill_contact(visitor, email="karin.melder")
    assert answer.status_code == 422
    assert 'value="karin.melder"' in answer.text
    assert 'value="0355 4711"' in answer.text


def test_an_address_that_no_mail_reaches_is_refused_before_sending(town: MadeTown) -> None:
    """Mails go out without SMTPUTF8; a domain with umlauts has a plain spelling, the part before the @ has none."""
    visitor = a_visitor(town)
    fill_place(visitor)
    answer = fill_contact(visitor, email="jörg@posteo.example")
    assert answer.status_code == 422
    assert "Umlauten vor dem @" in answer.text
    assert fill_contact(visitor, email="joerg@müller.example").status_code == 303


def test_the_last_page_asks_first_for_what_is_missing(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_place(visitor)
    assert visitor.get("/hinweise/neu/pruefen").location == "/hinweise/neu/anliegen?aendern=1&fehlt=1"
    visitor.get("/hinweise/neu/anliegen")
    answer = visitor.post("/hinweise/neu/pruefen", {"submission": str(drafts_of(town)[0].submission)})
    assert answer.status_code == 422
    assert "Worum geht es?" in title_of(answer.text)
    assert number_of_reports(town) == 0


def test_a_category_that_was_closed_meanwhile_is_asked_for_again(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    with Here.world.scope(town.tenant_id):
        session().execute(update(Category).where(Category.key == "roads").values(active=False))
        session().execute(text("SELECT raise_config_version()"))
    answer = send(visitor)
    assert answer.status_code == 422
    assert "Worum geht es?" in title_of(answer.text)
    assert MATTER["description"] in answer.text
    assert drafts_of(town)[0].submitted_at is None


def test_who_lost_the_cookie_finds_the_typed_text_and_can_send_it_again(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_place(visitor)
    visitor.get("/hinweise/neu/anliegen")
    visitor.client._cookies.clear()
    answer = visitor.post("/hinweise/neu/anliegen", MATTER)
    assert answer.status_code == 400
    assert re.match(r"Fehler: (?!Fehler)", title_of(answer.text))
    assert MATTER["description"] in answer.text
    assert "Cookie" in answer.text
    assert visitor.post("/hinweise/neu/anliegen", MATTER).status_code == 303
    assert "Was Sie auf früheren Seiten eingegeben haben, fragen wir danach noch einmal." in answer.text


def test_who_lost_the_cookie_is_told_why_a_step_comes_again_and_what_is_kept(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_place(visitor)
    fill_matter(visitor)
    visitor.get("/hinweise/neu/kontakt")
    visitor.client._cookies.clear()
    visitor.post("/hinweise/neu/kontakt", CONTACT)
    assert visitor.post("/hinweise/neu/kontakt", CONTACT).location == "/hinweise/neu/pruefen"
    back = visitor.get("/hinweise/neu/pruefen").location
    assert back == "/hinweise/neu?aendern=1&fehlt=1"
    page = visitor.get(back).text
    assert "den Cookie dieser Seite verloren" in page
    assert "Erhalten sind Ihre Angaben zu: Kontakt." in page
    visitor.post("/hinweise/neu?aendern=1", WORDS)
    back = visitor.get("/hinweise/neu/pruefen").location
    assert back == "/hinweise/neu/anliegen?aendern=1&fehlt=1"
    assert "Erhalten sind Ihre Angaben zu: Ort, Kontakt." in visitor.get(back).text
    visitor.post("/hinweise/neu/anliegen?aendern=1", MATTER)
    assert visitor.get("/hinweise/neu/pruefen").status_code == 200


def test_a_step_that_is_filled_gives_no_reason_for_being_asked(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    for step in ("", "/anliegen", "/kontakt"):
        assert "den Cookie dieser Seite verloren" not in visitor.get(f"/hinweise/neu{step}?aendern=1&fehlt=1").text


@pytest.mark.parametrize("path", ["", "/anliegen", "/fotos", "/kontakt", "/pruefen"])
def test_a_form_without_its_token_is_shown_again_and_writes_nothing(town: MadeTown, path: str) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    before = [(draft.answers, draft.submitted_at) for draft in drafts_of(town)]
    answer = visitor.post(f"/hinweise/neu{path}", {"csrf_token": "0" * 64, "street": "Fremde Straße"})
    assert answer.status_code == 400
    assert 'name="csrf_token"' in answer.text
    assert [(draft.answers, draft.submitted_at) for draft in drafts_of(town)] == before
    assert number_of_reports(town) == 0


def test_a_form_that_a_sister_subdomain_sends_is_refused(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    answer = visitor.post(
        "/hinweise/neu/pruefen", sending_on(visitor),
        headers={"Origin": "http://angreifer.example.test"},
    )
    assert answer.status_code == 400
    assert number_of_reports(town) == 0


def test_the_cookie_of_one_town_finds_nothing_at_another(town: MadeTown) -> None:
    other = a_tenant()
    visitor = a_visitor(town)
    fill_all(visitor)
    stranger = a_visitor(other)
    stranger.client.set_cookie("maerker_form", visitor.cookies()["maerker_form"], domain=other.host)
    for step in ("anliegen", "fotos", "kontakt", "pruefen", "danke"):
        assert str(stranger.get(f"/hinweise/neu/{step}").location).partition("?")[0] == "/hinweise/neu"
    assert "Bahnhofstraße" not in stranger.get("/hinweise/neu").text
    stranger.post("/hinweise/neu/pruefen", {"submission": str(drafts_of(town)[0].submission)})
    assert number_of_reports(other) == 0
    assert drafts_of(town)[0].submitted_at is None


def test_a_town_that_pauses_says_why_in_its_own_words() -> None:
    texts = {"pause_message": "Nach einem Angriff auf unsere Technik pausieren wir."}
    town = a_tenant(state=TenantState.paused, profile={"texts": texts})
    page = a_visitor(town).get("/hinweise/neu")
    assert page.status_code == 200
    assert "Das Formular ist geschlossen" in page.text
    assert texts["pause_message"] in page.text
    assert "zurzeit keine neuen Hinweise" in a_visitor(a_tenant(state=TenantState.paused)).get(
        "/hinweise/neu/pruefen").text


@pytest.mark.parametrize("state", [state for state in TenantState if state is not TenantState.live])
def test_no_report_can_be_begun_or_sent_while_the_town_is_not_live(town: MadeTown, state: TenantState) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    fields = sending_on(visitor)
    with Here.world.no_scope("console"):
        session().execute(
            update(Tenant).where(Tenant.id == town.tenant_id).values(state=state, form_closed_while_leaving=True)
        )
    assert 'name="street"' not in visitor.get("/hinweise/neu").text
    assert visitor.post("/hinweise/neu/pruefen", fields).status_code >= 400
    assert visitor.post("/hinweise/neu", WORDS).status_code >= 400
    assert number_of_reports(town) == 0


def test_what_neighbours_have_reported_is_shown_and_stops_nobody(town: MadeTown) -> None:
    near = a_published_report(town, lat=town.lat + 0.0005, lon=town.lon, description="Das Loch kennen wir schon lange.")
    far = a_published_report(town, lat=town.lat + 0.003, lon=town.lon)
    other_kind = a_published_report(town, category="waste")
    fixed = a_published_report(town)
    move(town, fixed, Verb.finish, public_text="Das Loch ist zu.")
    visitor = a_visitor(town)
    fill_place(visitor, lat=str(town.lat), lon=str(town.lon))
    assert fill_matter(visitor).location == "/hinweise/neu/fotos"
    page = visitor.get("/hinweise/neu/fotos").text
    assert "Wurde das schon gemeldet?" in page
    assert f'href="/hinweise/{near}"' in page
    for number in (far, other_kind, fixed):
        assert number not in page


def test_reports_of_another_town_are_no_neighbours(town: MadeTown) -> None:
    other = a_tenant()
    a_published_report(other, lat=None, lon=None)
    with Here.world.scope(other.tenant_id):
        session().execute(update(Publication).values(lat=town.lat, lon=town.lon))
    visitor = a_visitor(town)
    fill_place(visitor, lat=str(town.lat), lon=str(town.lon))
    fill_matter(visitor)
    assert "Wurde das schon gemeldet?" not in visitor.get("/hinweise/neu/fotos").text


def test_pages_of_the_form_are_kept_nowhere(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    for step in ("", "/anliegen", "/fotos", "/kontakt", "/pruefen"):
        assert visitor.get(f"/hinweise/neu{step}").headers["Cache-Control"] == "no-store"
