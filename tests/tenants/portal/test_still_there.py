"""After the end the reporter says that the defect is still there: the desk has it again, the public sees nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from maerker.calendar.deadlines import due_after_working_days
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import contacts_scope
from tenants.reports.models import ReportEvent
from tenants.reports.status import State, Verb
from tests.makers import (
    Here,
    MadeTown,
    a_clerk,
    a_report,
    a_tenant,
    a_visitor,
    an_editor,
    code_of,
    move,
    report_row,
)
from tests.world import Mailbox, Visitor

SAID = "Die Bank wackelt noch immer, eine Schraube fehlt."


def closed(town: MadeTown, verb: Verb = Verb.finish, **changes: Any) -> tuple[str, str]:
    """A report that the town holds for done: its number and the reporter's page."""
    number = a_report(town, description="Die Bank am Teich wackelt.", **changes)
    move(town, number, Verb.publish)
    reason = "no_defect" if verb is Verb.close_unresolved else ""
    move(town, number, verb, public_text="Die Bank ist festgeschraubt.", reason=reason)
    return number, f"/verfolgen/{code_of(town, number)}"


def says(reporter: Visitor, path: str, words: str = SAID) -> Any:
    reporter.get(path)
    return reporter.post(f"{path}/noch-da", {"still_there": words})


def sent_all_the_same(reporter: Visitor, path: str) -> Any:
    """The form is not on the page any more; it is sent from an older one."""
    reporter.get("/verfolgen/")
    return reporter.post(f"{path}/noch-da", {"still_there": SAID})


def events(town: MadeTown, number: str) -> list[str]:
    with Here.world.scope(town.tenant_id):
        return list(session().scalars(
            select(ReportEvent.verb).where(ReportEvent.report_id == report_row(number).id).order_by(ReportEvent.id)))


def contact_end(town: MadeTown, number: str) -> Any:
    with Here.world.scope(town.tenant_id):
        report_id = report_row(number).id
        with contacts_scope():
            return session().scalar(
                text("SELECT delete_after FROM report_contacts WHERE report_id = :id").bindparams(id=report_id))


@pytest.mark.parametrize("verb", [Verb.finish, Verb.close_unresolved])
def test_the_desk_has_it_again_and_the_public_sees_nothing_of_it(town: MadeTown, mailbox: Mailbox, verb: Verb) -> None:
    number, path = closed(town, verb)
    reporter, editor = a_visitor(town), an_editor(town)
    before = a_visitor(town).get(f"/hinweise/{number}").text
    Here.world.work()
    mailbox.mails.clear()
    assert "Ist der Mangel noch da?" in reporter.get(path).text
    assert "Die Bank am Teich" not in editor.get("/redaktion/").text
    assert says(reporter, path).status_code == 303

    page = reporter.get(path).text
    assert "Wir sehen noch einmal nach" in page
    assert "Ist der Mangel noch da?" not in page
    inbox = editor.get("/redaktion/").text
    assert "Die Bank am Teich" in inbox
    assert "noch nicht behoben?" in inbox
    assert "Noch einmal nachsehen: " in inbox
    desk = editor.get(f"/redaktion/{number}").text
    assert SAID in desk
    assert f'action="/redaktion/{number}/reopen"' in desk
    assert f'href="/redaktion/{number}/stand_by"' in desk
    Here.world.work()
    (mail,) = mailbox.mails
    assert mail["To"] == f"redaktion@{town.slug}.example"
    assert SAID in mail.get_body(("plain",)).get_content()
    assert "karin.melder" not in mail.as_string()

    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        assert report.state is (State.done if verb is Verb.finish else State.closed_unresolved)
        assert report.next_due_at == due_after_working_days(report.updated_at, 3, town.town.calendar)
    public = a_visitor(town).get(f"/hinweise/{number}").text
    assert SAID not in public
    assert public.count("m-lamp") == before.count("m-lamp")


def test_taken_up_again_the_light_turns_and_the_reporter_is_told(town: MadeTown, mailbox: Mailbox) -> None:
    number, path = closed(town)
    says(a_visitor(town), path)
    Here.world.work()
    mailbox.mails.clear()
    editor = an_editor(town)
    editor.get(f"/redaktion/{number}/reopen")
    answer = editor.post(f"/redaktion/{number}/reopen", {"version": 4, "public_text": "Die Schraube kommt morgen."})
    assert answer.status_code == 303
    Here.world.work()
    (mail,) = mailbox.to(f"karin.melder@{town.slug}.example")
    assert "wieder in Arbeit" in mail.get_body(("plain",)).get_content()
    with Here.world.scope(town.tenant_id):
        assert report_row(number).state is State.in_progress
    assert "Die Schraube kommt morgen." in a_visitor(town).get(f"/hinweise/{number}").text


def test_left_at_that_the_reporter_alone_reads_why_and_may_say_it_again(town: MadeTown, mailbox: Mailbox) -> None:
    number, path = closed(town)
    reporter, editor = a_visitor(town), an_editor(town)
    says(reporter, path)
    Here.world.work()
    mailbox.mails.clear()
    editor.get(f"/redaktion/{number}/stand_by")
    sent = editor.post(f"/redaktion/{number}/stand_by", {"version": 4, "public_text": "Heute geprüft: Sie steht fest."})
    assert sent.status_code == 303
    Here.world.work()
    (mail,) = mailbox.to(f"karin.melder@{town.slug}.example")
    words = mail.get_body(("plain",)).get_content()
    assert "Heute geprüft: Sie steht fest." in words
    assert "Es bleibt beim Stand „erledigt“." in words
    page = reporter.get(path).text
    assert "Heute geprüft: Sie steht fest." in page
    assert "Ist der Mangel noch da?" in page
    assert "Heute geprüft" not in a_visitor(town).get(f"/hinweise/{number}").text
    assert number not in editor.get("/redaktion/").text
    assert says(reporter, path, "Sie wackelt wieder.").status_code == 303


