"""A mail to everybody of a file: one full mailbox neither delays the others' nor has anybody mailed twice."""

from typing import Any

from sqlalchemy import select, text

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from onboarding.applications import actions
from onboarding.applications.models import FilePerson
from tests.makers import Here
from tests.makers_joining import a_file, file_id_of, joined
from tests.world import Mailbox

OPERATOR = Actor(kind="operator", id=None, name="Anke Betrieb")
OF_FILE = "WHERE file_id = current_file()"


def test_a_full_mailbox_delays_its_own_mail_alone(mailbox: Mailbox) -> None:
    anna = a_file()
    joined(anna, "technical", name="Zwei")
    joined(anna, "press", name="Drei")
    file_id = file_id_of(anna)
    with Here.world.no_scope("console"), file_scope(file_id):
        addresses = list(session().scalars(select(FilePerson.email).order_by(FilePerson.id)))
        actions.admit(by=OPERATOR, at=now())
    mailbox.mails.clear()
    mailbox.full = addresses[1]
    for _ in range(3):
        Here.world.work()
        _try_again(file_id)
    assert [_mails(mailbox, address) for address in addresses] == [1, 0, 1]
    mailbox.full = ""
    Here.world.work()
    assert [_mails(mailbox, address) for address in addresses] == [1, 1, 1]
    names = {str(mail["Message-ID"]) for mail in mailbox.mails}
    assert len(names) == 3


def test_a_link_that_has_run_out_meanwhile_is_not_mailed(mailbox: Mailbox) -> None:
    anna = a_file()
    Here.world.work()
    mailbox.mails.clear()
    anna.visitor.post("/code", {})
    with Here.world.no_scope("console"), file_scope(file_id_of(anna)):
        session().execute(text(f"UPDATE file_links SET expires_at = now() - interval '1 minute' {OF_FILE}"))
    Here.world.work()
    assert mailbox.to(anna.kommune.email) == []


def _mails(mailbox: Mailbox, address: str) -> int:
    return sum(str(mail["To"]) == address for mail in mailbox.mails)


def _try_again(file_id: Any) -> None:
    with Here.world.no_scope("console"), file_scope(file_id):
        session().execute(text(f"UPDATE file_outbox SET not_before = NULL {OF_FILE} AND done_at IS NULL"))
