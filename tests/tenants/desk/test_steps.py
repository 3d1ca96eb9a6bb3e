"""The moves at the desk: one form each, from the page that says what will happen to what citizens see of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from tenants.reports.schemas import StoredPhoto
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_clerk, a_report, a_visitor, an_editor, move, signed_in
from tests.world import Visitor

TEXT = "Wir füllen das Loch am Freitag.\nDanach prüfen wir die ganze Straße & den Gehweg <sofort>."


def rows(town: MadeTown, statement: str, **values: Any) -> Any:
    with Here.world.scope(town.tenant_id):
        result = session().execute(text(statement), values)
        return result.all() if result.returns_rows else None


def department(town: MadeTown, name: str = "Tiefbau und Straßen") -> int:
    return next(item.id for item in town.town.departments if item.name == name)


def state(town: MadeTown, number: str) -> tuple[str, str, int]:
    row = rows(town, "SELECT state, release, version FROM reports WHERE number = :number", number=number)[0]
    return row[0], row[1], row[2]


def fields(visitor: Visitor) -> dict[str, str]:
    """What a browser would send with the form of the page: hidden, checked and chosen fields, and texts."""
    assert visitor.last is not None
    page = visitor.last.text
    form = next(part for part in re.findall(r"<form.*?</form>", page, re.S) if 'name="version"' in part)
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    for name, words in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found[name] = plain(words)
    for name, options in re.findall(r'<select[^>]*name="(\w+)".*?(<option.*?)</select>', form, re.S):
        chosen = re.search(r'value="(\d+)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return found


def plain(words: str) -> str:
    for sign, entity in (("<", "&lt;"), (">", "&gt;"), ('"', "&#34;"), ("&", "&amp;")):
        words = words.replace(entity, sign)
    return words


def where(answer: Any) -> str:
    """Where an answer leads to, without the moment that only the way to the next report needs."""
    return str(answer.headers["Location"]).partition("&bei=")[0]


def send(visitor: Visitor, number: str, verb: str, **changes: Any) -> Any:
    """Open the page of a move, fill in and send it."""
    visitor.get(f"/redaktion/{number}/{verb}")
    return visitor.post(f"/redaktion/{number}/{verb}", {**fields(visitor), **changes})


def test_the_whole_way_to_the_green_light(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    before = ("received", "waiting")
    for verb, typed, after in (
        ("publish", {}, ("received", "published")),
        ("accept", {"department_id": str(department(town))}, ("accepted", "published")),
        ("answer", {"public_text": TEXT, "planned_for": (now() + timedelta(days=9)).date().isoformat()},
         ("in_progress", "published")),
        ("note", {"internal_text": "Material ist bestellt."}, ("in_progress", "published")),
        ("finish", {"public_text": "Das Loch ist gefüllt."}, ("done", "published")),
    ):
        assert state(town, number)[:2] == before
        answer = send(editor, number, verb, **typed)
        assert (answer.status_code, where(answer)) == (303, f"/redaktion/{number}?getan={verb}"), verb
        page = editor.get(answer.headers["Location"])
        assert "Weiter zum nächsten Hinweis" in page.text
        before = after
    assert state(town, number)[:2] == ("done", "published")
    public = a_visitor(town).get(f"/hinweise/{number}").text
    assert "Das Loch ist gefüllt." in public
    assert "Material ist bestellt" not in public
    events = rows(town, "SELECT verb, actor_name, public_text FROM report_events ORDER BY id")
    assert [row[0] for row in events] == ["submit", "publish", "accept", "answer", "note", "finish"]
    assert {row[1] for row in events[1:]} == {"Rita Noack"}
    assert events[3][2] == TEXT


@pytest.mark.parametrize(("verb", "typed", "after"), [
    ("publish_redacted", {"reason": "personal_data", "public_text": "Ein Loch in der Straße."},
     ("received", "published_redacted")),
    ("work_without_publishing", {"reason": "asked_by_reporter"}, ("received", "not_public")),
    ("reject", {"reason": "insult", "public_text": "So nicht."}, ("received", "rejected")),
    ("assign", {}, ("received", "waiting")),
])
def test_each_way_to_decide_a_new_report(
    town: MadeTown, verb: str, typed: dict[str, str], after: tuple[str, str]
) -> None:
    number = a_report(town)
    assert send(an_editor(town), number, verb, **typed).status_code == 303
    assert state(town, number)[:2] == after


@pytest.mark.parametrize(("verb", "typed", "after"), [
    ("close_unresolved", {"reason": "no_funds", "public_text": "Im nächsten Haushalt."},
     ("closed_unresolved", "published")),
    ("remove", {"reason": "legal_demand"}, ("received", "removed")),
])
def test_each_way_to_end_a_published_report(
    town: MadeTown, verb: str, typed: dict[str, str], after: tuple[str, str]
) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    assert send(an_editor(town), number, verb, **typed).status_code == 303
    assert state(town, number)[:2] == after


def test_one_click_on_the_report_page_publishes(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}")
    assert editor.post(f"/redaktion/{number}/publish", fields(editor)).status_code == 303
    assert state(town, number)[1] == "published"


def test_the_form_begins_with_the_usual_department(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/accept")
    assert fields(editor)["department_id"] == str(department(town))


@pytest.mark.parametrize(("verb", "words"), [
    ("publish", "sofort für alle sichtbar"), ("reject", "Der Fall ist damit beendet"),
    ("work_without_publishing", "bleibt unsichtbar"), ("note", "Niemand bekommt eine E-Mail"),
])
def test_a_form_says_what_will_happen_and_who_gets_a_mail(town: MadeTown, verb: str, words: str) -> None:
    number = a_report(town)
    page = an_editor(town).get(f"/redaktion/{number}/{verb}").text
    assert words in page
    assert "E-Mail" in page


def test_who_gets_a_mail_depends_on_the_address(town: MadeTown) -> None:
    editor = an_editor(town)
    assert "Die meldende Person bekommt eine E-Mail." in editor.get(f"/redaktion/{a_report(town)}/publish").text
    assert "Es gibt keine E-Mail-Adresse" in editor.get(f"/redaktion/{a_report(town, email='')}/publish").text


@pytest.mark.parametrize(("verb", "typed", "missing"), [
    ("publish_redacted", {"public_text": TEXT, "reason": ""}, "reason"),
    ("reject", {"public_text": "", "reason": "insult"}, "public_text"),
    ("note", {"internal_text": "  "}, "internal_text"),
    ("assign", {"department_id": "", "internal_text": TEXT}, "department_id"),
    ("assign", {"department_id": "999999", "internal_text": TEXT}, "department_id"),
    ("note", {"internal_text": "x" * 4001}, "internal_text"),
    ("publish", {"version": "x"}, ""),
])
def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(
    town: MadeTown, verb: str, typed: dict[str, str], missing: str
) -> None:
    number = a_report(town)
    editor = an_editor(town)
    answer = send(editor, number, verb, **typed)
    assert answer.status_code == 422
    if missing:
        assert f'href="#{missing}"' in answer.text
    kept = fields(editor)
    for name in ("public_text", "internal_text"):
        if typed.get(name, "").strip():
            assert kept[name] == typed[name]
    if typed.get("reason"):
        assert f'value="{typed["reason"]}" checked' in answer.text
    assert state(town, number) == ("received", "waiting", 1)


def test_a_date_in_the_past_is_refused(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    answer = send(an_editor(town), number, "answer", public_text=TEXT, planned_for="2020-01-01")
    assert answer.status_code == 422
    assert "Vergangenheit" in answer.text
    assert 'value="2020-01-01"' in answer.text
    broken = send(an_editor(town), number, "answer", public_text=TEXT, planned_for="bald")
    assert "Bitte geben Sie das Datum so an" in broken.text


def test_the_button_of_a_note_says_what_it_does(town: MadeTown) -> None:
    number = a_report(town)
    page = an_editor(town).get(f"/redaktion/{number}/note").text
    buttons = re.findall(r'kern-btn--primary.*?<span class="kern-label">(.*?)</span>', page, re.S)
    assert buttons == ["Notiz speichern"]
    assert "<h1>Interne Notiz</h1>" in page


def test_the_editor_chooses_the_photos_and_describes_them(town: MadeTown) -> None:
    number = a_report(town, photos=tuple(StoredPhoto(file=f"f{n}", name=f"{n}.jpg") for n in range(3)))
    rows(town, "UPDATE report_photos SET rendered_at = now(), width = 800, height = 600 WHERE position < 3")
    rows(town, "UPDATE report_photos SET rendered_at = now(), failed = 'BrokenImage' WHERE position = 3")
    ids = [row[0] for row in rows(town, "SELECT id FROM report_photos ORDER BY position")]
    editor = an_editor(town)
    page = editor.get(f"/redaktion/{number}/publish").text
    assert len(re.findall(r'name="photo" value="\d+" checked', page)) == 2
    answer = editor.post(f"/redaktion/{number}/publish", {
        **fields(editor), "photo": [str(ids[1]), str(ids[2]), "999999"], f"alt_{ids[1]}": "Loch neben dem Gully",
    })
    assert answer.status_code == 303
    public = rows(town, "SELECT photos FROM publications WHERE tenant_id = current_tenant()")[0][0]
    assert [(item["file"], item["alt"]) for item in public] == [("f1", "Loch neben dem Gully")]
    page = editor.get(f"/redaktion/{number}").text
    assert page.count("öffentlich</span></span></p>") == 1


def test_without_a_tick_no_photo_is_public(town: MadeTown) -> None:
    number = a_report(town, photos=(StoredPhoto(file="f1"),))
    rows(town, "UPDATE report_photos SET rendered_at = now(), width = 800, height = 600")
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/publish")
    editor.post(f"/redaktion/{number}/publish", fields(editor))
    assert rows(town, "SELECT photos FROM publications WHERE tenant_id = current_tenant()")[0][0] == []


def test_citizens_see_a_move_at_once_although_pages_are_kept(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    citizen = a_visitor(town)
    citizen.get(f"/hinweise/{number}")
    assert TEXT[:20] not in citizen.get(f"/hinweise/{number}").text
    send(an_editor(town), number, "answer", public_text=TEXT)
    assert TEXT[:20] in citizen.get(f"/hinweise/{number}").text


def test_the_reporter_gets_the_answer_by_mail(town: MadeTown, mailbox: Any) -> None:
    number = a_report(town, email="lena@wer.example")
    editor = an_editor(town)
    send(editor, number, "publish")
    send(editor, number, "answer", public_text="Der Bauhof kommt am Montag.")
    Here.world.work()
    texts = [part.get_content() for mail in mailbox.to("lena@wer.example") for part in mail.walk()
             if part.get_content_type() == "text/plain"]
    assert len(texts) == 3
    assert "Der Bauhof kommt am Montag." in texts[-1]
    page = editor.get(f"/redaktion/{number}").text
    assert page.count("versandt am") >= 4


def test_a_clerk_works_own_reports_and_decides_nothing_else(town: MadeTown) -> None:
    own, foreign = a_report(town), a_report(town)
    for number in (own, foreign):
        move(town, number, Verb.publish)
    move(town, own, Verb.accept, department_id=department(town))
    clerk = a_clerk(town)
    assert send(clerk, own, "answer", public_text="Wir kommen.").status_code == 303
    assert clerk.get(f"/redaktion/{own}/remove").status_code == 403
    assert clerk.get(f"/redaktion/{foreign}/answer").status_code == 404
    assert clerk.post(f"/redaktion/{foreign}/answer", {"version": "2", "public_text": "x"}).status_code == 404
    assert rows(town, "SELECT count(*) FROM report_events WHERE actor_name = 'Torsten Kubitz'")[0][0] == 1
    handed_on = send(clerk, own, "assign", department_id=str(department(town, "Grün und Ordnung")))
    assert (handed_on.status_code, handed_on.headers["Location"]) == (303, "/redaktion/")
    assert clerk.get(f"/redaktion/{own}").status_code == 404


def test_an_unknown_move_or_report_is_not_there(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    assert editor.get(f"/redaktion/{number}/explode").status_code == 404
    assert editor.post(f"/redaktion/{number}/explode", {}).status_code == 404
    assert editor.get("/redaktion/2026-999999/note").status_code == 404
    assert editor.get("/redaktion/%00/note").status_code == 404


def test_a_made_up_success_is_not_shown(town: MadeTown) -> None:
    number = a_report(town)
    assert "jetzt öffentlich" not in an_editor(town).get(f"/redaktion/{number}?getan=publish").text


def test_an_editor_sets_a_missing_pin(town: MadeTown) -> None:
    number = a_report(town, lat=None, lon=None)
    move(town, number, Verb.publish)
    editor = an_editor(town)
    assert f"/redaktion/{number}/ort" in editor.get(f"/redaktion/{number}").text
    editor.get(f"/redaktion/{number}/ort")
    version = {"version": str(state(town, number)[2])}
    outside = editor.post(f"/redaktion/{number}/ort", {**version, "lat": "48.1", "lon": "11.5"})
    assert outside.status_code == 422
    assert "außerhalb" in outside.text
    assert editor.post(f"/redaktion/{number}/ort", {"lat": "", "lon": "hier"}).status_code == 422
    typed = {**version, "lat": "", "lon": "", "lat_typed": str(town.lat).replace(".", ","), "lon_typed": str(town.lon)}
    assert editor.post(f"/redaktion/{number}/ort", typed).status_code == 303
    assert "Punkt auf der Karte gesetzt" in editor.get(f"/redaktion/{number}").text
    assert rows(town, "SELECT lat, lon FROM publications WHERE tenant_id = current_tenant()")[0] == (town.lat, town.lon)
    assert "Punkt verschieben" in editor.get(f"/redaktion/{number}/ort").text
    assert signed_in(town, "rat").get(f"/redaktion/{number}/ort").status_code == 403


def test_words_about_a_person_are_pointed_at_before_they_are_public(town: MadeTown) -> None:
    number = a_report(town, description="Herr Lehmann parkt mit CB-XY 123 auf dem Gehweg, Tel. 0355 123456.")
    harmless = a_report(town, description="Auf der B 96 fehlt ein Gullydeckel, 20 cm tief.")
    editor = an_editor(town)
    page = editor.get(f"/redaktion/{number}/publish").text
    for mark in ("Name „Herr Lehmann“", "Kennzeichen „CB-XY 123“", "Telefonnummer „0355 123456“"):
        assert mark in page
    assert "noch einmal" not in editor.get(f"/redaktion/{harmless}/publish").text
