"""The file as its people see it: whose turn it is, what is next, the letter, an override, the history."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update

from maerker.audit.actor import Actor
from maerker.calendar.deadlines import local_day
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications.actions import refuse
from onboarding.applications.history import note
from onboarding.applications.models import FileOverride, JoiningFile
from onboarding.applications.standing import restate
from onboarding.contracts.file_models import FileCopy, FileDocument
from tests.makers import Here
from tests.makers_joining import InFile, a_file, admitted, file_id_of
from tests.world import Mailbox

OPERATOR = Actor(kind="operator", id=1, name="Bea Trieb")
PAGES = ("/akte", "/akte/angaben", "/akte/personen", "/akte/personen/einladen", "/akte/geraet", "/akte/verlauf",
         "/akte/zurueckziehen")


def as_operator(person: InFile, act: Any) -> None:
    """Something the operator's side does in somebody's file."""
    with Here.world.no_scope("console"), file_scope(file_id_of(person)):
        act()
        restate(at=now())


def signed(person: InFile, kind: str, *, state: str = "accepted") -> None:
    """A document whose signed copy the operator has taken."""
    def act() -> None:
        document = session().scalars(insert(FileDocument).values(
            kind=kind, text_version=1, data={}, state="ready", made_at=now(), sha256="0" * 64, file="x",
        ).returning(FileDocument.id)).one()
        session().execute(insert(FileCopy).values(
            document_id=document, side="municipality", way="scan", state=state, file="x", sha256="0" * 64, size=1,
            uploaded_at=now(), checked_at=now(), signed_on=local_day(now()),
            signatories=[{"name": "Christine Herrmann", "function": "Bürgermeisterin"}],
        ))

    as_operator(person, act)


def test_every_page_of_the_file_opens_for_its_contact(mailbox: Mailbox) -> None:
    person = a_file()
    for path in PAGES:
        assert person.visitor.get(path).status_code == 200, path


def test_the_operator_is_first_and_then_the_kommune(mailbox: Mailbox) -> None:
    person = a_file()
    page = person.visitor.get("/akte").text
    assert "Der Betreiber prüft Ihren Antrag" in page
    assert "0 von 10 Schritten" in page
    admitted(person)
    page = person.visitor.get("/akte").text
    assert "Sagen Sie uns, ob Ihre Vertretung beschließen muss" in page
    assert 'href="/akte/angaben#beschluss"' in page
    assert "Das können Sie außerdem schon tun" in page
    assert "1 von 10 Schritten" in page


def test_the_letter_names_date_proof_and_signatory(mailbox: Mailbox) -> None:
    person = admitted()
    signed(person, "accession_declaration")
    page = person.visitor.get("/akte").text
    letter = page[page.index('class="j-letter"'):page.index("Der Weg")]
    assert letter.index("Beitrittserklärung") < letter.index("Serviceversprechen") < letter.index("Schulung")
    assert letter.index("Schulung") < letter.index("Auftragsverarbeitungsvertrag")
    assert letter.count("Unterschrieben von Christine Herrmann, Bürgermeisterin") == 1
    assert "0 geschulte Personen, nötig: 2" in letter


def test_a_copy_that_is_not_taken_proves_nothing(mailbox: Mailbox) -> None:
    person = admitted()
    signed(person, "accession_declaration", state="to_confirm")
    page = person.visitor.get("/akte").text
    assert "Christine Herrmann, Bürgermeisterin" not in page
    assert "Der Betreiber prüft die unterschriebene Fassung." in page


def test_an_override_is_shown_with_both_names_and_its_reason(mailbox: Mailbox) -> None:
    person = admitted()
    as_operator(person, lambda: session().execute(insert(FileOverride).values(
        step="service_promise", reason="Der Beschluss liegt mündlich vor.", first_by=1, first_name="Bea Trieb",
        first_at=now(), second_by=2, second_name="Bert Reiber", second_at=now(),
    )))
    page = person.visitor.get("/akte").text
    assert "von Bea Trieb und Bert Reiber (Betreiber)" in page
    assert page.count("Der Beschluss liegt mündlich vor.") == 2


def test_a_refusal_is_shown_with_its_reason(mailbox: Mailbox) -> None:
    person = a_file()
    as_operator(person, lambda: refuse("Die Gemeinde gehört zu einem Amt.", by=OPERATOR, at=now()))
    page = person.visitor.get("/akte").text
    assert "Der Betreiber hat den Antrag abgelehnt" in page
    assert "Die Gemeinde gehört zu einem Amt." in page
    assert "an der Reihe seit" not in page
    Here.world.work()
    mail = mailbox.to(person.kommune.email)[-1]
    assert "Die Gemeinde gehört zu einem Amt." in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_the_start_stands_on_the_page_once_it_is_fixed(mailbox: Mailbox) -> None:
    person = admitted()
    as_operator(person, lambda: session().execute(update(JoiningFile).values(
        starts_at=now() + timedelta(days=40), start_fixed_at=now())))
    assert "Start:" in person.visitor.get("/akte").text


def test_the_history_has_pages_and_names_both_sides(mailbox: Mailbox) -> None:
    person = admitted()

    def act() -> None:
        for number in range(40):
            at = now() + timedelta(seconds=number)
            note("reminded", by=OPERATOR, at=at, person="Karla Nagel", text=f"Nr. {number}")

    as_operator(person, act)
    first, second = (person.visitor.get(f"/akte/verlauf?seite={page}").text for page in (1, 2))
    assert "Nr. 39" in first
    assert "Der Beitritt wurde beantragt." not in first
    assert "Der Beitritt wurde beantragt." in second
    assert "Bea Trieb (Betreiber)" in second
    assert person.visitor.get("/akte/verlauf?seite=x").status_code == 200