def test_without_that_nobody_leaves_it_at_that(town: MadeTown) -> None:
    number, _ = closed(town)
    editor = an_editor(town)
    assert "stand_by" not in editor.get(f"/redaktion/{number}").text
    editor.get(f"/redaktion/{number}/stand_by")
    assert editor.post(f"/redaktion/{number}/stand_by", {"version": 3, "public_text": "So."}).status_code == 409


def test_a_note_meanwhile_keeps_it_waiting_and_the_contact_stays(town: MadeTown) -> None:
    number, path = closed(town)
    assert contact_end(town, number) is not None
    says(a_visitor(town), path)
    assert contact_end(town, number) is None
    move(town, number, Verb.note, internal_text="Bauhof fährt morgen vorbei.")
    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        assert report.told_still_there
        assert report.next_due_at is not None
    move(town, number, Verb.stand_by, public_text="Sie steht fest.")
    assert contact_end(town, number) is not None
    with Here.world.scope(town.tenant_id):
        assert report_row(number).next_due_at is None


@pytest.mark.parametrize(("words", "sentence"), [
    ("", "was noch nicht in Ordnung ist"), ("   \n ", "was noch nicht in Ordnung ist"),
    ("Noch da. " * 200, "auf 1.000 Zeichen"),
])
def test_what_is_missing_is_said_beside_the_field_and_the_words_stay(
    town: MadeTown, words: str, sentence: str
) -> None:
    number, path = closed(town)
    answer = says(a_visitor(town), path, words)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count(sentence) == 2, "in the summary and beside the field"
    assert words.strip() in answer.text
    assert "still_there" not in events(town, number)


def test_a_form_whose_token_is_gone_keeps_the_words(town: MadeTown) -> None:
    number, path = closed(town)
    answer = a_visitor(town).post(f"{path}/noch-da", {"still_there": SAID, "csrf_token": "0" * 64})
    assert answer.status_code == 422
    assert SAID in answer.text
    assert "still_there" not in events(town, number)


def test_the_place_of_a_closed_report_stays_and_its_reason_is_not_lost(town: MadeTown) -> None:
    number, path = closed(town, Verb.close_unresolved, lat=None, lon=None)
    reporter = a_visitor(town)
    says(reporter, path)
    assert "Wo genau ist es?" not in reporter.get(path).text
    sent_all_the_same(reporter, path)
    answer = reporter.post(f"{path}/punkt", {"lat": str(town.lat), "lon": str(town.lon)})
    assert answer.status_code == 422
    assert an_editor(town).get(f"/redaktion/{number}/ort").status_code != 200
    assert "kein Mangel gefunden" in a_visitor(town).get(f"/hinweise/{number}").text


def test_the_second_click_says_that_it_has_arrived(town: MadeTown) -> None:
    number, path = closed(town)
    reporter = a_visitor(town)
    says(reporter, path)
    again = sent_all_the_same(reporter, path)
    assert again.status_code == 409
    assert "Das haben Sie uns schon geschrieben." in again.text
    assert SAID in again.text, "what was typed is never lost"
    assert events(town, number).count("still_there") == 1


@pytest.mark.parametrize("moves", [(), (Verb.publish,), (Verb.reject,), (Verb.publish, Verb.answer)])
def test_what_is_not_closed_cannot_be_said_to_be_still_there(town: MadeTown, moves: tuple[Verb, ...]) -> None:
    number = a_report(town)
    for verb in moves:
        move(town, number, verb, public_text="Wir kümmern uns.", reason="insult" if verb is Verb.reject else "")
    path = f"/verfolgen/{code_of(town, number)}"
    reporter = a_visitor(town)
    assert "Ist der Mangel noch da?" not in reporter.get(path).text
    assert sent_all_the_same(reporter, path).status_code == 409
    assert "still_there" not in events(town, number)


def test_half_a_year_later_a_new_report_is_asked_for(town: MadeTown) -> None:
    number, path = closed(town)
    with Here.world.scope(town.tenant_id):
        report_row(number).closed_at = now() - timedelta(days=184)
    reporter = a_visitor(town)
    assert "Ist der Mangel noch da?" not in reporter.get(path).text
    answer = sent_all_the_same(reporter, path)
    assert answer.status_code == 409
    assert "Bitte geben Sie einen neuen Hinweis." in answer.text


def test_another_towns_code_and_no_code_are_the_same_nothing(town: MadeTown) -> None:
    number, path = closed(town)
    stranger = a_visitor(a_tenant())
    stranger.get("/verfolgen/")
    for code_path in (path, "/verfolgen/" + "x" * 26):
        assert stranger.post(f"{code_path}/noch-da", {"still_there": SAID}).status_code == 404
    assert "still_there" not in events(town, number)


def test_a_clerk_of_the_department_sees_it_and_one_of_another_does_not(town: MadeTown) -> None:
    number, path = closed(town)
    says(a_visitor(town), path)
    assert a_clerk(town).get(f"/redaktion/{number}").status_code == 404
    roads = next(item.id for item in town.town.departments if item.name.startswith("Tiefbau"))
    with Here.world.scope(town.tenant_id):
        report_row(number).department_id = roads
    assert SAID in a_clerk(town).get(f"/redaktion/{number}").text
