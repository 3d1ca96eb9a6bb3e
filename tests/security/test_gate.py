"""The gate under attack: mails to strangers, acts without the mailbox, and the walls of its role."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from maerker.audit.actor import Actor
from maerker.clock import now
from maerker.database.base import session
from onboarding.applications.actions import this_file
from onboarding.applications.links import link_code
from onboarding.applications.models import FilePerson, FileSession
from tests.maerker.documents.files import a_scan
from tests.makers import Here
from tests.makers_documents import PLACE, a_paper, at_the_file
from tests.makers_joining import (
    JOINING_HOST,
    a_file,
    a_kommune,
    applied,
    file_id_of,
    joined,
    opened,
)
from tests.world import Mailbox, Visitor

REASON = "Der Oberbürgermeister ist bis Januar krank; die Erklärung kommt danach mit der Post."
ANNA, BERT = Actor(kind="operator", id=910001, name="Anna"), Actor(kind="operator", id=910002, name="Bert")


def a_browser(address: str = "203.0.113.7") -> Visitor:
    return Visitor(Here.world.platform, JOINING_HOST, address=address)


def address(rule: str, values: dict[str, str]) -> str:
    """The rule with its arguments filled in; what `values` does not know is 1."""
    return re.sub(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>", lambda found: values.get(found.group(1), "1"), rule)


def send(visitor: Visitor, path: str, data: dict[str, Any] | None = None, *, page: str = "/anmelden") -> int:
    visitor.get(page)
    return visitor.post(path, data or {}).status_code


# --- mails -----------------------------------------------------------------------------------------------------------


def test_nobodys_mailbox_is_flooded_by_asking_for_links_from_many_addresses(mailbox: Mailbox) -> None:
    contact = a_file()
    mailbox.mails.clear()
    form = {"municipality_id": str(contact.kommune.id), "email": contact.kommune.email}
    answers = [send(a_browser(f"198.51.100.{number}"), "/anmelden", form) for number in range(14)]
    Here.world.work()
    assert 429 in answers
    assert len(mailbox.to(contact.kommune.email)) <= 10
    unknown = f"niemand-{contact.kommune.email}"
    other = [send(a_browser(f"198.51.101.{number}"), "/anmelden", {**form, "email": unknown}) for number in range(14)]
    assert sorted(set(other)) == [303, 429], "An unknown address is answered as a known one."


def test_nobodys_mailbox_is_flooded_by_applications_for_many_kommunen(mailbox: Mailbox) -> None:
    victim, answers = f"opfer-{a_kommune().email}", []
    for number in range(13):
        kommune, stranger = a_kommune(), a_browser(f"198.51.102.{number}")
        spelt = victim.upper() if number % 2 else f" {victim} "
        answers.append(send(stranger, f"/antrag/{kommune.id}", {"name": "Karla Nagel", "email": spelt},
                            page=f"/antrag/{kommune.id}"))
    Here.world.work()
    assert answers[0] == 303
    assert answers[-1] == 429
    assert len([mail for mail in mailbox.mails if str(mail["To"]).lower() == victim]) <= 10


def test_a_stranger_with_a_fresh_application_is_no_relay_for_invitations(mailbox: Mailbox) -> None:
    stranger = a_file()
    answers = []
    for number in range(104):
        answers.append(send(stranger.visitor, "/akte/personen/einladen", {
            "name": "Jan Nowak", "email": f"fremd-{number}-{stranger.kommune.email}", "roles": "press",
        }, page="/akte/personen/einladen"))
        if answers[-1] == 429:
            break
    assert answers[0] == 303
    assert answers[-1] == 429


def test_one_colleague_is_not_sent_the_same_link_without_end(mailbox: Mailbox) -> None:
    contact = a_file()
    joined(contact, "press")
    with at_the_file(file_id_of(contact)):
        person_id = session().scalars(select(FilePerson.id).where(FilePerson.name == "Jan Nowak")).one()
    answers = [send(contact.visitor, f"/akte/personen/{person_id}/link", page="/akte/personen") for _ in range(14)]
    assert (answers[0], answers[-1]) == (303, 429)


def test_who_waits_to_be_let_in_makes_one_mail_however_often_they_come(mailbox: Mailbox) -> None:
    contact = a_file()
    address = f"zweite-{contact.kommune.email}"
    second = opened(applied(contact.kommune, email=address, name="Jan Nowak"), address)
    for _ in range(2):
        send(second.visitor, "/anmelden", {"municipality_id": str(contact.kommune.id), "email": address}, page="/akte")
        opened(second, address)
    Here.world.work()
    told = [mail for mail in mailbox.to(contact.kommune.email) if "Jemand möchte" in str(mail["Subject"])]
    assert len(told) == 1


# --- who one is ------------------------------------------------------------------------------------------------------


def test_a_second_device_proves_no_mailbox() -> None:
    """A browser left open makes a link for itself; what it gets must not do the grave acts."""
    paper = a_paper()
    with at_the_file(paper.file_id):
        session().execute(update(FileSession).values(asked_again_at=now() - timedelta(hours=1)))
    visitor = paper.file.visitor
    visitor.get("/akte/geraet")
    place = visitor.post("/akte/geraet").headers["Location"]
    page = visitor.get(place).text
    path = re.search(r"(/zugang/[0-9a-f-]+)", page)
    assert path, page
    code = link_code(Here.world.settings, paper.file_id, int(place.rpartition("/")[2]))
    thief = a_browser()
    thief.get(path[1])
    assert thief.post(path[1], {"code": code}).status_code == 303
    assert thief.get("/akte").status_code == 200
    for act in (f"{PLACE}/{paper.id}/abgeben", "/akte/zurueckziehen"):
        answer = thief.get(act)
        assert (answer.status_code, answer.headers["Location"].startswith("/code")) == (303, True), act
    thief.get("/akte")
    assert thief.post("/akte/zurueckziehen", {"reason": ""}).headers["Location"].startswith("/code")
    with at_the_file(paper.file_id):
        assert this_file().withdrawn_at is None


def test_a_stranger_who_types_the_address_of_somebody_removed_confirms_nothing_for_them(mailbox: Mailbox) -> None:
    contact = a_file()
    joined(contact, "technical")
    with at_the_file(file_id_of(contact)):
        gone = session().scalars(select(FilePerson).where(FilePerson.name == "Jan Nowak")).one()
        number, address = gone.id, gone.email
    assert send(contact.visitor, f"/akte/personen/{number}/entfernen", page="/akte/personen") == 303
    applied(contact.kommune, email=address, name="Die Frau Bürgermeisterin")
    assert "bittet um Zugang" not in contact.visitor.get("/akte/personen").text
    with at_the_file(file_id_of(contact)):
        assert session().get_one(FilePerson, (file_id_of(contact), number)).confirmed_at is None


@pytest.mark.parametrize("target", [
    "//boese.example", "https://boese.example", "/\\boese.example", "\\\\boese.example", "javascript:alert(1)",
    "/\t/boese.example", "///boese.example", " //boese.example", "/\r\nX-Boese: 1",
])
def test_no_code_leads_to_another_host(target: str, mailbox: Mailbox) -> None:
    contact = a_file()
    contact.visitor.get("/anmelden")
    answer = contact.visitor.get("/anmelden", query_string={"weiter": target})
    assert answer.headers["Location"] == "/akte"
    page = contact.visitor.get("/code", query_string={"weiter": target}).text
    assert "boese" not in page
    assert "javascript:" not in page


def test_every_form_of_the_joining_host_needs_its_token_and_its_own_origin() -> None:
    app, contact = Here.world.platform.app("joining"), a_file()
    values = {"slug": "beitrittserklaerung", "name": "x" * 40, "key": "phone",
              "municipality_id": str(contact.kommune.id)}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or set()):
            continue
        path = address(rule.rule, values)
        keeps = getattr(app.view_functions[rule.endpoint], "keeps_text", False)
        for data, headers in (
            ({"csrf_token": "0" * 64}, {}), ({}, {"Origin": "https://boese.example"}),
            ({}, {"Sec-Fetch-Site": "same-site"}), ({}, {"Origin": f"http://cottbus.{JOINING_HOST}"}),
        ):
            contact.visitor.get("/akte/personen/einladen")
            answer = contact.visitor.post(path, data, headers=headers)
            assert answer.status_code in ((400, 404) if keeps else (400,)), (rule.rule, headers, answer.status_code)
    assert contact.visitor.get("/akte").status_code == 200


# --- the walls -------------------------------------------------------------------------------------------------------


OF_THE_OPERATOR = (
    "UPDATE joining_files SET admitted_at = now()", "UPDATE joining_files SET starts_at = now()",
    "UPDATE joining_files SET started_at = now()", "UPDATE joining_files SET trained_needed = 0",
    "UPDATE joining_files SET provisioned_at = now()", "UPDATE joining_files SET set_up_missing = '[]'",
    "INSERT INTO file_overrides (step, reason, first_by, first_name, first_at, second_by, second_name, second_at)"
    " VALUES ('service_promise', 'x', 1, 'a', now(), 2, 'b', now())",
    "UPDATE file_overrides SET second_at = now()", "DELETE FROM file_events", "UPDATE file_events SET act = 'x'",
    "UPDATE file_documents SET state = 'ready'", "UPDATE file_documents SET sha256 = ''",
    "UPDATE file_copies SET state = 'accepted', checked_at = now()", "UPDATE file_copies SET sha256 = ''",
    "UPDATE file_trainees SET attended_at = now()", "SELECT * FROM operator_accounts", "SELECT * FROM operator_audit",
    "UPDATE tenants SET state = 'live'", "INSERT INTO tenant_hosts (host, tenant_id) SELECT 'x.de', id FROM tenants",
    "SELECT * FROM staff_accounts", "SELECT * FROM reports", "SELECT subject_id FROM file_outbox",
    "DELETE FROM file_people", "DELETE FROM file_documents", "UPDATE file_change_answers SET effective_from = now()",
)


def test_the_joining_role_itself_cannot_say_what_the_operator_says() -> None:
    paper = a_paper()
    paper.hand_in(a_scan(2))
    for statement in OF_THE_OPERATOR:
        with (
            pytest.raises(DBAPIError, match=r"permission denied|row-level security"),
            at_the_file(paper.file_id, "joining"),
        ):
            session().execute(text(statement))
