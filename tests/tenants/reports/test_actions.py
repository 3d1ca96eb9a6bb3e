"""A report's life through the actions: what is written, what is refused, who is told."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from maerker.audit.actor import CITIZEN, Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed, NotThere, Stale
from tenants.profile.town import load_town
from tenants.reports.actions import submit_report, take_step
from tenants.reports.models import OutboxPosting, Publication, ReportEvent
from tenants.reports.status import Release, State, Verb
from tenants.reports.step import Step
from tests.makers import Here, MadeTown, a_new_report, a_report, a_tenant, an_actor, berlin, move, report_row
from tests.world import Mailbox


def test_a_report_gets_number_event_clocks_and_postings(town: MadeTown) -> None:
    number = a_report(town, at=berlin(2026, 11, 27, 20))
    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        assert number == "2026-000001"
        assert (report.state, report.release, report.version) == (State.received, Release.waiting, 1)
        assert report.first_answer_due_at == berlin(2026, 12, 3, 0)  # Wednesday 2 December, 24:00
        assert report.publication_due_at == berlin(2026, 12, 1, 18)
        assert report.next_due_at == report.publication_due_at
        verbs = session().scalars(select(ReportEvent.verb)).all()
        assert verbs == ["submit"]
        kinds = session().scalars(select(OutboxPosting.kind).order_by(OutboxPosting.id)).all()
        assert kinds == ["mail_receipt", "mail_editors"]


def test_the_same_submission_cannot_become_two_reports(town: MadeTown) -> None:
    new = a_new_report(town)
    for attempt in (1, 2):
        with Here.world.platform.app("town").app_context():
            from maerker.database.scope import tenant_scope

            with tenant_scope(town.tenant_id):
                if attempt == 1:
                    submit_report(new, town=load_town(town.tenant_id), code="x" * 26, by=CITIZEN, at=now())
                    session().commit()
                else:
                    with pytest.raises(Exception, match="uq_reports_tenant_id"):
                        submit_report(new, town=load_town(town.tenant_id), code="y" * 26, by=CITIZEN, at=now())
                    session().rollback()


def test_numbers_count_by_town_and_year(town: MadeTown) -> None:
    assert a_report(town, at=berlin(2026, 12, 31, 23, 59)) == "2026-000001"
    assert a_report(town, at=berlin(2027, 1, 1, 0, 1)) == "2027-000001"
    assert a_report(town, at=berlin(2027, 1, 1, 0, 2)) == "2027-000002"
    assert a_report(a_tenant(), at=berlin(2027, 1, 1)) == "2027-000001"


def test_a_point_outside_names_who_is_in_charge(town: MadeTown) -> None:
    neighbour = a_tenant("nachbarstadt")
    with Here.world.scope(town.tenant_id):
        here = load_town(town.tenant_id)
        for lon, words in ((neighbour.lon, "Zuständig ist dort: Nachbarstadt"), (5.0, "außerhalb des Landes")):
            with pytest.raises(Invalid) as refused:
                submit_report(a_new_report(town, lon=lon), town=here, code="c" * 26, by=CITIZEN, at=now())
            assert words in refused.value.fields["lat"]


def test_from_hole_to_green_light_every_step_is_kept_and_mailed(town: MadeTown, mailbox: Mailbox) -> None:
    number = a_report(town)
    department = next(item.id for item in town.town.departments if item.short_name == "Tiefbau")
    move(town, number, Verb.publish)
    move(town, number, Verb.accept, department_id=department)
    move(town, number, Verb.answer, public_text="Der Bauhof schließt das Loch bis Freitag.")
    move(town, number, Verb.finish, public_text="Das Loch ist geschlossen.")
    Here.world.work()
    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        assert (report.state, report.version, report.next_due_at) == (State.done, 5, None)
        assert report.closed_at is not None
        publication = session().scalars(select(Publication)).one()
        assert publication.state is State.done
        assert [answer["text"] for answer in publication.answers] == [
            "Der Bauhof schließt das Loch bis Freitag.", "Das Loch ist geschlossen.",
        ]
    mails = mailbox.to(f"karin.melder@{town.slug}.example")
    assert [str(mail["Subject"]).rpartition("–")[2].strip() for mail in mails[1:]] == [
        "veröffentlicht", "angenommen", "in Arbeit", "erledigt",
    ]
    root = mails[0]["Message-ID"]
    assert all(mail["In-Reply-To"] == root for mail in mails[1:])
    assert "Das Loch ist geschlossen." in mails[-1].get_body(("plain",)).get_content()
    to_editors, to_department = mailbox.to(f"redaktion@{town.slug}"), mailbox.to(f"tiefbau@{town.slug}")
    assert (len(to_editors), len(to_department)) == (1, 1)
    assert "karin.melder" not in to_editors[0].as_string()


def test_two_editors_at_once_one_wins_the_other_is_told(town: MadeTown) -> None:
    number = a_report(town)
    with Here.world.scope(town.tenant_id):
        here = load_town(town.tenant_id)
        take_step(number, Verb.publish, Step(version=1), town=here, by=an_actor(), at=now())
        with pytest.raises(Stale):
            take_step(number, Verb.reject, Step(version=1, reason="insult", public_text="Nein."), town=here,
                      by=an_actor("Zweiter"), at=now())


@pytest.mark.parametrize(("verb", "field"), [
    (Verb.publish_redacted, "public_text"), (Verb.publish_redacted, "reason"), (Verb.reject, "reason"),
    (Verb.work_without_publishing, "reason"), (Verb.note, "internal_text"),
])
def test_what_a_move_needs_is_asked_for_beside_its_field(town: MadeTown, verb: Verb, field: str) -> None:
    number = a_report(town)
    with pytest.raises(Invalid) as refused:
        move(town, number, verb)
    assert field in refused.value.fields


def test_who_was_not_trained_does_not_publish(town: MadeTown) -> None:
    number = a_report(town)
    untrained = Actor(kind="staff", name="Neu", permissions=frozenset({"see_desk", "see_all_reports", "work"}))
    with pytest.raises(NotAllowed):
        move(town, number, Verb.publish, by=untrained)
    move(town, number, Verb.publish)
    for verb in (Verb.answer, Verb.finish, Verb.close_unresolved):
        with pytest.raises(NotAllowed):
            move(town, number, verb, by=untrained, public_text="Schon behoben.", reason="no_defect")


def test_a_clerk_of_another_department_finds_nothing(town: MadeTown) -> None:
    number = a_report(town)
    clerk = Actor(kind="staff", name="Fremd", permissions=frozenset({"see_desk", "work", "note"}))
    with pytest.raises(NotThere):
        move(town, number, Verb.note, by=clerk, internal_text="Hallo")


def test_a_removed_report_leaves_a_stub_without_words(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.publish)
    move(town, number, Verb.remove, reason="personal_data")
    with Here.world.scope(town.tenant_id):
        stub = session().scalars(select(Publication)).one()
        assert stub.removed
        assert (stub.description, stub.street, stub.lat, stub.photos, stub.answers) == ("", "", None, [], [])


def test_a_rejection_ends_the_case_and_all_clocks(town: MadeTown) -> None:
    number = a_report(town)
    move(town, number, Verb.reject, reason="insult", public_text="Bitte schildern Sie die Sache ohne Beleidigung.")
    with Here.world.scope(town.tenant_id):
        report = report_row(number)
        assert report.closed_at is not None
        assert report.next_due_at is None
        assert report.state is State.received
        assert session().scalars(select(Publication)).all() == []


def test_a_planned_date_becomes_what_is_due_next(town: MadeTown) -> None:
    number = a_report(town)
    day = (now() + timedelta(days=10)).date()
    move(town, number, Verb.publish)
    move(town, number, Verb.answer, public_text="Wir kommen.", planned_for=day)
    with Here.world.scope(town.tenant_id):
        assert report_row(number).next_due_at == berlin(day.year, day.month, day.day, 0) + timedelta(days=1)
