"""What becomes of the words typed into a move: someone else was faster, a second click, a sign-in that ended."""

import re

import pytest

from tenants.reports.status import Verb
from tests.makers import PASSWORD, MadeTown, a_report, a_visitor, an_editor, move, signed_in
from tests.tenants.desk.test_steps import TEXT, fields, plain, rows, send, state, where
from tests.world import Visitor


def an_answer_begun(town: MadeTown) -> tuple[str, Visitor, dict[str, str]]:
    """A public report, the editor who words an answer to it, and the form with that answer, not sent yet."""
    number = a_report(town)
    move(town, number, Verb.publish)
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/answer")
    return number, editor, {**fields(editor), "public_text": TEXT}


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
    number, editor, typed = an_answer_begun(town)
    send(editor, number, "note", internal_text="Bauhof fragen")
    refused = editor.post(f"/redaktion/{number}/answer", typed)
    assert refused.status_code == 409
    assert "haben Sie ihn selbst in einem anderen Fenster bearbeitet" in refused.text
    assert "jemand anders" not in refused.text
    assert fields(editor)["public_text"] == TEXT


def test_a_colleague_between_two_own_steps_is_named(town: MadeTown) -> None:
    number, editor, typed = an_answer_begun(town)
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


def test_a_move_that_is_no_longer_possible_gives_the_text_back(town: MadeTown) -> None:
    number, editor, typed = an_answer_begun(town)
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

    kept = {name: plain(value) for name, value in re.findall(
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
