"""A computer that others use: what was typed, and the code of what was sent, can be taken off it."""

import pytest

from tests.makers import Here, MadeTown, a_tenant, a_visitor, code_of
from tests.tenants.portal.filled_form import (
    MATTER,
    drafts_of,
    fill_all,
    fill_place,
    number_of_reports,
    send,
    the_report,
)
from tests.world import Visitor

CLEAR = "/hinweise/neu/loeschen"


def photos_of(town: MadeTown) -> int:
    folder = Here.world.settings.storage_folder / str(town.tenant_id) / "photos"
    return len(list(folder.iterdir())) if folder.is_dir() else 0


@pytest.mark.parametrize("step", ["/anliegen", "/fotos", "/kontakt", "/pruefen", ""])
def test_each_page_of_a_begun_form_offers_it(town: MadeTown, step: str) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    assert f'href="{CLEAR}"' in visitor.get(f"/hinweise/neu{step}").text


def test_a_page_that_could_not_be_kept_does_not_say_that_it_is(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/hinweise/neu")
    page = visitor.post("/hinweise/neu", {"street": "Bahnhofstraße"}).text
    assert 'value="Bahnhofstraße"' in page
    assert "bleiben bis zum Absenden gespeichert" not in page


def test_an_empty_form_has_nothing_to_offer(town: MadeTown) -> None:
    visitor = a_visitor(town)
    assert f'href="{CLEAR}"' not in visitor.get("/hinweise/neu").text
    page = visitor.get(CLEAR)
    assert "Hier ist nichts gespeichert" in page.text
    assert f'action="{CLEAR}"' not in page.text


def test_after_a_question_words_photos_and_cookie_are_gone(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=2)
    assert photos_of(town) == 2
    question = visitor.get(CLEAR)
    assert "lässt sich nicht zurücknehmen" in question.text
    answer = visitor.post(CLEAR)
    assert answer.status_code == 303
    assert "maerker_form" not in visitor.cookies()
    assert photos_of(town) == 0
    (draft,) = drafts_of(town)
    assert (draft.answers, draft.photos) == ({}, [])
    page = visitor.get(str(answer.location))
    assert "Dieses Gerät kennt Ihre Angaben nicht mehr" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "Bahnhofstraße" not in visitor.get("/hinweise/neu").text
    assert number_of_reports(town) == 0


def test_who_begins_anew_is_asked_first_and_gets_an_empty_form(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=1)
    question = visitor.get(f"{CLEAR}?neu=1").text
    assert "Neu beginnen?" in question
    assert f'action="{CLEAR}?neu=1"' in question
    answer = visitor.post(f"{CLEAR}?neu=1")
    assert (answer.status_code, answer.location) == (303, "/hinweise/neu")
    assert photos_of(town) == 0
    page = visitor.get("/hinweise/neu").text
    assert "Bahnhofstraße" not in page
    assert "Er ist noch nicht abgesendet." not in page


def test_an_old_cookie_finds_an_empty_form(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    cookie = visitor.cookies()["maerker_form"]
    visitor.get(CLEAR)
    visitor.post(CLEAR)
    other = a_visitor(town)
    other.client.set_cookie("maerker_form", cookie, domain=town.host)
    assert MATTER["description"] not in other.get("/hinweise/neu/anliegen").text


def a_sender(town: MadeTown) -> Visitor:
    visitor = a_visitor(town)
    fill_all(visitor, photos=1)
    send(visitor)
    return visitor


def test_the_page_with_the_code_offers_it_and_the_report_stays(town: MadeTown) -> None:
    visitor = a_sender(town)
    number = the_report(town).number
    code = code_of(town, number)
    done = visitor.get("/hinweise/neu/danke")
    assert code in done.text
    assert "Fertig, Angaben von diesem Gerät entfernen" in done.text
    assert "no-store" in done.headers["Cache-Control"]
    question = visitor.get(CLEAR).text
    assert "Ihr Hinweis bleibt bei der Verwaltung" in question
    assert visitor.post(CLEAR).status_code == 303
    assert "maerker_form" not in visitor.cookies()
    assert visitor.get("/hinweise/neu/danke").location == "/hinweise/neu"
    assert (number_of_reports(town), photos_of(town)) == (1, 1)
    assert visitor.get(f"/verfolgen/{code}").status_code == 200


def test_only_the_own_page_can_do_it(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    assert visitor.post(CLEAR, {"csrf_token": "0" * 64}).status_code == 400
    assert "maerker_form" in visitor.cookies()
    assert drafts_of(town)[0].answers["street"] == "Bahnhofstraße"


def test_the_cookie_of_one_town_empties_nothing_at_another(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_place(visitor)
    other = a_tenant()
    stranger = a_visitor(other)
    stranger.client.set_cookie("maerker_form", visitor.cookies()["maerker_form"], domain=other.host)
    stranger.get("/hinweise/neu")
    assert stranger.post(CLEAR).status_code == 303
    assert drafts_of(town)[0].answers["street"] == "Bahnhofstraße"
