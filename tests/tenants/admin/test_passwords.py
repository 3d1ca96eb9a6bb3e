"""A forgotten password: the same answer for everybody, one mail for who is known, and a limit."""

import re
from typing import Any

import pytest
from sqlalchemy import text

from maerker.database.base import session
from tests.makers import PASSWORD, Here, MadeTown, a_tenant, a_visitor, an_editor, signed_in
from tests.tenants.admin.test_people import NEW_PASSWORD, account_id, ask, invite, link_in, set_password
from tests.world import Mailbox, Visitor


@pytest.fixture
def rita(town: MadeTown) -> str:
    """The editor's address."""
    address = f"rita.noack@{town.slug}.example"
    ask(town, "UPDATE staff_accounts SET email = :mail WHERE username = 'redaktion'", mail=address)
    return address


def request_link(town: MadeTown, typed: str, visitor: Visitor | None = None) -> Any:
    visitor = visitor or a_visitor(town)
    visitor.get("/passwort")
    return visitor.post("/passwort", {"username": typed})


@pytest.mark.parametrize("typed", ["redaktion", " Redaktion ", "RITA"])
def test_a_forgotten_password_is_replaced_by_mail(
    town: MadeTown, rita: str, mailbox: Mailbox, typed: str
) -> None:
    somewhere_else = an_editor(town)
    assert "Passwort vergessen?" in a_visitor(town).get("/anmelden").text
    answer = request_link(town, rita.upper() if typed == "RITA" else typed)
    assert answer.headers["Location"] == "/passwort/unterwegs"
    path = link_in(mailbox, rita)
    (mail,) = mailbox.to(rita)
    assert "Neues Passwort" in str(mail["Subject"])
    visitor = a_visitor(town)
    assert set_password(visitor, path).status_code == 303
    assert "Ihr Passwort ist festgelegt" in visitor.get("/passwort/gesetzt").text
    assert visitor.sign_in("redaktion", PASSWORD).status_code == 422
    assert visitor.sign_in("redaktion", NEW_PASSWORD).status_code == 303
    assert somewhere_else.get("/redaktion/").status_code == 303
    assert a_visitor(town).get(path).status_code == 404


@pytest.mark.parametrize("typed", ["niemand", "niemand@nirgends.example", "rat", "gesperrt", "x" * 5000, "\x00"])
def test_whoever_is_unknown_closed_or_without_an_address_gets_the_same_answer_and_no_mail(
    town: MadeTown, rita: str, mailbox: Mailbox, typed: str
) -> None:
    ask(town, "UPDATE staff_accounts SET username = 'gesperrt', disabled_at = now() WHERE username = 'redaktion'")
    answer = request_link(town, typed)
    known = request_link(town, "admin")
    Here.world.work()
    if typed != "\x00":
        assert (answer.status_code, answer.headers["Location"]) == (known.status_code, known.headers["Location"])
    assert mailbox.mails == []
    assert ask(town, "SELECT * FROM staff_links") == []


def test_nothing_typed_is_said(town: MadeTown) -> None:
    answer = request_link(town, "  ")
    assert answer.status_code == 422
    assert "Bitte geben Sie Ihren Anmeldenamen" in answer.text


def test_asking_again_at_once_sends_no_second_mail(town: MadeTown, rita: str, mailbox: Mailbox) -> None:
    for _ in range(3):
        assert request_link(town, "redaktion").status_code == 303
    Here.world.work()
    assert len(mailbox.to(rita)) == 1
    ask(town, "UPDATE staff_links SET made_at = made_at - interval '11 minutes'")
    request_link(town, rita)
    Here.world.work()
    assert len(mailbox.to(rita)) == 2


def test_who_has_not_followed_the_invitation_gets_it_again(town: MadeTown, mailbox: Mailbox) -> None:
    email, number = invite(signed_in(town, "admin"), town)
    first = link_in(mailbox, email)
    ask(town, "UPDATE staff_links SET made_at = made_at - interval '11 minutes'")
    request_link(town, email)
    second = link_in(mailbox, email)
    assert second.startswith("/einladung/")
    assert first != second
    assert ask(town, "SELECT purpose FROM staff_links WHERE account_id = :id", id=number)[0][0] == "invitation"


def test_too_many_requests_from_one_address_have_to_wait(town: MadeTown) -> None:
    platform = Here.world.platform_with(rate_logins=2)
    visitor = a_visitor(town, platform=platform, address="198.51.100.77")
    answers = [request_link(town, f"name-{n}", visitor) for n in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert answers[2].headers["Retry-After"] == "3600"
    assert "zu viele Anfragen" in answers[2].text
    elsewhere = a_visitor(town, platform=platform, address="198.51.100.78")
    assert request_link(town, "name", elsewhere).status_code == 303


def test_a_password_link_of_another_town_opens_nothing_here(town: MadeTown, rita: str, mailbox: Mailbox) -> None:
    request_link(town, "redaktion")
    path = link_in(mailbox, rita)
    other = a_visitor(a_tenant())
    assert other.get(path).status_code == 404
    with Here.world.scope(town.tenant_id):
        held = session().execute(text("SELECT count(*) FROM staff_links")).scalar_one()
    assert held == 1


def test_a_closed_accounts_link_opens_nothing(town: MadeTown, rita: str, mailbox: Mailbox) -> None:
    request_link(town, "redaktion")
    path = link_in(mailbox, rita)
    ask(town, "UPDATE staff_accounts SET disabled_at = now() WHERE id = :id", id=account_id(town, "redaktion"))
    assert a_visitor(town).get(path).status_code == 404


def test_the_link_is_in_no_log_and_no_other_page_is_told_of_it(
    town: MadeTown, rita: str, mailbox: Mailbox, capsys: pytest.CaptureFixture[str]
) -> None:
    request_link(town, "redaktion")
    path = link_in(mailbox, rita)
    page = a_visitor(town).get(path)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert path.rpartition("/")[2] not in "".join(capsys.readouterr())
    assert len(re.findall(path, page.text)) == 1  # the form's own address
