"""The page of one public report, its photos, and that another town's host knows nothing of it."""

import io
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PIL import Image
from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.storage.keys import StorageKey
from maerker.storage.local import LocalStorage
from tenants.reports.jobs import render_photos
from tenants.reports.models import ReportPhoto
from tenants.reports.schemas import StoredPhoto
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, a_visitor, move, report_row


def a_stored_photo(town: MadeTown, name: str, colour: str = "red") -> StoredPhoto:
    """An upload as the form leaves it."""
    picture = io.BytesIO()
    Image.new("RGB", (800, 600), colour).save(picture, "JPEG")
    storage = LocalStorage(Here.world.settings.storage_folder)
    storage.put(StorageKey(town.tenant_id, "photos", name), picture.getvalue(), "image/jpeg")
    return StoredPhoto(file=name, name="IMG_1.jpg", alt="Das Loch von oben")


def a_report_with_photos(town: MadeTown, *, publish: int = 1) -> str:
    """Two photos, of which the editor releases the first `publish`."""
    number = a_report(town, photos=(a_stored_photo(town, "eins"), a_stored_photo(town, "zwei", "blue")))
    with Here.world.scope(town.tenant_id):
        report_id = report_row(number).id
        render_photos(SimpleNamespace(subject_id=report_id), Here.world.settings)
        ids = session().scalars(
            select(ReportPhoto.id).where(ReportPhoto.report_id == report_id).order_by(ReportPhoto.position)
        ).all()
    move(town, number, Verb.publish, photo_ids=tuple(ids[:publish]))
    return number


def test_the_page_tells_the_whole_story() -> None:
    town = a_tenant()
    number = a_published_report(town)
    move(town, number, Verb.answer, public_text="Wir kommen am Montag.\nBitte Abstand halten.",
         planned_for=(now() + timedelta(days=9)).date())
    page = a_visitor(town).get(f"/hinweise/{number}").text
    for words in ("Bahnhofstraße 12, Sandow", "tiefes Schlagloch", "in Arbeit", "Wir kommen am Montag.",
                  "Voraussichtlich erledigt bis", "Hinweis eingegangen", 'data-lat="51.05"'):
        assert words in page
    assert f'aria-current="page"><span class="m-nowrap">{number}</span>' in page  # it would break at its hyphen


def told_first(page: str) -> str:
    """What stands at the top of the page, in the part with the light."""
    return page.partition('id="stand"')[2].partition("<h2 id=")[0]


def test_the_newest_answer_and_the_day_stand_beside_the_light_and_once_on_the_page() -> None:
    town = a_tenant()
    number = a_published_report(town)
    move(town, number, Verb.answer, public_text="Wir sehen es uns an.")
    move(town, number, Verb.answer, public_text="Wir kommen am Montag.", planned_for=(now() + timedelta(days=9)).date())
    page = a_visitor(town).get(f"/hinweise/{number}").text
    for words in ("Wir kommen am Montag.", "Voraussichtlich erledigt bis"):
        assert words in told_first(page)
        assert page.count(words) == 1
    assert "Wir sehen es uns an." not in told_first(page)
    assert page.count("Antwort der Verwaltung: in Arbeit") == 2
    assert 'href="#stand"' in page


def test_before_the_first_answer_the_promised_day_stands_there() -> None:
    town = a_tenant()
    page = a_visitor(town).get(f"/hinweise/{a_published_report(town)}").text
    assert "Antwort der Verwaltung bis" in told_first(page)
    assert "Noch gibt es keine Antwort" in page


def test_a_promised_day_that_is_over_is_said() -> None:
    town = a_tenant()
    number = a_published_report(town, at=now() - timedelta(days=30))
    assert "Dieser Tag ist vorbei" in a_visitor(town).get(f"/hinweise/{number}").text


def test_why_it_cannot_be_solved_is_said() -> None:
    town = a_tenant()
    number = a_published_report(town)
    move(town, number, Verb.close_unresolved, reason="private_owner", public_text="Das ist ein Privatweg.")
    page = a_visitor(town).get(f"/hinweise/{number}").text
    assert "Die Fläche gehört nicht der Kommune" in told_first(page)
    assert "Das ist ein Privatweg." in told_first(page)
    assert "abschließend bearbeitet" in page


def test_a_shortened_report_shows_the_shortened_words_alone() -> None:
    town = a_tenant()
    number = a_report(town, description="Herr Grube aus Nummer 7 lädt hier seinen Müll ab.")
    move(town, number, Verb.publish_redacted, reason="personal_data", public_text="Hier liegt Müll.")
    page = a_visitor(town).get(f"/hinweise/{number}").text
    assert "Hier liegt Müll." in page
    assert "Grube" not in page
    assert "hat diesen Hinweis gekürzt" in page


