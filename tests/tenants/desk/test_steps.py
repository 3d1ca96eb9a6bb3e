"""The moves at the desk: one form each, and what becomes of the typed words when something is in the way."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from tenants.reports.schemas import StoredPhoto
from tenants.reports.status import Verb
from tests.makers import PASSWORD, Here, MadeTown, a_clerk, a_report, a_visitor, an_editor, move, signed_in
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
        found[name] = _plain(words)
    for name, options in re.findall(r'<select[^>]*name="(\w+)".*?(<option.*?)</select>', form, re.S):
        chosen = re.search(r'value="(\d+)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return found


def _plain(words: str) -> str:
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


def test_a_stale_form_is_refused_with_both_versions_and_can_be_sent_again(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    slow, quick = an_editor(town), signed_in(town, "admin")
    slow.get(f"/redaktion/{number}/answer")
    typed = {**fields(slow), "public_text": TEXT, "planned_for": "2099-12-24"}
    send(quick, number, "answer", public_text="Wir sehen uns das an.")
    refused = slow.post(f"/redaktion/{number}/answer", typed)
    assert refused.status_code == 409
    for words in ("Der Hinweis wurde inzwischen geändert", "Ada Lehmann", "Wir sehen uns das an.",
                  "Was inzwischen geschehen ist", "Wir füllen das Loch am Freitag."):
        assert words in refused.text, words
    again = fields(slow)
    assert (again["public_text"], again["version"]) == (TEXT, "3")
    assert 'value="2099-12-24"' in refused.text
    assert rows(town, "SELECT count(*) FROM report_events WHERE verb = 'answer'")[0][0] == 1
    assert slow.post(f"/redaktion/{number}/answer", again).status_code == 303
    assert rows(town, "SELECT public_text FROM report_events ORDER BY id DESC LIMIT 1")[0][0] == TEXT


def test_a_note_of_a_colleague_is_shown_before_anything_is_sent(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}")
    typed = fields(editor)
    move(town, number, Verb.note, internal_text="Bitte nicht veröffentlichen, Anwohner ruft an.")
    refused = editor.post(f"/redaktion/{number}/publish", typed)
    assert refused.status_code == 409
    assert "Bitte nicht veröffentlichen" in refused.text
    assert state(town, number)[1] == "waiting"


def test_the_own_other_window_is_named_as_such(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/answer")
    typed = {**fields(editor), "public_text": TEXT}
    send(editor, number, "note", internal_text="Bauhof fragen")
    refused = editor.post(f"/redaktion/{number}/answer", typed)
    assert refused.status_code == 409
    assert "haben Sie ihn selbst in einem anderen Fenster bearbeitet" in refused.text
    assert "jemand anders" not in refused.text
    assert fields(editor)["public_text"] == TEXT


def test_a_colleague_between_two_own_steps_is_named(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/answer")
    typed = {**fields(editor), "public_text": TEXT}
    send(signed_in(town, "admin"), number, "note", internal_text="Bauhof fragen")
    send(editor, number, "note", internal_text="Ist gefragt")
    refused = editor.post(f"/redaktion/{number}/answer", typed)
    assert "hat ihn jemand anders bearbeitet: Ada Lehmann" in refused.text
    assert "Sie selbst" not in refused.text


def test_a_stale_note_compares_texts_and_no_state(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/note")
    typed = {**fields(editor), "internal_text": "Bitte bis Freitag."}
    move(town, number, Verb.note, internal_text="Anwohner ruft an.")
    refused = editor.post(f"/redaktion/{number}/note", typed)
    assert refused.status_code == 409
    headings = re.findall(r'm-conflict__pair"><h3>(.*?)</h3>', refused.text)
    assert headings == ["Interner Text"]
    assert editor.post(f"/redaktion/{number}/note", fields(editor)).status_code == 303


def test_a_stale_release_compares_the_state(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/publish")
    typed = fields(editor)
    move(town, number, Verb.note, internal_text="Anwohner ruft an.")
    refused = editor.post(f"/redaktion/{number}/publish", typed)
    assert re.findall(r'm-conflict__pair"><h3>(.*?)</h3>', refused.text) == ["Stand"]


def test_the_button_of_a_note_says_what_it_does(town: MadeTown) -> None:
    number = a_report(town)
    page = an_editor(town).get(f"/redaktion/{number}/note").text
    buttons = re.findall(r'kern-btn--primary.*?<span class="kern-label">(.*?)</span>', page, re.S)
    assert buttons == ["Notiz speichern"]
    assert "<h1>Interne Notiz</h1>" in page


def test_a_move_that_is_no_longer_possible_gives_the_text_back(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/answer")
    typed = {**fields(editor), "public_text": TEXT}
    move(town, number, Verb.finish, public_text="Schon gefüllt.")
    refused = editor.post(f"/redaktion/{number}/answer", typed)
    assert refused.status_code == 409
    assert "beim jetzigen Stand des Hinweises nicht möglich" in refused.text
    assert f'formaction="/redaktion/{number}/reopen"' in refused.text
    carried = editor.post(f"/redaktion/{number}/reopen", fields(editor))
    assert carried.status_code == 200
    ready = fields(editor)
    assert ready["public_text"] == TEXT
    assert state(town, number)[0] == "done"
    assert editor.post(f"/redaktion/{number}/reopen", ready).status_code == 303
    assert state(town, number)[0] == "in_progress"


def test_the_page_of_an_impossible_move_has_no_button(town: MadeTown) -> None:
    number = a_report(town)
    page = an_editor(town).get(f"/redaktion/{number}/finish")
    assert page.status_code == 200
    assert "nicht möglich" in page.text
    assert "data-once" not in re.sub(r'<form[^>]*action="/abmelden".*?</form>', "", page.text, flags=re.S)


def test_a_second_click_does_nothing_and_is_friendly(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    for verb, typed in (("publish", {}), ("answer", {"public_text": TEXT}), ("note", {"internal_text": "Merken"}),
                        ("finish", {"public_text": "Fertig."})):
        editor.get(f"/redaktion/{number}/{verb}")
        sent = {**fields(editor), **typed}
        first = editor.post(f"/redaktion/{number}/{verb}", sent)
        second = editor.post(f"/redaktion/{number}/{verb}", sent)
        assert (first.status_code, where(first)) == (second.status_code, where(second))
    assert rows(town, "SELECT count(*) FROM report_events")[0][0] == 5


@pytest.mark.parametrize(("before", "verb", "one", "another"), [
    ((Verb.publish,), "answer", {"planned_for": "2031-12-10"}, {"planned_for": "2031-12-20"}),
    ((), "assign", {"department_id": "0"}, {"department_id": "1"}),
])
def test_another_choice_with_the_same_words_is_no_second_click(
    town: MadeTown, before: tuple[Verb, ...], verb: str, one: dict[str, str], another: dict[str, str]
) -> None:
    number = a_report(town)
    for step in before:
        move(town, number, step)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/{verb}")
    sent = {**fields(editor), "public_text": TEXT} if verb == "answer" else fields(editor)
    departments = [str(item.id) for item in town.town.departments]
    one, another = ({name: departments[int(value)] if name == "department_id" else value for name, value in
                     choice.items()} for choice in (one, another))
    assert editor.post(f"/redaktion/{number}/{verb}", {**sent, **one}).status_code == 303
    editor.get(f"/redaktion/{number}/{verb}")
    assert editor.post(f"/redaktion/{number}/{verb}", {**sent, **one}).status_code == 303
    editor.get(f"/redaktion/{number}/{verb}")
    assert editor.post(f"/redaktion/{number}/{verb}", {**sent, **another}).status_code == 409


def test_the_same_words_of_a_colleague_are_no_second_click(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/publish")
    sent = fields(editor)
    send(signed_in(town, "admin"), number, "publish")
    assert editor.post(f"/redaktion/{number}/publish", sent).status_code == 409


def test_a_form_that_fails_the_check_comes_back_with_its_text(town: MadeTown) -> None:
    number = a_report(town)
    editor = an_editor(town)
    answer = send(editor, number, "note", internal_text=TEXT, csrf_token="0" * 64)
    assert answer.status_code == 200
    assert "gespeichert ist noch nichts" in answer.text
    kept = fields(editor)
    assert kept["internal_text"] == TEXT
    assert state(town, number)[2] == 1
    assert editor.post(f"/redaktion/{number}/note", kept).status_code == 303


def test_an_expired_sign_in_loses_no_text(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/answer")
    typed = {**fields(editor), "public_text": TEXT, "planned_for": "2099-12-24"}
    rows(town, "UPDATE staff_sessions SET expires_at = now() - interval '1 minute'")
    stopped = editor.post(f"/redaktion/{number}/answer", typed)
    assert stopped.status_code == 403
    assert "Ihre Anmeldung ist abgelaufen" in stopped.text
    assert "readonly" in stopped.text
    assert "Wir füllen das Loch am Freitag." in stopped.text
    assert state(town, number)[2] == 2

    kept = {name: _plain(value) for name, value in re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', stopped.text
    )}
    wrong = editor.post("/anmelden", {**kept, "username": "redaktion", "password": "falsch"})
    assert wrong.status_code == 422
    assert "Wir füllen das Loch am Freitag." in wrong.text
    assert "falsch" not in wrong.text
    kept["csrf_token"] = editor.token
    sent_on = editor.post("/anmelden", {**kept, "username": "redaktion", "password": PASSWORD})
    assert (sent_on.status_code, sent_on.headers["Location"]) == (307, f"/redaktion/{number}/answer")

    shown = editor.post(f"/redaktion/{number}/answer", {**kept, "username": "redaktion", "password": PASSWORD})
    assert shown.status_code == 200
    assert "Ihr Text ist erhalten" in shown.text
    assert PASSWORD not in shown.text
    assert state(town, number)[2] == 2, "Signing in sends nothing."
    ready = fields(editor)
    assert ready["public_text"] == TEXT
    assert 'value="2099-12-24"' in shown.text
    assert editor.post(f"/redaktion/{number}/answer", ready).status_code == 303
    assert state(town, number)[0] == "in_progress"


def test_only_the_desk_gets_kept_fields_sent_on(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.get("/anmelden")
    answer = visitor.post("/anmelden", {
        "username": "redaktion", "password": PASSWORD, "weiter": "/hinweise/neu", "again": "1", "description": "x",
    })
    assert (answer.status_code, answer.headers["Location"]) == (303, "/hinweise/neu")


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
