"""One report at the desk: what is shown to whom."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bench.statements import counted
from maerker.clock import now
from maerker.database.base import session
from maerker.storage.keys import StorageKey
from maerker.storage.local import LocalStorage
from tenants.reports.schemas import StoredPhoto
from tenants.reports.status import Verb
from tests.makers import (
    Here,
    MadeTown,
    a_clerk,
    a_published_report,
    a_report,
    a_tenant,
    a_visitor,
    an_editor,
    move,
    signed_in,
)

PICTURE = b"\xff\xd8\xff\xe0 not really a photo"


def rows(town: MadeTown, statement: str, **values: Any) -> Any:
    with Here.world.scope(town.tenant_id):
        result = session().execute(text(statement), values)
        return result.all() if result.returns_rows else None


def department(town: MadeTown, name: str = "Tiefbau und Straßen") -> int:
    return next(item.id for item in town.town.departments if item.name == name)


def with_photo(town: MadeTown, *, ready: bool = True) -> tuple[str, int]:
    """A report with a photo whose sizes are made; its number and the photo's id."""
    number = a_report(town, photos=(StoredPhoto(file="a1b2c3", name="loch.jpg", alt="Loch von oben"),))
    if ready:
        rows(town, "UPDATE report_photos SET rendered_at = now(), width = 1024, height = 768")
        storage = LocalStorage(Here.world.settings.storage_folder)
        for size in ("full", "page", "thumb"):
            storage.put(StorageKey(town.tenant_id, "photos", f"a1b2c3-{size}.jpg"), PICTURE, "image/jpeg")
    return number, rows(town, "SELECT id FROM report_photos")[0][0]


def test_an_editor_sees_everything_about_a_report(town: MadeTown) -> None:
    number = a_report(town, email="karin@melder.example", phone="0355 4711", place_note="neben der Bushaltestelle")
    move(town, number, Verb.note, internal_text="Bauhof fragen")
    page = an_editor(town).get(f"/redaktion/{number}").text
    for words in ("Bahnhofstraße 12, Sandow", number, "tiefes Schlagloch", "neben der Bushaltestelle", "Karin Melder",
                  "karin@melder.example", "0355 4711", "Bauhof fragen", "nur intern", "Freigabe",
                  "Erste Antwort", "Weiterleitung", "Eingegangen", "data-lat="):
        assert words in page, words


def test_contact_data_is_for_those_who_may_see_it(town: MadeTown) -> None:
    number = a_report(town, email="karin@melder.example")
    move(town, number, Verb.assign, department_id=department(town))
    assert "karin@melder.example" in a_clerk(town).get(f"/redaktion/{number}").text
    page = signed_in(town, "rat").get(f"/redaktion/{number}").text
    assert "Kontaktdaten sieht Ihr Konto nicht" in page
    assert not any(word in page for word in ("Karin", "@melder", "An die meldende Person", "Eingangsbestätigung"))


def test_a_report_without_contact_says_so(town: MadeTown) -> None:
    number = a_report(town, name="", email="")
    assert "Ohne Kontaktdaten" in an_editor(town).get(f"/redaktion/{number}").text


def test_a_reader_is_offered_nothing(town: MadeTown) -> None:
    number = a_report(town, lat=None, lon=None)
    reader = signed_in(town, "rat")
    page = reader.get(f"/redaktion/{number}").text
    assert "Ihr Konto darf lesen" in page
    assert re.findall(r'<form[^>]*action="([^"]*)"', page) == ["/abmelden"]
    assert "/ort" not in page
    for verb in ("publish", "answer", "note"):
        assert reader.get(f"/redaktion/{number}/{verb}").status_code == 403
        assert reader.post(f"/redaktion/{number}/{verb}", {"version": "1"}).status_code == 403