def test_of_a_removed_report_a_neutral_stub_is_left() -> None:
    town = a_tenant()
    number = a_published_report(town, description="Frau Nowotny parkt falsch vor dem Haus.", category="waste")
    move(town, number, Verb.remove, reason="personal_data")
    visitor = a_visitor(town)
    answer = visitor.get(f"/hinweise/{number}")
    assert answer.status_code == 200
    assert "nicht mehr öffentlich" in answer.text
    for path in (f"/hinweise/{number}", "/hinweise/", "/hinweise.atom", "/hinweise/?q=Nowotny"):
        assert "Frau Nowotny" not in visitor.get(path).text
    assert f"Hinweis {number} wurde entfernt" in visitor.get("/hinweise/").text
    assert number not in visitor.get("/hinweise.geojson").text
    assert number not in visitor.get("/").text


@pytest.mark.parametrize("number", ["2026-999999", "abc", "2026-000001-x", "%00", "..", "2026-000001%27"])
def test_a_number_that_is_none_is_not_there(number: str) -> None:
    assert a_visitor().get(f"/hinweise/{number}").status_code == 404


def test_a_report_without_a_point_has_words_and_no_map() -> None:
    town = a_tenant()
    number = a_published_report(town, lat=None, lon=None)
    page = a_visitor(town).get(f"/hinweise/{number}").text
    assert "noch keinen Punkt auf der Karte" in page
    assert "data-map" not in page


@pytest.mark.parametrize("size", ["full", "page", "thumb"])
def test_a_released_photo_is_shown_in_three_sizes(size: str) -> None:
    town = a_tenant()
    number = a_report_with_photos(town)
    visitor = a_visitor(town)
    answer = visitor.get(f"/hinweise/{number}/fotos/1/{size}.jpg")
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"
    assert Image.open(io.BytesIO(answer.data)).format == "JPEG"
    assert "max-age=" in answer.headers["Cache-Control"]
    again = visitor.get(f"/hinweise/{number}/fotos/1/{size}.jpg", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_page_shows_the_released_photo_alone() -> None:
    town = a_tenant()
    number = a_report_with_photos(town, publish=1)
    visitor = a_visitor(town)
    page = visitor.get(f"/hinweise/{number}").text
    assert f"/hinweise/{number}/fotos/1/page.jpg" in page
    assert "fotos/2/" not in page
    assert 'alt="Das Loch von oben"' in page
    assert f"/hinweise/{number}/fotos/1/thumb.jpg" in visitor.get("/hinweise/").text
    for address in ("fotos/2/page.jpg", "fotos/0/page.jpg", "fotos/1/original.jpg", "fotos/1/..jpg",
                    "fotos/99999999999999999999/page.jpg"):
        assert visitor.get(f"/hinweise/{number}/{address}").status_code == 404


def test_a_photo_goes_with_the_report() -> None:
    town = a_tenant()
    number = a_report_with_photos(town)
    visitor = a_visitor(town)
    assert visitor.get(f"/hinweise/{number}/fotos/1/page.jpg").status_code == 200
    move(town, number, Verb.remove, reason="personal_data")
    assert visitor.get(f"/hinweise/{number}/fotos/1/page.jpg").status_code == 404


def test_a_photo_that_is_not_made_yet_is_not_there() -> None:
    town = a_tenant()
    number = a_report(town, photos=(StoredPhoto(file="fehlt"),))
    with Here.world.scope(town.tenant_id):
        ids = session().scalars(select(ReportPhoto.id)).all()
    move(town, number, Verb.publish, photo_ids=tuple(ids))
    assert a_visitor(town).get(f"/hinweise/{number}/fotos/1/page.jpg").status_code == 404


def test_another_towns_host_knows_neither_report_nor_photo() -> None:
    here, there = a_tenant(), a_tenant()
    a_published_report(here)  # the numbers of two towns begin alike, so A's second one is unknown to B
    number = a_report_with_photos(here)
    visitor = a_visitor(there)
    assert visitor.get(f"/hinweise/{number}").status_code == 404
    assert visitor.get(f"/hinweise/{number}/fotos/1/page.jpg").status_code == 404
    for path in ("/", "/hinweise/", "/hinweise/karte", "/hinweise.atom", "/hinweise.geojson", "/sitemap.xml",
                 f"/hinweise/?q={number}"):
        answer = visitor.get(path).text
        assert f"/hinweise/{number}" not in answer
        assert "Räder schlagen durch" not in answer


def test_the_same_number_in_two_towns_is_two_reports() -> None:
    here, there = a_tenant(), a_tenant()
    one = a_published_report(here, description="Ein Loch in der einen Stadt.")
    other = a_published_report(there, description="Eine Bank in der anderen Stadt.")
    assert one == other
    assert "der einen Stadt" in a_visitor(here).get(f"/hinweise/{one}").text
    assert "der anderen Stadt" in a_visitor(there).get(f"/hinweise/{one}").text
