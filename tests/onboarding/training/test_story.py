"""Training as a Kommune and its people live it: signing up, the mail, the self-test, the certificate."""

import uuid
from datetime import date

from sqlalchemy import select, update

from maerker.clock import BERLIN, now
from maerker.database.base import session
from maerker.database.scope import file_scope, tenant_scope
from maerker.jobs.outbox import Posting
from onboarding.applications.history import do_later
from onboarding.contracts.file_models import FileDocument
from onboarding.training.attendance import note_attendance, undo_attendance
from onboarding.training.models import Trainee
from onboarding.training.queries import trained_of, trained_people
from onboarding.training.settling import settle
from tenants.registry.models import Tenant
from tenants.staff.models import StaffAccount
from tests.makers import Here, a_tenant
from tests.onboarding.contracts.reading_pdf import words_of
from tests.onboarding.training.people import (
    TRAINER,
    InTraining,
    a_date,
    answers_on,
    began,
    file_id_of,
    newest_mail,
    passes,
    somebody,
    subjects_to,
)
from tests.world import Mailbox


def test_self_study_ends_with_a_certificate_in_the_mail_and_in_the_file(mailbox: Mailbox) -> None:
    who = somebody(name="Zoë Žurman-Łukasiewicz")
    assert subjects_to(who.email) == ["Ihr Selbststudium: Selbststudium"]
    assert "Lernheft" in who.visitor.get(who.path).text
    assert who.visitor.get(f"{who.path}/nachweis").status_code == 404
    passes(who)
    assert "Bestanden" in who.visitor.get(f"{who.path}/ergebnis").text
    assert subjects_to(who.email)[-1] == "Ihr Schulungsnachweis: Selbststudium"
    own = who.visitor.get(f"{who.path}/nachweis")
    assert own.mimetype == "application/pdf"
    words = words_of(own.data)
    assert "Zoë Žurman-Łukasiewicz" in words
    assert "10 von 10 Fragen" in words
    page = who.file.visitor.get("/akte/schulung").text
    assert "1 von 2 nötigen Personen geschult" in page
    with Here.world.no_scope("console"):
        number = session().scalar(select(FileDocument.id).where(FileDocument.file_id == file_id_of(who.file)))
        people = trained_people(file_id_of(who.file))
    assert number is not None
    assert [(one.name, one.email) for one in people] == [(who.name, who.email)]


def test_a_date_needs_both_taking_part_and_the_self_test(mailbox: Mailbox) -> None:
    date_id = a_date()
    who = somebody(date_id=date_id)
    assert "Saal 1" in newest_mail(who.email)
    passes(who)
    Here.world.work()
    assert who.visitor.get(f"{who.path}/nachweis").status_code == 404
    assert "fehlt nur noch die Teilnahme" in who.visitor.get(who.path).text
    with Here.world.no_scope("console"):
        assert not trained_of([file_id_of(who.file)])
    began(date_id)


def test_a_failed_try_explains_and_the_next_one_asks_otherwise(mailbox: Mailbox) -> None:
    who = somebody()
    first = who.visitor.get(f"{who.path}/fragen").text
    assert who.visitor.get(f"{who.path}/fragen").text == first
    assert who.visitor.post(f"{who.path}/fragen", answers_on(first, wrong=3)).status_code == 303
    result = who.visitor.get(f"{who.path}/ergebnis").text
    assert "Noch nicht bestanden" in result
    assert result.count("Richtig ist") == 3
    second = who.visitor.get(f"{who.path}/fragen").text
    assert set(answers_on(first)) != set(answers_on(second))
    passes(who)
    assert "Bestanden" in who.visitor.get(f"{who.path}/ergebnis").text


def an_account_of(who: InTraining) -> uuid.UUID:
    """The town is set up while its people are in training: one of them has an account already."""
    town = a_tenant()
    with Here.world.no_scope("console"):
        session().execute(update(Tenant).where(Tenant.id == town.tenant_id).values(
            municipality_id=who.file.kommune.id))
        session().commit()
        with tenant_scope(town.tenant_id):
            session().execute(update(StaffAccount).where(StaffAccount.username == "tiefbau").values(
                email=who.email.upper(), trained_on=None).execution_options(synchronize_session=False))
            session().commit()
    return town.tenant_id


def trained_on(tenant_id: uuid.UUID) -> date | None:
    with Here.world.no_scope("console"), tenant_scope(tenant_id):
        return session().scalars(select(StaffAccount.trained_on).where(StaffAccount.username == "tiefbau")).one()


def test_the_account_at_the_town_learns_of_the_training_and_of_its_end(mailbox: Mailbox) -> None:
    date_id = a_date()
    who = somebody(date_id=date_id)
    tenant_id = an_account_of(who)
    began(date_id)
    number = int(who.path.split("-")[1])
    with Here.world.no_scope("console"):
        note_attendance(date_id, [number], by=TRAINER, at=now())
    Here.world.work()
    assert trained_on(tenant_id) is None
    before = now().astimezone(BERLIN).date()
    passes(who)
    Here.world.work()
    assert trained_on(tenant_id) in (before, now().astimezone(BERLIN).date())
    with Here.world.no_scope("console"):
        undo_attendance(date_id, number, "War doch nicht da", by=TRAINER, at=now())
    Here.world.work()
    assert trained_on(tenant_id) is None


def test_a_test_passed_before_the_date_takes_no_earlier_training_away(mailbox: Mailbox) -> None:
    who = somebody(date_id=a_date())
    tenant_id = an_account_of(who)
    with Here.world.no_scope("console"), tenant_scope(tenant_id):
        session().execute(update(StaffAccount).where(StaffAccount.username == "tiefbau").values(
            trained_on=date(2024, 3, 1)).execution_options(synchronize_session=False))
    passes(who)
    Here.world.work()
    assert trained_on(tenant_id) == date(2024, 3, 1)


def test_settling_twice_makes_one_certificate_and_one_mail(mailbox: Mailbox) -> None:
    who = somebody()
    passes(who)
    Here.world.work()
    file_id = file_id_of(who.file)
    with Here.world.no_scope("console"), file_scope(file_id):
        settle(int(who.path.split("-")[1]), Here.world.settings, at=now())
    Here.world.work()
    with Here.world.no_scope("console"):
        made = session().scalars(select(FileDocument.id).where(FileDocument.file_id == file_id)).all()
    assert len(made) == 1
    assert subjects_to(who.email).count("Ihr Schulungsnachweis: Selbststudium") == 1


def test_a_score_without_the_answers_makes_nobody_trained(mailbox: Mailbox) -> None:
    """Whoever could write as the joining application still needs eight right answers: they are counted again."""
    who = somebody()
    file_id, number = file_id_of(who.file), int(who.path.split("-")[1])
    with Here.world.no_scope("joining"), file_scope(file_id):
        session().execute(update(Trainee).where(Trainee.id == number).values(
            test_passed_at=now(), test_score=10, test_tries=1).execution_options(synchronize_session=False))
        do_later(Posting("training_settle", number), at=now())
        session().commit()
    Here.world.work()
    with Here.world.no_scope("console"):
        assert not trained_of([file_id])
