"""What an editor decided can be put right: the public version, a removal, a rejection. The history keeps all of it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import contacts_scope
from maerker.errors import Invalid
from tenants.reports.actions import CONTACT_KEPT
from tenants.reports.models import Publication, ReportContact, ReportEvent
from tenants.reports.status import Release, State, Verb
from tests.makers import Here, MadeTown, a_report, berlin, move, report_row
from tests.world import Mailbox

WORDS = "Herr Mustermann ist dort gestürzt. Das Loch ist tief."


def public_copy(town: MadeTown) -> Publication:
    with Here.world.scope(town.tenant_id):
        return session().scalars(select(Publication)).one()


def contact_goes_on() -> datetime | None:
    with contacts_scope():
        return session().scalars(select(ReportContact.delete_after)).one()


def test_nobody_reads_that_a_text_was_shortened_which_was_not(town: MadeTown) -> None:
    number = a_report(town, description=WORDS)
    with pytest.raises(Invalid) as refused:
        move(town, number, Verb.publish_redacted, public_text=f" {WORDS}\n", reason="personal_data")
    assert "noch unverändert" in refused.value.fields["public_text"]
    move(town, number, Verb.publish_redacted, public_text="Das Loch ist tief.", reason="personal_data")


def test_other_blanks_are_no_shortening(town: MadeTown) -> None:
    number = a_report(town, description=WORDS)
    with pytest.raises(Invalid):
        move(town, number, Verb.publish_redacted, public_text=WORDS.replace(" ", "  "), reason="personal_data")


@pytest.mark.parametrize(("text", "reason", "sentence"), [
    (WORDS, "insult", "noch dieselben"), (WORDS, "restored", "noch dieselben"),
    ("Das Loch.", "restored", "kürzer als der gemeldete"),
])
def test_the_reporter_is_told_of_no_change_that_was_none(
    town: MadeTown, text: str, reason: str, sentence: str
) -> None:
    number = a_report(town, description=WORDS)
    move(town, number, Verb.publish)
    with pytest.raises(Invalid) as refused:
        move(town, number, Verb.revise, public_text=text, reason=reason)
    assert sentence in refused.value.fields["public_text"]


def test_a_passage_that_is_still_there_is_not_gone(town: MadeTown) -> None:
    number = a_report(town, description=WORDS)
    move(town, number, Verb.publish)
    move(town, number, Verb.remove, reason="personal_data")
    with pytest.raises(Invalid):
        move(town, number, Verb.restore, public_text=WORDS, reason="passage_gone")
    move(town, number, Verb.restore, public_text=WORDS, reason="by_mistake")


def test_the_public_version_can_be_changed_after_the_release(town: MadeTown, mailbox: Mailbox) -> None:
    number = a_report(town, description=WORDS)
    move(town, number, Verb.publish)
    move(town, number, Verb.close_unresolved, public_text="Dort ist ein Parkplatz.", reason="private_owner")
    move(town, number, Verb.revise, public_text="Das Loch ist tief.", reason="personal_data")
    copy = public_copy(town)
    assert (copy.description, copy.redacted, copy.closed_reason) == ("Das Loch ist tief.", True, "private_owner")
    assert [answer["text"] for answer in copy.answers] == ["Dort ist ein Parkplatz."]
    Here.world.work()
    mail = mailbox.to(f"karin.melder@{town.slug}.example")[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Angaben zu Personen entfernt" in mail
    assert "Das Loch ist tief." in mail
    assert "Mustermann" not in mail
    move(town, number, Verb.revise, public_text=WORDS, reason="restored")
    copy = public_copy(town)
    assert (copy.description, copy.redacted) == (WORDS, False)
    with Here.world.scope(town.tenant_id):
        assert report_row(number).release is Release.published
        assert report_row(number).state is State.closed_unresolved
        verbs = session().scalars(select(ReportEvent.verb).order_by(ReportEvent.id)).all()
        assert verbs == ["submit", "publish", "close_unresolved", "revise", "revise"]


def test_what_was_removed_by_mistake_is_public_again(town: MadeTown) -> None:
    number = a_report(town, description=WORDS)
    move(town, number, Verb.publish)
    move(town, number, Verb.answer, public_text="Wir füllen es am Freitag.")
    move(town, number, Verb.remove, reason="published_by_mistake")
    assert public_copy(town).removed
    assert public_copy(town).answers == []
    move(town, number, Verb.restore, public_text="Das Loch ist tief.", reason="passage_gone")
    copy = public_copy(town)
    assert (copy.removed, copy.redacted, copy.description) == (False, True, "Das Loch ist tief.")
    assert [answer["text"] for answer in copy.answers] == ["Wir füllen es am Freitag."]
    assert (copy.lat, copy.district) == (town.lat, "Sandow")


def test_words_for_the_reporter_alone_stay_so_when_the_report_is_public_again(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    move(town, number, Verb.answer, public_text="Wir füllen es am Freitag.")
    move(town, number, Verb.remove, reason="legal_demand")
    move(town, number, Verb.answer, public_text="Ihr Nachbar, Herr Krause, hat von uns Post bekommen.")
    move(town, number, Verb.restore, public_text="Das Loch ist tief.", reason="demand_settled")
    move(town, number, Verb.finish, public_text="Gefüllt.")
    assert [answer["text"] for answer in public_copy(town).answers] == ["Wir füllen es am Freitag.", "Gefüllt."]


def test_a_rejection_is_taken_back_and_its_clocks_run_as_if_it_had_not_been(town: MadeTown) -> None:
    came = berlin(2026, 11, 24, 9)
    number = a_report(town, at=came)
    with Here.world.scope(town.tenant_id):
        due = report_row(number).next_due_at
    move(town, number, Verb.reject, public_text="Ein Test.", reason="test_or_spam", at=came + timedelta(hours=1))
    with Here.world.scope(town.tenant_id):
        assert report_row(number).closed_at is not None
        assert contact_goes_on() is not None
    move(town, number, Verb.take_back, public_text="Wir haben uns geirrt.", at=came + timedelta(hours=2))
    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        assert (report.state, report.release, report.closed_at) == (State.received, Release.waiting, None)
        assert report.next_due_at == due
        assert report.first_answer_stopped_at is None
        assert contact_goes_on() is None
    move(town, number, Verb.publish)
    assert public_copy(town).description.startswith("Vor dem Haus")


def test_words_that_a_move_does_not_ask_for_reach_nobody(town: MadeTown, mailbox: Mailbox) -> None:
    """Who may hand a report over but not answer it cannot word an answer in a form made by hand."""
    number = a_report(town)
    move(town, number, Verb.publish, public_text="Wir kommen heute noch.", reason="insult")
    move(town, number, Verb.accept, public_text="Wir kommen heute noch.", planned_for=now().date(),
         department_id=town.town.departments[0].id)
    Here.world.work()
    assert not any("heute noch" in str(mail) for mail in mailbox.mails)
    with Here.world.scope(town.tenant_id):
        events = session().scalars(select(ReportEvent)).all()
        assert [(event.public_text, event.reason, event.planned_for) for event in events] == [("", "", None)] * 3
        assert report_row(number).planned_for is None


def test_the_day_for_the_work_is_the_last_answers_and_stands_in_its_event(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    first, second = berlin(2026, 12, 11).date(), berlin(2026, 12, 18).date()
    at = berlin(2026, 12, 1)
    move(town, number, Verb.answer, public_text="Wir füllen es bald.", planned_for=first, at=at)
    move(town, number, Verb.answer, public_text="Es wird später.", planned_for=second, at=at)
    with Here.world.scope(town.tenant_id):
        assert report_row(number).next_due_at == berlin(2026, 12, 19, 0)
        days = session().scalars(select(ReportEvent.planned_for).order_by(ReportEvent.id)).all()
        assert days[2:] == [berlin(2026, 12, 11, 0), berlin(2026, 12, 18, 0)]
    move(town, number, Verb.answer, public_text="Wir können noch keinen Tag nennen.", at=at)
    with Here.world.scope(town.tenant_id):
        assert (report_row(number).planned_for, report_row(number).next_due_at) == (None, None)
    assert public_copy(town).expected_at is None


def test_taken_up_again_without_a_day_the_old_one_is_no_deadline(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    day = berlin(2026, 12, 11).date()
    move(town, number, Verb.answer, public_text="Bald.", planned_for=day, at=berlin(2026, 12, 1))
    move(town, number, Verb.finish, public_text="Gefüllt.", at=berlin(2026, 12, 10))
    move(town, number, Verb.reopen, public_text="Es ist wieder offen.", at=berlin(2027, 1, 10))
    with Here.world.scope(town.tenant_id):
        assert report_row(number).next_due_at is None


def test_the_end_begins_anew_when_what_seemed_not_solvable_is_done(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    move(town, number, Verb.close_unresolved, public_text="Kein Geld.", reason="no_funds", at=berlin(2026, 12, 1))
    move(town, number, Verb.note, internal_text="Haushalt 2027?", at=berlin(2026, 12, 2))
    with Here.world.scope(town.tenant_id):
        assert report_row(number).closed_at == berlin(2026, 12, 1)
    move(town, number, Verb.finish, public_text="Nun doch.", at=berlin(2027, 5, 1))
    with Here.world.scope(town.tenant_id):
        assert report_row(number).closed_at == berlin(2027, 5, 1)
        assert contact_goes_on() == berlin(2027, 5, 1) + CONTACT_KEPT
