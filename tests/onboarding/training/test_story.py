"""Training as a Kommune and its people live it: signing up, the mail, the self-test, the certificate."""

import io

import pypdfium2
from sqlalchemy import select

from maerker.database.base import session
from onboarding.contracts.file_models import FileDocument
from onboarding.training.queries import trained_of, trained_people
from tests.makers import Here
from tests.onboarding.training.people import (
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
    words = pypdfium2.PdfDocument(io.BytesIO(own.data))[0].get_textpage().get_text_bounded()
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
