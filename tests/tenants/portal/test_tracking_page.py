"""The reporter's own page: everything about the own report for the holder of the code, nothing for anyone else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from tenants.reports.models import ReportEvent
from tenants.reports.own_report import masked
from tenants.reports.status import Verb
from tests.makers import (
    Here,
    a_published_report,
    a_report,
    a_tenant,
    a_visitor,
    an_editor,
    berlin,
    code_of,
    move,
    report_row,
)
from tests.tenants.portal.test_one_report import a_report_with_photos, told_first


def test_a_waiting_report_is_seen_by_its_reporter_with_the_days_promised() -> None:
    town = a_tenant()
    number = a_report(town, email="karin.melder@posteo.example")
    answer = a_visitor(town).get(f"/verfolgen/{code_of(town, number)}")
    assert answer.status_code == 200
    for words in (number, "tiefes Schlagloch", "wartet auf Freigabe", "Erste Antwort", "bis ", "k…@posteo.example"):
        assert words in answer.text
    assert "karin.melder" not in answer.text
    assert "Karin Melder" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_the_answers_of_a_report_that_is_not_public_are_seen_here() -> None:
    town = a_tenant()
    number = a_report(town)
    move(town, number, Verb.work_without_publishing, reason="ongoing_matter", internal_text="Akte 4711")
    move(town, number, Verb.note, internal_text="Bitte nicht nach außen geben")
    move(town, number, Verb.answer, public_text="Wir prüfen das bis Freitag.")
    page = a_visitor(town).get(f"/verfolgen/{code_of(town, number)}").text
    assert "Wir prüfen das bis Freitag." in page
    assert "Es läuft ein Verfahren" in page
    assert "Akte 4711" not in page
    assert "nicht nach außen" not in page
    assert "Rita Noack" not in page


def test_a_rejection_is_told_with_its_reason_and_shows_no_light() -> None:
    town = a_tenant()
    number = a_report(town)
    move(town, number, Verb.reject, reason="not_public_space", public_text="Das ist ein Privathof.")
    page = a_visitor(town).get(f"/verfolgen/{code_of(town, number)}").text
    assert "Es geht nicht um den öffentlichen Raum" in page
    assert "Das ist ein Privathof." in page
    assert "m-lamp" not in page


def test_a_shortened_report_shows_the_own_and_the_public_words() -> None:
    town = a_tenant()
    number = a_report(town, description="Herr Grube lädt hier seinen Müll ab.")
    move(town, number, Verb.publish_redacted, reason="personal_data", public_text="Hier liegt Müll.")
    page = a_visitor(town).get(f"/verfolgen/{code_of(town, number)}").text
    assert "Herr Grube" in page
    assert "Hier liegt Müll." in page
    assert f'href="/hinweise/{number}"' in page


def test_every_move_can_be_shown() -> None:
    town = a_tenant()
    number = a_published_report(town)
    code = code_of(town, number)
    with Here.world.scope(town.tenant_id):
        department = Here.world and town.town.departments[0].id
    for verb, fields in (
        (Verb.accept, {"department_id": department}), (Verb.assign, {"department_id": department}),
        (Verb.answer, {"public_text": "Antwort eins"}), (Verb.finish, {"public_text": "Antwort zwei"}),
        (Verb.reopen, {"public_text": "Antwort drei"}),
        (Verb.close_unresolved, {"public_text": "Antwort vier", "reason": "no_funds"}),
        (Verb.remove, {"reason": "legal_demand"}),
    ):
        move(town, number, verb, **fields)
        page = a_visitor(town).get(f"/verfolgen/{code}")
        assert page.status_code == 200
    for words in ("Antwort eins", "Antwort zwei", "Antwort drei", "Antwort vier", "Zurzeit fehlen die Mittel",
                  "Rechtliche Aufforderung"):
        assert words in page.text


def test_the_newest_answer_and_the_day_stand_beside_the_light() -> None:
    town = a_tenant()
    number = a_published_report(town)
    visitor, code = a_visitor(town), code_of(town, number)
    assert "Antwort der Verwaltung bis" in told_first(visitor.get(f"/verfolgen/{code}").text)
    move(town, number, Verb.answer, public_text="Wir kommen am Montag.", planned_for=(now() + timedelta(days=9)).date())
    page = visitor.get(f"/verfolgen/{code}").text
    assert "Wir kommen am Montag." in told_first(page)
    assert page.count("Wir kommen am Montag.") == 1
    assert "Voraussichtlich erledigt bis" in told_first(page)
    move(town, number, Verb.finish, public_text="Das Loch ist zu.")
    page = visitor.get(f"/verfolgen/{code}").text
    assert "Das Loch ist zu." in told_first(page)
    assert "Wir kommen am Montag." in page
    assert "Voraussichtlich erledigt bis" not in page


def test_own_photos_are_seen_before_the_release_and_are_kept_nowhere() -> None:
    town = a_tenant()
    number = a_report_with_photos(town, publish=0)
    code = code_of(town, number)
    visitor = a_visitor(town)
    assert f"/verfolgen/{code}/fotos/2/page.jpg" in visitor.get(f"/verfolgen/{code}").text
    photo = visitor.get(f"/verfolgen/{code}/fotos/2/page.jpg")
    assert photo.status_code == 200
    assert photo.headers["Cache-Control"] == "private, no-store"
    assert photo.headers["Referrer-Policy"] == "no-referrer"
    for nothing in ("3", "2147483648", "9223372036854775808", "9" * 5000):
        assert visitor.get(f"/verfolgen/{code}/fotos/{nothing}/page.jpg").status_code == 404
    assert visitor.get(f"/hinweise/{number}/fotos/2/page.jpg").status_code == 404


def test_a_typed_code_leads_to_its_page_in_any_spelling() -> None:
    town = a_tenant()
    code = code_of(town, a_report(town))
    visitor = a_visitor(town)
    visitor.get("/verfolgen/")
    typed = f" {code[:8].upper()}-{code[8:16]} {code[16:]} "
    answer = visitor.post("/verfolgen/", {"code": typed})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/verfolgen/{code}"


def test_no_code_and_a_form_without_token_ask_again() -> None:
    visitor = a_visitor()
    visitor.get("/verfolgen/")
    assert "Bitte geben Sie Ihren Code ein." in visitor.post("/verfolgen/", {"code": " - "}).text
    answer = visitor.post("/verfolgen/", {"code": "abc123", "csrf_token": "falsch"})
    assert answer.status_code == 422
    assert 'value="abc123"' in answer.text


@pytest.mark.parametrize("code", ["aaaaaaaaaaaaaaaaaaaaaaaaaa", "x", "%00", "..%2f", "a" * 500])
def test_a_wrong_code_is_one_friendly_page(code: str) -> None:
    answer = a_visitor(address="203.0.113.50").get(f"/verfolgen/{code}")
    assert answer.status_code == 404


def test_the_code_of_one_town_opens_nothing_at_another() -> None:
    here, there = a_tenant(), a_tenant()
    number = a_report_with_photos(here)
    code = code_of(here, number)
    visitor = a_visitor(there, address="203.0.113.51")
    answer = visitor.get(f"/verfolgen/{code}")
    assert answer.status_code == 404
    assert "Zu diesem Code gibt es hier keinen Hinweis" in answer.text
    assert visitor.get(f"/verfolgen/{code}/fotos/1/page.jpg").status_code == 404
    assert visitor.post(f"/verfolgen/{code}/punkt", {"lat": "51.05", "lon": "21"}).status_code == 404


def test_guessing_ends_after_thirty_wrong_codes_for_this_address_alone() -> None:
    town = a_tenant()
    code = code_of(town, a_report(town))
    guesser = a_visitor(town, address="203.0.113.99")
    answers = [guesser.get(f"/verfolgen/falsch{n}").status_code for n in range(32)]
    assert answers[:30] == [404] * 30
    assert answers[30:] == [429, 429]
    assert guesser.get(f"/verfolgen/{code}").status_code == 429
    assert a_visitor(town, address="203.0.113.98").get(f"/verfolgen/{code}").status_code == 200


def test_right_codes_do_not_count_as_guesses() -> None:
    town = a_tenant()
    code = code_of(town, a_report(town))
    visitor = a_visitor(town, address="203.0.113.97")
    assert {visitor.get(f"/verfolgen/{code}").status_code for _ in range(35)} == {200}


def test_a_missing_point_is_set_by_the_reporter_and_shown_to_all() -> None:
    town = a_tenant()
    number = a_published_report(town, lat=None, lon=None)
    code = code_of(town, number)
    public = a_visitor(town)
    assert "data-lat" not in public.get(f"/hinweise/{number}").text
    reporter = a_visitor(town)
    assert "data-place-picker" in reporter.get(f"/verfolgen/{code}").text
    answer = reporter.post(f"/verfolgen/{code}/punkt", {"lat": str(town.lat), "lon": str(town.lon)})
    assert answer.status_code == 303
    assert f'data-lat="{town.lat}"' in public.get(f"/hinweise/{number}").text
    page = reporter.get(f"/verfolgen/{code}").text
    assert "Der Ort ist auf der Karte ergänzt" in page
    assert "data-place-picker" not in page
    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        events = session().scalars(select(ReportEvent).where(ReportEvent.report_id == report.id)).all()
        assert report.version == len(events)
        assert events[-1].verb == "place_set"
        assert events[-1].actor_kind == "citizen"


@pytest.mark.parametrize(("comma", "sign"), [(True, ""), (False, " °")])
def test_without_a_map_the_point_can_be_typed(comma: bool, sign: str) -> None:
    town = a_tenant()
    number = a_report(town, lat=None, lon=None)
    path = f"/verfolgen/{code_of(town, number)}"
    reporter = a_visitor(town)
    page = reporter.get(path).text
    plain = re.search(r"<noscript>.*?</noscript>", page[page.index(f'action="{path}/punkt"'):], re.S)
    fields = re.findall(r'name="(\w+)"', plain.group()) if plain else []
    assert fields == ["lat_typed", "lon_typed"]
    typed = {f"{name}_typed": f" {degrees:.4f}{sign}" for name, degrees in (("lat", town.lat), ("lon", town.lon))}
    if comma:
        typed = {name: degrees.replace(".", ",") for name, degrees in typed.items()}
    answer = reporter.post(f"{path}/punkt", {"lat": "", "lon": "", **typed})
    assert answer.status_code == 303
    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        assert (report.lat, report.lon) == (pytest.approx(town.lat, abs=1e-4), pytest.approx(town.lon, abs=1e-4))


def test_half_a_point_typed_is_refused_and_stays_typed() -> None:
    town = a_tenant()
    number = a_report(town, lat=None, lon=None)
    reporter = a_visitor(town)
    reporter.get(f"/verfolgen/{code_of(town, number)}")
    answer = reporter.post(f"/verfolgen/{code_of(town, number)}/punkt", {"lat_typed": "51,05", "lon_typed": ""})
    assert answer.status_code == 422
    assert "geben Sie beide Koordinaten in Grad ein" in answer.text
    assert 'value="51,05"' in answer.text


def test_a_waiting_report_with_a_new_point_stays_private() -> None:
    town = a_tenant()
    number = a_report(town, lat=None, lon=None)
    reporter = a_visitor(town)
    reporter.get(f"/verfolgen/{code_of(town, number)}")
    path = f"/verfolgen/{code_of(town, number)}/punkt"
    assert reporter.post(path, {"lat": str(town.lat), "lon": str(town.lon)}).status_code == 303
    assert reporter.get(f"/hinweise/{number}").status_code == 404


@pytest.mark.parametrize(
    ("lat", "lon", "sentence"),
    [("", "", "Bitte setzen Sie einen Punkt"), ("51.05", "", "Bitte setzen Sie einen Punkt"),
     ("nan", "inf", "Bitte setzen Sie einen Punkt"), ("abc", "1", "Bitte setzen Sie einen Punkt"),
     ("48.1", "11.5", "außerhalb")],
)
def test_a_point_that_is_none_or_lies_outside_is_refused(lat: str, lon: str, sentence: str) -> None:
    town = a_tenant()
    number = a_report(town, lat=None, lon=None)
    reporter = a_visitor(town)
    reporter.get(f"/verfolgen/{code_of(town, number)}")
    answer = reporter.post(f"/verfolgen/{code_of(town, number)}/punkt", {"lat": lat, "lon": lon})
    assert answer.status_code == 422
    assert sentence in answer.text
    with Here.world.scope(town.tenant_id):
        assert report_row(number).lat is None


def test_a_point_that_is_there_cannot_be_moved() -> None:
    town = a_tenant()
    number = a_report(town)
    reporter = a_visitor(town)
    reporter.get("/verfolgen/")
    answer = reporter.post(f"/verfolgen/{code_of(town, number)}/punkt", {"lat": str(town.lat), "lon": "21"})
    assert answer.status_code == 422
    assert "lässt sich hier nicht mehr ändern" in answer.text


def test_a_pin_from_a_foreign_page_is_refused() -> None:
    town = a_tenant()
    number = a_report(town, lat=None, lon=None)
    reporter = a_visitor(town)
    data = {"lat": str(town.lat), "lon": str(town.lon), "csrf_token": "falsch"}
    answer = reporter.post(f"/verfolgen/{code_of(town, number)}/punkt", data)
    assert answer.status_code == 422
    assert f'value="{town.lat}"' in answer.text
    with Here.world.scope(town.tenant_id):
        assert report_row(number).lat is None


@pytest.mark.parametrize(
    ("address", "shown"), [("karin@posteo.de", "k…@posteo.de"), ("", ""), ("a@b", "a…@b"), ("@b", "…@b")]
)
def test_a_masked_address(address: str, shown: str) -> None:
    assert masked(address) == shown


@pytest.mark.parametrize(("reason", "took_it_on"), [("no_funds", True), ("other_authority", False)])
@pytest.mark.parametrize(("late", "status"), [(False, "kept"), (True, "missed")])
def test_who_says_that_others_are_in_charge_does_not_read_we_are(
    reason: str, took_it_on: bool, late: bool, status: str
) -> None:
    """Point 5 of the promise: that others are in charge is due within three working days."""
    town = a_tenant()
    came = berlin(2026, 11, 24, 9)
    number = a_report(town, at=came)
    move(town, number, Verb.publish, at=came)
    move(town, number, Verb.close_unresolved, reason=reason, public_text="Bitte wenden Sie sich an den Landesbetrieb.",
         at=berlin(2026, 12, 15) if late else berlin(2026, 11, 25))
    own, desk = a_visitor(town), an_editor(town)
    for page in (own.get(f"/verfolgen/{code_of(town, number)}").text, desk.get(f"/redaktion/{number}").text):
        entry = re.search(r'm-promise--(\w+)"><span class="m-promises__label">Weiter(?:leitung|gegeben, falls)', page)
        assert entry, page
        assert entry.group(1) == ("lapsed" if took_it_on else status)