@pytest.mark.parametrize(("before", "likely", "others"), [
    ([], "publish", {"publish_redacted", "work_without_publishing", "reject", "assign", "note"}),
    ([Verb.publish], "accept", {"assign", "answer", "finish", "close_unresolved", "note", "revise", "remove"}),
    ([Verb.publish, Verb.accept], "answer", {"assign", "finish", "close_unresolved", "note", "revise", "remove"}),
    ([Verb.publish, Verb.answer], "finish", {"assign", "answer", "close_unresolved", "note", "revise", "remove"}),
    ([Verb.publish, Verb.finish], "", {"reopen", "note", "revise", "remove"}),
])
def test_what_is_offered_follows_the_table_of_moves(
    town: MadeTown, before: list[Verb], likely: str, others: set[str]
) -> None:
    number = a_report(town)
    for verb in before:
        move(town, number, verb, department_id=department(town), public_text="Wir kümmern uns.")
    page = an_editor(town).get(f"/redaktion/{number}").text
    forms = re.findall(rf'<form[^>]*action="/redaktion/{number}/(\w+)"', page)
    links = set(re.findall(rf'<a href="/redaktion/{number}/(\w+)"', page))
    assert forms == ([likely] if likely else [])
    assert links - {"fotos"} == others


def test_who_is_not_trained_is_not_offered_to_publish(town: MadeTown) -> None:
    rows(town, "UPDATE staff_accounts SET trained_on = NULL")
    number = a_report(town)
    editor = an_editor(town)
    page = editor.get(f"/redaktion/{number}").text
    assert f"/redaktion/{number}/publish" not in page
    assert f'action="/redaktion/{number}/assign"' in page
    assert editor.get(f"/redaktion/{number}/publish").status_code == 403
    assert "Sie sind noch nicht geschult" in page
    assert "Sie sind noch nicht geschult" in editor.get("/redaktion/").text


def test_who_is_not_trained_words_no_answer_either(town: MadeTown) -> None:
    number = a_published_report(town)
    move(town, number, Verb.assign, department_id=department(town))
    rows(town, "UPDATE staff_accounts SET trained_on = NULL")
    clerk, reader = a_clerk(town), signed_in(town, "rat")
    page = clerk.get(f"/redaktion/{number}").text
    assert set(re.findall(rf'(?:href|action)="/redaktion/{number}/(\w+)"', page)) == {
        "accept", "assign", "note", "ort", "angaben",
    }
    assert "Sie sind noch nicht geschult" in page
    for verb in ("answer", "finish", "close_unresolved"):
        assert clerk.get(f"/redaktion/{number}/{verb}").status_code == 403
        refused = clerk.post(f"/redaktion/{number}/{verb}", {"version": 3, "public_text": "Schon behoben."})
        assert refused.status_code == 403
    assert "Sie sind noch nicht geschult" not in reader.get(f"/redaktion/{number}").text
    assert "Schon behoben." not in a_visitor(town).get(f"/hinweise/{number}").text


def test_the_clocks_tell_what_was_kept_and_what_was_not(town: MadeTown) -> None:
    number = a_report(town, at=now() - timedelta(days=20))
    editor = an_editor(town)
    assert editor.get(f"/redaktion/{number}").text.count("m-due--overdue") == 4  # three clocks and the heading
    move(town, number, Verb.publish)
    move(town, number, Verb.accept, department_id=department(town))
    page = editor.get(f"/redaktion/{number}").text
    assert page.count("m-due--missed") == 1
    assert page.count("m-due--lapsed") == 1
    fresh = a_report(town)
    move(town, fresh, Verb.publish)
    assert editor.get(f"/redaktion/{fresh}").text.count("m-due--kept") == 1


def test_reports_nearby_are_named_and_likely_doubles_marked(town: MadeTown) -> None:
    number = a_report(town)
    double = a_report(town, lat=town.lat + 0.0005, description="Schon wieder dieses Loch vor der Tür.")
    other = a_report(town, lat=town.lat + 0.0006, category="waste")
    far = a_report(town, lat=town.lat + 0.02, street="Weit weg")
    same_street = a_report(town, lat=None, lon=None)
    closed = a_report(town, lat=town.lat + 0.0002)
    move(town, closed, Verb.publish)
    move(town, closed, Verb.finish, public_text="Gefüllt.")
    page = an_editor(town).get(f"/redaktion/{number}").text
    for near in (double, other, same_street, closed):
        assert f'href="/redaktion/{near}"' in page, near
    assert far not in page
    assert "56 m entfernt" in page
    assert "gleiche Straße" in page
    assert page.count("vielleicht doppelt") == 3


