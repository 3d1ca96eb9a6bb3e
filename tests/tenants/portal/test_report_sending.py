"""Stories of sending: one form is one report, robots and floods are told so, and the promise stands on the page.

Each is told twice: with the mark of the last page, as browsers send it, and without one, where all is checked again.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text, update

from maerker.database.base import session
from maerker.database.scope import contacts_scope
from tenants.reports.models import OutboxPosting, Report, ReportContact, ReportDraft
from tests.makers import Here, MadeTown, a_report, a_visitor, berlin, code_of
from tests.tenants.portal import filled_form
from tests.tenants.portal.filled_form import (
    MATTER,
    WORDS,
    as_eraser,
    drafts_of,
    fill_all,
    fill_place,
    number_of_reports,
    send,
    the_report,
)

DONE = "/hinweise/neu/danke"


@pytest.fixture(autouse=True, params=[True, False], ids=["as shown", "looked at again"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.param:
        as_shown = filled_form.sending_on
        monkeypatch.setattr(filled_form, "sending_on", lambda visitor: as_shown(visitor) | {"seen": ""})


def test_the_page_after_sending_names_number_code_and_day(town: MadeTown) -> None:
    visitor = a_visitor(town)
    with time_machine.travel(berlin(2026, 11, 27, 20), tick=False):
        fill_all(visitor)
        send(visitor)
        page = visitor.get(DONE).text
    number = the_report(town).number
    code = code_of(town, number)
    assert number == "2026-000001"
    assert number in page
    assert code in page
    assert f'href="/verfolgen/{code}"' in page
    assert "Sie erhalten bis Mittwoch, 2. Dezember 2026, eine Antwort." in page
    assert "per E-Mail" in page
    assert "Bitte heben Sie den Code auf" not in page


def test_who_gives_no_address_is_told_to_keep_the_code(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    visitor.get("/hinweise/neu/kontakt")
    visitor.post("/hinweise/neu/kontakt", {"email": "", "name": "", "phone": ""})
    visitor.get("/hinweise/neu/pruefen")
    send(visitor)
    assert "Bitte heben Sie den Code auf" in visitor.get(DONE).text
    with Here.world.scope(town.tenant_id), contacts_scope():
        assert session().scalars(select(ReportContact)).all() == []


def test_a_sent_draft_holds_no_words_and_no_contact(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=1)
    send(visitor)
    draft = drafts_of(town)[0]
    assert draft.submitted_at is not None
    assert (draft.answers, draft.photos) == ({"mail": True}, [])
    with Here.world.scope(town.tenant_id), contacts_scope():
        contact = session().scalars(select(ReportContact)).one()
        assert (contact.email, contact.phone) == ("karin.melder@posteo.example", "0355 4711")


def test_the_same_form_sent_twice_is_one_report_with_one_confirmation(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    fields = filled_form.sending_on(visitor) | {"csrf_token": visitor.token}
    pages = []
    for _ in range(3):
        assert visitor.post("/hinweise/neu/pruefen", fields).location == DONE
        pages.append(re.sub(r'value="[0-9a-f]{64}"', "", visitor.get(DONE).text))
    assert pages[0] == pages[1] == pages[2]
    assert number_of_reports(town) == 1


def test_the_same_form_sent_at_the_same_moment_is_one_report(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=1)
    fields = filled_form.sending_on(visitor) | {"csrf_token": visitor.token}
    cookie = visitor.cookies()["maerker_form"]

    def once(_: int) -> tuple[int, str | None]:
        browser = a_visitor(town)
        browser.client.set_cookie("maerker_form", cookie, domain=town.host)
        answer = browser.post("/hinweise/neu/pruefen", fields)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(once, range(4)))
    assert answers == [(303, DONE)] * 4
    assert number_of_reports(town) == 1


def test_the_back_button_after_sending_leads_to_the_confirmation(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    send(visitor)
    for step in ("anliegen", "fotos", "kontakt", "pruefen"):
        assert visitor.get(f"/hinweise/neu/{step}").location == DONE


def test_going_on_from_an_old_step_after_sending_leads_to_the_confirmation(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    token = visitor.token
    send(visitor)
    for step in ("anliegen", "fotos", "kontakt"):
        assert visitor.post(f"/hinweise/neu/{step}", {"csrf_token": token} | MATTER).location == DONE
    assert len(drafts_of(town)) == 1


def test_a_report_that_is_there_already_under_this_submission_is_not_made_again(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    number = a_report(town, submission=drafts_of(town)[0].submission)
    assert send(visitor).location == DONE
    assert number in visitor.get(DONE).text
    assert number_of_reports(town) == 1


def test_a_next_report_begins_with_an_empty_form_and_becomes_its_own(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    send(visitor)
    assert 'href="/hinweise/neu"' in visitor.get(DONE).text
    assert "Bahnhofstraße" not in visitor.get("/hinweise/neu").text
    first = visitor.cookies()["maerker_form"]
    fill_all(visitor, street="Am Graben")
    assert visitor.cookies()["maerker_form"] != first
    send(visitor)
    assert number_of_reports(town) == 2
    assert "2026-" not in visitor.get("/hinweise/neu").text


def test_words_without_a_known_submission_send_nothing(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    for submission in ("", "kein-schein", "0" * 32, "11111111-2222-4333-8444-555555555555"):
        assert send(visitor, submission=submission).location == "/hinweise/neu/pruefen"
        visitor.get("/hinweise/neu/pruefen")
    assert number_of_reports(town) == 0


def test_a_draft_that_is_gone_after_a_day_says_so(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    with as_eraser(town):
        session().execute(text("DELETE FROM report_drafts"))
    answer = send(visitor)
    assert answer.location == "/hinweise/neu?abgelaufen=1"
    assert "nicht mehr gespeichert" in visitor.get(answer.location).text


def test_a_robot_that_fills_the_hidden_field_is_told_and_nothing_is_lost(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor)
    page = visitor.last.text if visitor.last else ""
    field = re.search(r'<input id="website"[^>]*>', page)
    assert field
    assert 'tabindex="-1"' in field.group(0)
    assert 'autocomplete="off"' in field.group(0)
    answer = send(visitor, website="http://billig.example")
    assert answer.status_code == 422
    assert "unsichtbares Feld" in answer.text
    assert "Schlagloch" in answer.text
    assert "billig.example" not in answer.text
    assert number_of_reports(town) == 0
    assert send(visitor).location == DONE


def test_a_form_filled_in_no_time_must_wait_and_loses_nothing(town: MadeTown) -> None:
    platform = Here.world.platform_with(form_min_seconds=30)
    visitor = a_visitor(town, platform=platform)
    fill_all(visitor)
    answer = send(visitor)
    assert answer.status_code == 422
    assert "schneller, als jemand" in answer.text
    assert "<title>Fehler: " in answer.text
    assert number_of_reports(town) == 0
    with Here.world.scope(town.tenant_id):
        session().execute(update(ReportDraft).values(started_at=ReportDraft.started_at - timedelta(seconds=31)))
    assert send(visitor).location == DONE


@pytest.mark.parametrize(
    ("setting", "second_address", "sentence"),
    [
        ("rate_reports_per_address", "203.0.113.7", "Von Ihrem Anschluss"),
        ("rate_reports_per_town", "198.51.100.9", "außergewöhnlich viele"),
    ],
)
def test_too_many_reports_are_told_so_and_nothing_typed_is_lost(
    town: MadeTown, setting: str, second_address: str, sentence: str
) -> None:
    platform = Here.world.platform_with(**{setting: 1})
    first, second = a_visitor(town, platform=platform), a_visitor(town, platform=platform, address=second_address)
    fill_all(first)
    assert send(first).location == DONE
    fill_all(second)
    answer = send(second)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "3600"
    assert sentence in answer.text
    assert "Schlagloch" in answer.text
    assert number_of_reports(town) == 1
    assert sum(draft.submitted_at is None for draft in drafts_of(town)) == 1


def test_the_limit_of_one_address_leaves_others_alone(town: MadeTown) -> None:
    platform = Here.world.platform_with(rate_reports_per_address=1)
    for address in ("203.0.113.7", "203.0.113.8"):
        visitor = a_visitor(town, platform=platform, address=address)
        fill_all(visitor)
        assert send(visitor).location == DONE
    assert number_of_reports(town) == 2


def test_a_second_sending_of_one_form_does_not_count_against_the_limit(town: MadeTown) -> None:
    visitor = a_visitor(town, platform=Here.world.platform_with(rate_reports_per_address=1))
    fill_all(visitor)
    fields = filled_form.sending_on(visitor) | {"csrf_token": visitor.token}
    for _ in range(3):
        assert visitor.post("/hinweise/neu/pruefen", fields).location == DONE


def test_a_refused_report_counts_once(town: MadeTown) -> None:
    """While a town gets too many, who tries again does not use up twice what the own connection may send."""
    platform = Here.world.platform_with(rate_reports_per_town=1, rate_reports_per_address=3)
    first, second = a_visitor(town, platform=platform), a_visitor(town, platform=platform, address="203.0.113.8")
    fill_all(first)
    assert send(first).location == DONE
    fill_all(second)
    for sentence in ("außergewöhnlich viele", "außergewöhnlich viele", "außergewöhnlich viele", "Von Ihrem Anschluss"):
        assert sentence in send(second).text


def test_very_many_begun_forms_of_one_address_are_refused_and_keep_the_text(town: MadeTown) -> None:
    platform = Here.world.platform_with(rate_drafts_per_address=2)
    for _ in range(2):
        assert fill_place(a_visitor(town, platform=platform)).status_code == 303
    answer = fill_place(a_visitor(town, platform=platform))
    assert answer.status_code == 429
    assert 'value="Bahnhofstraße"' in answer.text
    assert len(drafts_of(town)) == 2


def test_a_report_causes_its_postings(town: MadeTown) -> None:
    visitor = a_visitor(town)
    fill_all(visitor, photos=1)
    send(visitor)
    with Here.world.scope(town.tenant_id):
        kinds = set(session().scalars(select(OutboxPosting.kind)))
    assert kinds == {"render_photos", "mail_receipt", "mail_editors"}


def test_a_citizen_cannot_declare_a_point_checked(town: MadeTown) -> None:
    visitor = a_visitor(town)
    assert fill_place(visitor, inside="1").status_code == 303
    visitor.get("/hinweise/neu")
    assert visitor.post("/hinweise/neu", WORDS | {"lat": "48.1", "lon": "11.5", "inside": "1"}).status_code == 422
    assert drafts_of(town)[0].answers["inside"] is False


def test_the_language_of_the_page_is_kept_for_the_mails(town: MadeTown) -> None:
    visitor = a_visitor(town)
    visitor.client.set_cookie("maerker_sprache", "en", domain=town.host)
    fill_all(visitor)
    send(visitor)
    with Here.world.scope(town.tenant_id):
        assert session().scalar(select(Report.language)) == "en"
