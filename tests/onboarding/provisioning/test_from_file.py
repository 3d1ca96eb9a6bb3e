"""From the file to the town's own place: nothing is typed twice, nothing is made twice, nobody is invited twice."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from maerker.clock import now
from maerker.database.base import session
from maerker.database.scope import file_scope
from maerker.errors import Invalid
from onboarding.applications.actions import this_file
from onboarding.provisioning.from_file import provision_from_file
from onboarding.provisioning.set_up import note_trainings, refresh_set_up
from onboarding.provisioning.start import ask_for_check
from onboarding.training.settling import tell_town
from tests.makers import PASSWORD, Here
from tests.makers_joining import applied
from tests.onboarding.provisioning.set_up_file import ANKE, an_admitted_file, train
from tests.world import BASE, Mailbox, Visitor


def asked(tenant_id: Any, question: str) -> list[Any]:
    with Here.world.scope(tenant_id):
        return [tuple(row) for row in session().execute(text(question))]


def test_the_town_stands_there_as_its_file_says(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    with Here.world.no_scope("console"):
        slug, state = session().execute(
            text("SELECT slug, state FROM tenants WHERE id = :id"), {"id": tenant_id}).one()
    assert state == "joining"
    assert re.fullmatch(r"musterstadt-\d+", slug)
    page = Visitor(Here.world.platform, f"{slug}.{BASE}").get("/")
    assert "Hier startet Maerker bald" in page.text
    [row] = asked(tenant_id, "SELECT street, postal_code, website, head_title, editors_mailbox, first_answer_days,"
                             " privacy_contact, texts->>'promise_extent', responsible FROM profiles")
    assert row[:6] == ("Am Markt 1", "03130", "https://www.neustadt.example",
                       "Bürgermeisterin Christine Herrmann",
                       "maerker@neustadt.example", 2)
    assert row[6].startswith("Dana Schutz, Datenschutzbeauftragte, datenschutz-")
    assert row[7] == "Das Versprechen gilt für: Ordnungsamt, Tiefbau und Straßen, Grünflächenamt."
    assert row[8] == "Christine Herrmann, Bürgermeisterin"
    routed = dict(asked(tenant_id, "SELECT c.key, d.name FROM categories c LEFT JOIN departments d"
                                   " ON d.tenant_id = c.tenant_id AND d.id = c.department_id"))
    assert len(routed) == 10
    assert (routed["roads"], routed["green"], routed["posters"]) == (
        "Tiefbau und Straßen", "Grünflächenamt", "Ordnungsamt")
    assert file.read().provisioned_at is not None


def test_people_are_invited_once_and_come_in_by_their_mail(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    train(file, "Erik Redlich", f"erik-{file.kommune.email}", "Ordnungsamt")
    train(file, "Karla Nagel", file.kommune.email)
    tenant_id = file.provision()
    assert file.provision() == tenant_id
    Here.world.work()
    people = asked(tenant_id, "SELECT display_name, role, trained_on IS NOT NULL FROM staff_accounts ORDER BY 1")
    assert people == [
        ("Erik Redlich", "editor", True), ("Karla Nagel", "admin", True), ("Timo Technik", "admin", False),
    ]
    assert asked(tenant_id, "SELECT d.name FROM staff_memberships m JOIN departments d ON d.id = m.department_id") == [
        ("Ordnungsamt",)]
    invitations = [mail for mail in mailbox.to(f"erik-{file.kommune.email}") if "/einladung/" in str(mail.get_body())]
    assert len(invitations) == 1
    found = re.search(r"http://([^/]+)(/einladung/\w+)", str(invitations[0].get_body(("plain",)).get_content()))  # type: ignore[union-attr]
    assert found
    erik = Visitor(Here.world.platform, found[1])
    erik.get(found[2])
    erik.post(found[2], {"password": PASSWORD, "password_again": PASSWORD})
    assert erik.sign_in(f"erik-{file.kommune.email}", PASSWORD).status_code == 303
    assert erik.get("/redaktion/").status_code == 200
    news = [mail for mail in mailbox.to(file.kommune.email) if "angelegt" in str(mail["Subject"])]
    assert len(news) == 1


def test_what_a_citizen_would_stumble_over_is_found_and_kept_with_the_file(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    file.provision()
    Here.world.work()
    row = file.read()
    assert row.set_up_looked_at is not None
    sentences = " ".join(row.set_up_missing)
    assert "Noch hat kein Fachbereich ein Postfach" in sentences or "Ohne Postfach" in sentences
    assert "Es gibt noch keinen Ortsteil" in sentences
    assert row.step != "live"


def test_a_whole_administration_without_departments_is_one(mailbox: Mailbox) -> None:
    file = an_admitted_file(departments="", extent="whole")
    tenant_id = file.provision()
    [row] = asked(tenant_id, "SELECT name, mailbox FROM departments")
    assert row == ("Verwaltung", "maerker@neustadt.example")
    assert asked(tenant_id, "SELECT count(*) FROM categories WHERE department_id IS NULL") == [(0,)]


def test_before_the_application_is_admitted_nothing_is_made(mailbox: Mailbox) -> None:
    person = applied()
    with Here.world.no_scope("console"):
        file_id = session().scalar(
            text("SELECT file_id FROM joining_files WHERE municipality_id = :id"), {"id": person.kommune.id})
    with Here.world.platform.app("console").app_context(), pytest.raises(Invalid, match="angenommen"):
        provision_from_file(file_id, settings=Here.world.settings, by=ANKE, at=now())


def test_two_kommunen_that_want_one_address(mailbox: Mailbox) -> None:
    first = an_admitted_file(slug="heidestadt-am-see")
    second = an_admitted_file(slug="heidestadt-am-see")
    first.provision()
    with pytest.raises(Invalid) as refused:
        second.provision()
    assert "schon vergeben" in refused.value.fields["slug"]
    assert second.read().provisioned_at is None


def test_who_is_trained_after_the_place_was_made_is_invited_until_the_start(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    Here.world.work()
    mailbox.mails.clear()
    late = f"erik-{file.kommune.email}"
    train(file, "Erik Redlich", late, "Ordnungsamt")
    for _ in range(2):
        with Here.world.no_scope("console"):
            refresh_set_up(file.id, settings=Here.world.settings, at=now())
    Here.world.work()
    people = "SELECT display_name, role, trained_on IS NOT NULL FROM staff_accounts WHERE email LIKE 'erik-%'"
    assert asked(tenant_id, people) == [("Erik Redlich", "editor", True)]
    assert len(mailbox.to(late)) == 1
    assert file.acts().count("staff_invited") == 1

    with Here.world.no_scope("console"), file_scope(file.id):
        this_file().started_at = now()
        session().commit()
    train(file, "Nina Spät", f"nina-{file.kommune.email}")
    with Here.world.no_scope("console"):
        refresh_set_up(file.id, settings=Here.world.settings, at=now())
    assert asked(tenant_id, "SELECT count(*) FROM staff_accounts WHERE email LIKE 'nina-%'") == [(0,)]


def test_who_passes_the_self_test_is_invited_to_the_place_at_once(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    Here.world.work()
    train(file, "Erik Redlich", f"erik-{file.kommune.email}")
    with Here.world.no_scope("console"), file_scope(file.id):
        tell_town(f"erik-{file.kommune.email}", at=now())
        session().commit()
    Here.world.work()
    people = "SELECT display_name FROM staff_accounts WHERE email LIKE 'erik-%'"
    assert asked(tenant_id, people) == [("Erik Redlich",)]


def test_in_a_town_that_is_live_nobody_looks_at_the_set_up_any_more(mailbox: Mailbox) -> None:
    """Somebody passes the self-test, or the check was asked for just before the start: the way stays as it is."""
    file = an_admitted_file()
    file.provision()
    Here.world.work()
    looked_at, acts = file.read().set_up_looked_at, file.acts()
    with Here.world.no_scope("console"), file_scope(file.id):
        ask_for_check(at=now() + timedelta(minutes=1))
        this_file().started_at = now()
        tell_town(f"erik-{file.kommune.email}", at=now())
        session().commit()
    Here.world.work()
    assert (file.read().set_up_looked_at, file.acts()) == (looked_at, acts)


def test_a_withdrawn_file_invites_nobody(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    train(file, "Erik Redlich", f"erik-{file.kommune.email}")
    with Here.world.no_scope("console"), file_scope(file.id):
        this_file().withdrawn_at = now()
        session().commit()
    with Here.world.no_scope("console"):
        refresh_set_up(file.id, settings=Here.world.settings, at=now())
    assert asked(tenant_id, "SELECT count(*) FROM staff_accounts WHERE email LIKE 'erik-%'") == [(0,)]


def test_whom_an_admin_has_invited_under_another_name_is_not_invited_twice(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    with Here.world.scope(tenant_id):
        session().execute(
            text("INSERT INTO staff_accounts (username, display_name, email, role)"
                 " VALUES ('e.redlich', 'Erik', :email, 'clerk')"), {"email": f"Erik-{file.kommune.email}"})
    train(file, "Erik Redlich", f"erik-{file.kommune.email}")
    with Here.world.no_scope("console"):
        refresh_set_up(file.id, settings=Here.world.settings, at=now())
    assert asked(tenant_id, "SELECT username, trained_on IS NOT NULL FROM staff_accounts"
                            " WHERE lower(email) LIKE 'erik-%'") == [("e.redlich", True)]


def test_a_training_is_noted_where_one_account_has_the_address(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    tenant_id = file.provision()
    train(file, "Erik Redlich", f"erik-{file.kommune.email}")
    account = ("INSERT INTO staff_accounts (username, display_name, email, role) VALUES (:name, 'Erik', :email,"
               " 'editor')")
    trained = "SELECT count(*) FROM staff_accounts WHERE trained_on IS NOT NULL"
    with Here.world.scope(tenant_id):
        for name in ("erik", "erika"):
            session().execute(text(account), {"name": name, "email": f"Erik-{file.kommune.email}"})
    with Here.world.no_scope("console"):
        note_trainings(file.id, at=now())
    assert asked(tenant_id, trained) == [(0,)], "of two nobody knows which one was trained"
    with Here.world.scope(tenant_id):
        session().execute(text("UPDATE staff_accounts SET email = '' WHERE username = 'erika'"))
    with Here.world.no_scope("console"):
        note_trainings(file.id, at=now())
    assert asked(tenant_id, trained) == [(1,)]