def test_a_clerk_is_not_told_of_other_departments_reports_nearby(town: MadeTown) -> None:
    number, foreign = a_report(town), a_report(town)
    move(town, number, Verb.assign, department_id=department(town))
    assert foreign not in a_clerk(town).get(f"/redaktion/{number}").text
    assert number in an_editor(town).get(f"/redaktion/{foreign}").text


def test_what_became_of_the_mails(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    assert "geht gleich hinaus" in editor.get(f"/redaktion/{number}").text
    rows(town, "UPDATE outbox SET attempts = 3, problem = 'x' WHERE kind = 'mail_receipt'")
    assert "verzögert: 3 Versuche ohne Erfolg" in editor.get(f"/redaktion/{number}").text
    rows(town, "UPDATE outbox SET done_at = now(), problem = 'MailRefused: 550 unknown' WHERE kind = 'mail_receipt'")
    page = editor.get(f"/redaktion/{number}").text
    assert "nicht zustellbar" in page
    assert "550 unknown" not in page
    rows(town, "UPDATE outbox SET done_at = now(), problem = ''")
    assert editor.get(f"/redaktion/{number}").text.count("versandt am") == 2


def test_photos_are_shown_to_staff_who_may_see_the_report(town: MadeTown) -> None:
    number, photo = with_photo(town)
    editor = an_editor(town)
    address = f"/redaktion/{number}/fotos/{photo}/page.jpg"
    assert address in editor.get(f"/redaktion/{number}").text
    answer = editor.get(address)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", PICTURE)
    assert "private" in answer.headers["Cache-Control"]
    assert a_clerk(town).get(address).status_code == 404
    assert a_visitor(town).get(address).status_code == 303
    stranger = an_editor(a_tenant())
    assert stranger.get(address).status_code == 404
    assert editor.get(f"/redaktion/{a_report(town)}/fotos/{photo}/page.jpg").status_code == 404
    assert editor.get(address.replace("page", "original")).status_code == 404
    assert editor.get(address.replace(str(photo), "999999")).status_code == 404


@pytest.mark.parametrize(("failed", "words"), [("", "wird noch vorbereitet"), ("BrokenImage", "nicht verarbeitet")])
def test_a_photo_without_sizes_says_why(town: MadeTown, failed: str, words: str) -> None:
    number, photo = with_photo(town, ready=False)
    rows(town, "UPDATE report_photos SET failed = :failed, rendered_at = CASE WHEN :failed <> '' THEN now() END",
         failed=failed)
    editor = an_editor(town)
    assert words in editor.get(f"/redaktion/{number}").text
    assert editor.get(f"/redaktion/{number}/fotos/{photo}/page.jpg").status_code == 404


def test_typed_words_are_never_markup(town: MadeTown) -> None:
    number = a_report(town, description="<script>alert(1)</script> und <b>fett</b>", name="<i>Karin</i>")
    for path in ("/redaktion/", f"/redaktion/{number}", f"/redaktion/{number}/publish_redacted"):
        page = an_editor(town).get(path).text
        assert "<script>alert" not in page
        assert "<i>Karin" not in page


def test_the_style_page_is_for_the_staff(town: MadeTown) -> None:
    assert signed_in(town, "rat").get("/redaktion/stil").status_code == 200
    assert a_visitor(town).get("/redaktion/stil").status_code == 303


def test_a_report_page_asks_as_much_whatever_it_has_gone_through(town: MadeTown) -> None:
    quiet = a_report(town, lat=town.lat - 0.04)
    busy = a_report(town)
    move(town, busy, Verb.publish)
    for n in range(20):
        a_report(town, lat=town.lat + n / 100_000)
        move(town, busy, Verb.answer, public_text=f"Sachstand {n}")
    for someone in (an_editor(town), signed_in(town, "rat")):
        asked = set()
        for number in (quiet, busy):
            someone.get(f"/redaktion/{number}")
            with counted() as asked_now:
                assert someone.get(f"/redaktion/{number}").status_code == 200
            assert asked_now.number <= 8, asked_now.statements
            asked.add(asked_now.number)
        assert len(asked) == 1
