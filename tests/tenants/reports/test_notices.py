"""What mails say: no day is promised that is over, and nothing goes on that is closed."""

from datetime import datetime

import pytest
from sqlalchemy import select

from maerker.database.base import session
from tenants.profile.town import load_town
from tenants.reports.models import ReportEvent
from tenants.reports.notices import Notice, for_department, for_editors, for_step
from tenants.reports.status import Verb
from tests.makers import Here, MadeTown, a_report, berlin, move, report_row

CAME = berlin(2026, 11, 24, 9)  # a Tuesday: answered by Friday 27 November
LATE = berlin(2026, 12, 7)
SORRY = "Unsere Antwort kommt später als zugesagt."


def last_event(number: str) -> ReportEvent:
    return session().scalars(select(ReportEvent).order_by(ReportEvent.id.desc()).limit(1)).one()


def said(town: MadeTown, number: str) -> Notice:
    with Here.world.scope(town.tenant_id):
        return for_step(report_row(number), last_event(number), load_town(town.tenant_id), "https://x.example/code")


@pytest.mark.parametrize(("verb", "fields"), [
    (Verb.publish, {}), (Verb.publish_redacted, {"public_text": "Ein Loch.", "reason": "personal_data"}),
    (Verb.work_without_publishing, {"reason": "personal_data"}), (Verb.accept, {}),
])
@pytest.mark.parametrize(("at", "expected"), [(berlin(2026, 11, 25), "bis Freitag, 27. November 2026"), (LATE, SORRY)])
def test_no_day_is_promised_that_is_over(
    town: MadeTown, verb: Verb, fields: dict[str, str], at: datetime, expected: str
) -> None:
    number = a_report(town, at=CAME)
    if verb is Verb.accept:
        move(town, number, Verb.publish, at=CAME)
        fields = {"department_id": town.town.departments[0].id}  # type: ignore[dict-item]
    move(town, number, verb, at=at, **fields)
    assert expected in " ".join(said(town, number).paragraphs)


def test_an_answer_that_was_given_is_not_promised(town: MadeTown) -> None:
    number = a_report(town, at=CAME)
    move(town, number, Verb.publish, at=CAME)
    move(town, number, Verb.answer, public_text="Wir kommen.", at=berlin(2026, 11, 25))
    move(town, number, Verb.assign, department_id=town.town.departments[0].id, at=LATE)
    with Here.world.scope(town.tenant_id):
        notice = for_department(report_row(number), last_event(number), load_town(town.tenant_id), "https://x.example")
    assert "zugesagt" not in " ".join(notice.paragraphs)
    late = a_report(town, at=CAME)
    move(town, late, Verb.assign, department_id=town.town.departments[0].id, at=LATE)
    with Here.world.scope(town.tenant_id):
        notice = for_department(report_row(late), last_event(late), load_town(town.tenant_id), "https://x.example")
    assert "war bis Freitag, 27. November 2026 zugesagt" in " ".join(notice.paragraphs)


def test_the_mail_to_a_department_names_the_one_that_it_is_for(town: MadeTown) -> None:
    number, (first, second) = a_report(town), town.town.departments[:2]
    move(town, number, Verb.assign, department_id=first.id)
    with Here.world.scope(town.tenant_id):
        event = last_event(number)
    move(town, number, Verb.assign, department_id=second.id)
    with Here.world.scope(town.tenant_id):
        assert first.name in for_department(report_row(number), event, load_town(town.tenant_id), "x").subject


def test_editors_are_told_the_hour_of_the_publication(town: MadeTown) -> None:
    number = a_report(town, at=CAME)
    with Here.world.scope(town.tenant_id):
        words = for_editors(report_row(number), load_town(town.tenant_id), "https://x.example").paragraphs[0]
    assert "Öffentlich bis Mittwoch, 25. November 2026, 18:00 Uhr" in words
    assert "erste Antwort bis Freitag, 27. November 2026." in words


@pytest.mark.parametrize(("closed", "goes_on"), [(False, True), (True, False)])
def test_nothing_goes_on_that_is_closed(town: MadeTown, closed: bool, goes_on: bool) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    if closed:
        move(town, number, Verb.finish, public_text="Gefüllt.")
    move(town, number, Verb.remove, reason="legal_demand")
    assert ("Die Bearbeitung geht weiter." in said(town, number).paragraphs) is goes_on


@pytest.mark.parametrize(("reason", "words"), [
    ("no_defect", "Vor Ort wurde kein Mangel gefunden."), ("no_funds", "Zurzeit fehlen die Mittel"),
    ("other_authority", "Zuständig ist eine andere Behörde."), ("private_owner", "gehört nicht der Kommune"),
])
def test_why_nothing_is_mended_is_said_in_one_sentence(town: MadeTown, reason: str, words: str) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    move(town, number, Verb.close_unresolved, public_text="Wir waren dort.", reason=reason)
    paragraphs = said(town, number).paragraphs
    assert words in paragraphs[0]
    assert len(paragraphs) == 1
    assert ("nicht selbst beheben" in paragraphs[0]) is (reason in ("other_authority", "private_owner"))


def test_a_mail_says_what_the_step_changed(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.reject, public_text="Das war ein Test.", reason="test_or_spam")
    assert ("Veröffentlichung", "abgelehnt") in said(town, number).facts
    other = a_report(town)
    move(town, other, Verb.publish)
    assert ("Veröffentlichung", "veröffentlicht") in said(town, other).facts
    move(town, other, Verb.answer, public_text="Wir kommen.", planned_for=berlin(2027, 1, 15).date(), at=LATE)
    facts = dict(said(town, other).facts)
    assert facts["Stand"] == "in Arbeit"
    assert facts["Voraussichtlich bis"] == "Freitag, 15. Januar 2027"
    move(town, other, Verb.finish, public_text="Fertig.")
    move(town, other, Verb.reopen, public_text="Doch nicht.", planned_for=berlin(2027, 1, 22).date(), at=LATE)
    assert dict(said(town, other).facts)["Voraussichtlich bis"] == "Freitag, 22. Januar 2027"
