"""People of a town: inviting them, what they may do, and how an account ends. As a town's admin does it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from bench.statements import counted
from maerker.clock import now
from maerker.database.base import session
from maerker.errors import Invalid
from tenants.registry.models import TenantState
from tenants.staff import actions, queries
from tenants.staff.models import Role
from tests.makers import PASSWORD, Here, MadeTown, a_tenant, a_visitor, an_actor, an_editor, signed_in
from tests.world import Mailbox, Visitor

NEW_PASSWORD = "vier gelbe Birnen im Schnee"
PEOPLE = "/verwaltung/personen"


def ask(town: MadeTown, statement: str, **values: Any) -> list[Any]:
    with Here.world.scope(town.tenant_id):
        result = session().execute(text(statement), values)
        return list(result) if result.returns_rows else []


def account_id(town: MadeTown, username: str) -> int:
    return int(ask(town, "SELECT id FROM staff_accounts WHERE username = :name", name=username)[0][0])


def an_admin(town: MadeTown) -> Visitor:
    return signed_in(town, "admin")


def invite(admin: Visitor, town: MadeTown, **changes: Any) -> tuple[str, int]:
    """Invite Jana Krüger as an editor; her address and the id of her account."""
    email = changes.pop("email", f"jana.krueger@{town.slug}.example")
    admin.get(f"{PEOPLE}/einladen")
    answer = admin.post(
        f"{PEOPLE}/einladen", {"display_name": "Jana Krüger", "email": email, "role": "editor", **changes}
    )
    assert answer.status_code == 303, answer.text[:2000]
    return email, int(re.search(r"/personen/(\d+)", answer.headers["Location"])[1])  # type: ignore[index]


def link_in(mailbox: Mailbox, address: str) -> str:
    """The path of the link in the newest mail to this address."""
    Here.world.work()
    mail = mailbox.to(address)[-1]
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.search(r"http://[^/\s]+(/(?:einladung|passwort)/\w+)", body.get_content())
    assert found is not None, body.get_content()
    return found.group(1)


def set_password(visitor: Visitor, path: str, password: str = NEW_PASSWORD) -> Any:
    visitor.get(path)
    return visitor.post(path, {"password": password, "password_again": password})


def test_an_invited_person_sets_the_password_and_signs_in(town: MadeTown, mailbox: Mailbox) -> None:
    department = town.town.departments[0]
    admin = an_admin(town)
    email, number = invite(admin, town, role="clerk", departments=str(department.id))
    page = admin.get(f"{PEOPLE}/{number}")
    assert "Die Einladung ist noch nicht angenommen" in page.text
    path = link_in(mailbox, email)
    (mail,) = mailbox.to(email)
    assert mail["Subject"] == f"Maerker {town.town.name}: Ihre Einladung"
    jana = a_visitor(town)
    shown = jana.get(path)
    assert "Willkommen, Jana Krüger" in shown.text
    assert email in shown.text
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    answer = set_password(jana, path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/passwort/gesetzt")
    assert jana.sign_in(email, NEW_PASSWORD).status_code == 303
    inbox = jana.get("/redaktion/")
    assert "Jana Krüger" in inbox.text
    assert "Sachbearbeitung" in inbox.text
    assert jana.get(PEOPLE).status_code == 403
    listed = admin.get(PEOPLE).text
    assert department.name in listed


def test_mail_scanners_spend_nothing_and_the_form_works_once(town: MadeTown, mailbox: Mailbox) -> None:
    email, _ = invite(an_admin(town), town)
    path = link_in(mailbox, email)
    scanner, jana, thief = a_visitor(town), a_visitor(town), a_visitor(town)
    for _ in range(3):
        assert scanner.get(path).status_code == 200
    thief.get(path)
    assert set_password(jana, path).status_code == 303
    assert jana.get(path).status_code == 404
    late = thief.post(path, {"password": "eine andere lange Zeile", "password_again": "eine andere lange Zeile"})
    assert late.status_code == 404
    assert jana.sign_in(email, NEW_PASSWORD).status_code == 303


def test_a_link_of_another_town_an_unknown_one_and_an_old_one_are_the_same_404(
    town: MadeTown, mailbox: Mailbox
) -> None:
    email, number = invite(an_admin(town), town)
    path = link_in(mailbox, email)
    other = a_visitor(a_tenant())
    foreign, unknown = other.get(path), other.get("/einladung/" + "a" * 43)
    ask(town, "UPDATE staff_links SET expires_at = now() - interval '1 second' WHERE account_id = :id", id=number)
    old = a_visitor(town).get(path)
    assert {foreign.status_code, unknown.status_code, old.status_code} == {404}
    assert all("Dieser Link gilt nicht mehr" in page.text for page in (foreign, unknown, old))
    other.get("/passwort")
    assert other.post(path, {"password": NEW_PASSWORD, "password_again": NEW_PASSWORD}).status_code == 404


def test_the_database_holds_no_token(town: MadeTown, mailbox: Mailbox) -> None:
    email, _ = invite(an_admin(town), town)
    token = link_in(mailbox, email).rpartition("/")[2]
    (row,) = ask(town, "SELECT token_hash, seed::text, expires_at - made_at FROM staff_links")
    assert token.encode() not in bytes(row[0])
    assert token not in row[1]
    assert row[2] == timedelta(days=7)


@pytest.mark.parametrize(("password", "again", "sentence"), [
    ("zu kurz", "zu kurz", "mindestens 12 Zeichen"),
    (NEW_PASSWORD, NEW_PASSWORD + "x", "stimmen nicht überein"),
    ("", "", "mindestens 12 Zeichen"),
])
def test_a_password_that_cannot_be_taken_keeps_the_link(
    town: MadeTown, mailbox: Mailbox, password: str, again: str, sentence: str
) -> None:
    email, _ = invite(an_admin(town), town)
    path, jana = link_in(mailbox, email), a_visitor(town)
    jana.get(path)
    refused = jana.post(path, {"password": password, "password_again": again})
    assert refused.status_code == 422
    assert sentence in refused.text
    assert set_password(jana, path).status_code == 303


def test_a_new_invitation_replaces_the_old_one_and_withdrawing_removes_the_account(
    town: MadeTown, mailbox: Mailbox
) -> None:
    admin = an_admin(town)
    email, number = invite(admin, town)
    first = link_in(mailbox, email)
    admin.get(f"{PEOPLE}/{number}")
    assert admin.post(f"{PEOPLE}/{number}/einladung").status_code == 303
    second = link_in(mailbox, email)
    assert first != second
    visitor = a_visitor(town)
    assert visitor.get(first).status_code == 404
    assert visitor.get(second).status_code == 200
    assert "Jana Krüger" in admin.get(f"{PEOPLE}/{number}/einladung/zurueckziehen").text
    assert "zurückgezogen" in admin.get(
        admin.post(f"{PEOPLE}/{number}/einladung/zurueckziehen").headers["Location"]
    ).text
    assert visitor.get(second).status_code == 404
    assert admin.get(f"{PEOPLE}/{number}").status_code == 404
    invite(admin, town, email=email)


def test_a_mail_that_was_refused_is_told_on_the_page(town: MadeTown, mailbox: Mailbox) -> None:
    mailbox.refuse = "550 no such user"
    admin = an_admin(town)
    _, number = invite(admin, town)
    Here.world.work()
    assert "kam nicht an" in admin.get(f"{PEOPLE}/{number}").text
    assert "E-Mail kam nicht an" in admin.get(PEOPLE).text


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"display_name": "  "}, "Bitte geben Sie Vor- und Nachnamen an."),
    ({"email": "keine Adresse"}, "nicht vollständig"),
    ({"email": ""}, "Bitte geben Sie die dienstliche E-Mail-Adresse an."),
    ({"role": "king"}, "Bitte wählen Sie eine Rolle aus."),
    ({"role": ""}, "Bitte wählen Sie eine Rolle aus."),
    ({"departments": "999999999"}, "Diesen Fachbereich gibt es hier nicht."),
    ({"email": "ADMIN2@stadt.example"}, "hat hier schon ein Konto"),
])
def test_a_wrong_invitation_says_what_is_wrong_and_keeps_the_typed_words(
    town: MadeTown, changes: dict[str, str], sentence: str
) -> None:
    admin = an_admin(town)
    invite(admin, town, email="admin2@stadt.example")
    admin.get(f"{PEOPLE}/einladen")
    given = {"display_name": "Über Längste-Name", "email": "neu@stadt.example", "role": "reader", **changes}
    answer = admin.post(f"{PEOPLE}/einladen", given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert given["display_name"].strip() in answer.text
    assert "m-field--error" in answer.text


def test_another_towns_department_and_person_are_not_there(town: MadeTown) -> None:
    other = a_tenant()
    admin = an_admin(town)
    admin.get(f"{PEOPLE}/einladen")
    foreign = {"departments": str(other.town.departments[0].id), "display_name": "A B", "email": "a@b.example"}
    assert admin.post(f"{PEOPLE}/einladen", {**foreign, "role": "clerk"}).status_code == 422
    theirs = account_id(other, "redaktion")
    for path in (f"{PEOPLE}/{theirs}", f"{PEOPLE}/{2**63 - 1}", f"{PEOPLE}/{10**30}", f"{PEOPLE}/{theirs}/sperren"):
        assert admin.get(path).status_code == 404
    for act in ("sperren", "freischalten", "abmelden", "einladung", "einladung/zurueckziehen"):
        admin.get(PEOPLE)
        assert admin.post(f"{PEOPLE}/{theirs}/{act}").status_code == 404
    assert ask(other, "SELECT count(*) FROM staff_accounts WHERE disabled_at IS NOT NULL")[0][0] == 0


def change(admin: Visitor, number: int, **changes: Any) -> Any:
    page = admin.get(f"{PEOPLE}/{number}").text
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    return admin.post(f"{PEOPLE}/{number}", {"seen": seen[1], **changes})


def test_a_changed_role_counts_from_the_next_click(town: MadeTown) -> None:
    admin, editor = an_admin(town), an_editor(town)
    number = account_id(town, "redaktion")
    assert editor.get("/redaktion/alle").status_code == 200
    answer = change(admin, number, display_name="Rita Noack-Kramer", email="r@n.example", role="admin")
    assert answer.status_code == 303
    assert "Angaben zu einer Person sind geändert" in admin.get(answer.headers["Location"]).text
    assert editor.get(PEOPLE).status_code == 200
    assert "Rita Noack-Kramer" in editor.last.text  # type: ignore[union-attr]
    change(admin, number, display_name="Rita Noack", email="r@n.example", role="reader")
    assert editor.get(PEOPLE).status_code == 403


def test_departments_of_a_person_are_added_and_removed_one_by_one(town: MadeTown) -> None:
    admin, number = an_admin(town), account_id(town, "tiefbau")
    roads, green = (item.id for item in sorted(town.town.departments, key=lambda item: item.short_name, reverse=True))
    ask(town, "UPDATE staff_memberships SET away_from = '2026-12-01', away_until = '2026-12-05'")
    values = {"display_name": "Torsten Kubitz", "email": "t@k.example", "role": "clerk"}
    assert change(admin, number, **values, departments=[str(roads), str(green)]).status_code == 303
    rows = ask(town, "SELECT department_id, away_from IS NOT NULL FROM staff_memberships ORDER BY 1")
    assert {row[0]: row[1] for row in rows} == {roads: True, green: False}
    assert change(admin, number, **values).status_code == 303
    assert ask(town, "SELECT * FROM staff_memberships") == []


def test_of_two_admins_at_one_person_the_slower_sees_both_versions(town: MadeTown) -> None:
    admin, number = an_admin(town), account_id(town, "rat")
    page = admin.get(f"{PEOPLE}/{number}").text
    seen = re.search(r'name="seen" value="(\w+)"', page)[1]  # type: ignore[index]
    change(signed_in(town, "admin"), number, display_name="Ruth Schulze-Lange", email="a@b.example", role="reader")
    slow = {"seen": seen, "display_name": "Ruth Meier", "email": "c@d.example", "role": "reader"}
    answer = admin.post(f"{PEOPLE}/{number}", slow)
    assert answer.status_code == 409
    assert "Ruth Schulze-Lange" in answer.text
    assert 'value="Ruth Meier"' in answer.text
    fresh = re.search(r'name="seen" value="(\w+)"', answer.text)[1]  # type: ignore[index]
    assert admin.post(f"{PEOPLE}/{number}", {**slow, "seen": fresh}).status_code == 303
    assert ask(town, "SELECT display_name FROM staff_accounts WHERE id = :id", id=number)[0][0] == "Ruth Meier"


def test_a_disabled_account_is_out_at_once_and_comes_back(town: MadeTown) -> None:
    admin, editor, number = an_admin(town), an_editor(town), account_id(town, "redaktion")
    assert "Rita Noack" in admin.get(f"{PEOPLE}/{number}/sperren").text
    answer = admin.post(f"{PEOPLE}/{number}/sperren")
    assert "Ein Konto ist gesperrt" in admin.get(answer.headers["Location"]).text
    assert editor.get("/redaktion/").status_code == 303
    assert a_visitor(town).sign_in("redaktion", PASSWORD).status_code == 422
    admin.get(f"{PEOPLE}/{number}")
    assert admin.post(f"{PEOPLE}/{number}/freischalten").status_code == 303
    assert a_visitor(town).sign_in("redaktion", PASSWORD).status_code == 303


def test_signing_someone_out_everywhere(town: MadeTown) -> None:
    admin, at_home, at_work = an_admin(town), an_editor(town), an_editor(town)
    number = account_id(town, "redaktion")
    page = admin.get(f"{PEOPLE}/{number}").text
    assert "Überall abmelden" in page
    answer = admin.post(f"{PEOPLE}/{number}/abmelden")
    assert "Eine Person ist überall abgemeldet." in admin.get(answer.headers["Location"]).text
    assert {at_home.get("/redaktion/").status_code, at_work.get("/redaktion/").status_code} == {303}
    assert a_visitor(town).sign_in("redaktion", PASSWORD).status_code == 303


def test_the_last_admin_stays(town: MadeTown) -> None:
    admin, number = an_admin(town), account_id(town, "admin")
    answer = change(admin, number, display_name="Ada Lehmann", email="a@l.example", role="reader")
    assert answer.status_code == 422
    assert "das letzte Konto" in answer.text
    with Here.world.scope(town.tenant_id), pytest.raises(Invalid):
        actions.disable_account(number, by=an_actor_who_manages(), at=now())
    admin.get(PEOPLE)
    assert admin.post(f"{PEOPLE}/{number}/sperren").status_code == 422
    assert admin.get(PEOPLE).status_code == 200


def an_actor_who_manages() -> Any:
    return an_actor("Ada Lehmann")


def test_two_admins_who_disable_each_other_at_the_same_moment_leave_one(town: MadeTown) -> None:
    other = account_id(town, "redaktion")
    ask(town, "UPDATE staff_accounts SET role = 'admin' WHERE id = :id", id=other)
    first = account_id(town, "admin")

    def disable(number: int) -> bool:
        try:
            with Here.world.scope(town.tenant_id):
                actions.disable_account(number, by=an_actor_who_manages(), at=now())
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        done = list(both.map(disable, (first, other)))
    assert sorted(done) == [False, True]
    left = ask(town, "SELECT count(*) FROM staff_accounts WHERE role = 'admin' AND disabled_at IS NULL")
    assert left[0][0] == 1


def test_nobody_grants_more_than_they_hold(town: MadeTown) -> None:
    from maerker.audit.actor import Actor
    from maerker.errors import NotAllowed
    from tenants.reports.permissions import permissions_of

    editor = Actor(kind="staff", id=None, name="Rita", permissions=permissions_of("editor", trained=True))
    admin_untrained = Actor(kind="staff", id=None, name="Ada", permissions=permissions_of("admin", trained=False))
    with Here.world.scope(town.tenant_id):
        number = account_id_here("rat")
        at = queries.person(number, now())
        seen = actions.mark_of(at.display_name, at.email, at.role, at.department_ids)
        with pytest.raises(NotAllowed):
            actions.change_account(
                number, display_name="Ruth", email="r@s.example", role=Role.admin, departments=(), seen=seen, by=editor,
                at=now(),
            )
        with pytest.raises(NotAllowed):
            actions.disable_account(account_id_here("admin"), by=editor, at=now())
        changed = actions.change_account(
            number, display_name="Ruth", email="r@s.example", role=Role.admin, departments=(), seen=seen,
            by=admin_untrained, at=now(),
        )
        assert changed.role is Role.admin


def account_id_here(username: str) -> int:
    return int(session().scalar(text("SELECT id FROM staff_accounts WHERE username = :name"), {"name": username}) or 0)


def test_training_is_shown_and_not_edited_here(town: MadeTown) -> None:
    admin, number = an_admin(town), account_id(town, "rat")
    page = admin.get(f"{PEOPLE}/{number}").text
    assert "noch nicht geschult" in page
    assert "trained_on" not in page
    change(admin, number, display_name="Ruth Schulze", email="r@s.example", role="editor", trained_on="2026-01-01")
    assert ask(town, "SELECT trained_on FROM staff_accounts WHERE id = :id", id=number)[0][0] is None


def test_a_page_of_people_asks_the_same_for_ten_and_for_a_hundred(town: MadeTown) -> None:
    admin = an_admin(town)
    admin.get(PEOPLE)
    with counted() as few:
        admin.get(PEOPLE)
    with Here.world.scope(town.tenant_id):
        for n in range(100):
            actions.create_account(
                username=f"person-{n}", display_name=f"Person {n}", role=Role.clerk, by=an_actor(), at=now(),
                departments=[town.town.departments[0].id] if n == 0 else (),
            )
    with counted() as many:
        assert "Person 99" in admin.get(PEOPLE).text
    assert many.number == few.number


def test_days_until_an_unused_account_ends(town: MadeTown) -> None:
    admin = an_admin(town)
    admin.get(f"{PEOPLE}/dauer")
    version = town.town.profile["version"]
    wrong = admin.post(f"{PEOPLE}/dauer", {"account_idle_days": "7", "version": version})
    assert wrong.status_code == 422
    assert "Möglich sind 30 bis 1.095 Tage." in wrong.text
    answer = admin.post(f"{PEOPLE}/dauer", {"account_idle_days": "90", "version": version})
    assert "nach 90 Tagen" in admin.get(answer.headers["Location"]).text
    stale = admin.post(f"{PEOPLE}/dauer", {"account_idle_days": "60", "version": version})
    assert stale.status_code == 409
    assert 'value="60"' in stale.text


def test_a_form_without_its_token_keeps_the_words(town: MadeTown) -> None:
    admin = an_admin(town)
    answer = admin.post(
        f"{PEOPLE}/einladen",
        {"csrf_token": "", "display_name": "Jana Krüger", "email": "j@k.example", "role": "reader"},
    )
    assert answer.status_code == 400
    assert 'value="Jana Krüger"' in answer.text
    assert ask(town, "SELECT count(*) FROM staff_links")[0][0] == 0


def test_a_town_that_only_prepares_its_start_invites_its_people(mailbox: Mailbox) -> None:
    town = a_tenant(state=TenantState.joining)
    email, _ = invite(signed_in(town, "admin"), town)
    jana = a_visitor(town)
    assert jana.get("/").status_code == 404
    assert set_password(jana, link_in(mailbox, email)).status_code == 303
    assert jana.sign_in(email, NEW_PASSWORD).status_code == 303


def test_an_account_without_an_address_is_not_invited(town: MadeTown) -> None:
    ask(town, "UPDATE staff_accounts SET password_hash = '' WHERE username = 'rat'")
    admin, number = an_admin(town), account_id(town, "rat")
    assert "Noch nicht eingeladen" in admin.get(f"{PEOPLE}/{number}").text
    refused = admin.post(f"{PEOPLE}/{number}/einladung")
    assert refused.status_code == 422
    assert "fehlt die E-Mail-Adresse" in refused.text


def test_a_closed_department_is_offered_to_nobody_but_those_who_have_it(town: MadeTown) -> None:
    roads = next(item for item in town.town.departments if item.short_name == "Tiefbau")
    ask(town, "UPDATE departments SET closed_at = now() WHERE id = :id", id=roads.id)
    ask(town, "SELECT raise_config_version()")
    admin = an_admin(town)
    assert roads.name not in admin.get(f"{PEOPLE}/einladen").text
    assert roads.name in admin.get(f"{PEOPLE}/{account_id(town, 'tiefbau')}").text
    assert roads.name not in admin.get(f"{PEOPLE}/{account_id(town, 'rat')}").text


def test_a_training_does_not_go_to_the_next_person_with_the_account(town: MadeTown) -> None:
    admin, number = an_admin(town), account_id(town, "redaktion")
    trained = "SELECT trained_on IS NOT NULL FROM staff_accounts WHERE id = :id"
    assert ask(town, trained, id=number) == [(True,)]

    def rename(email: str) -> None:
        seen = re.search(r'name="seen" value="([0-9a-f]+)"', admin.get(f"{PEOPLE}/{number}").text)
        assert seen
        answer = admin.post(f"{PEOPLE}/{number}", {
            "display_name": "Ursel Neu", "email": email, "role": "editor", "seen": seen[1]})
        assert answer.status_code == 303, answer.text

    ask(town, "UPDATE staff_accounts SET email = 'redaktion@stadt.example' WHERE id = :id", id=number)
    rename("redaktion@stadt.example")
    assert ask(town, trained, id=number) == [(True,)], "a corrected name is the same person"
    assert "Schulung gilt" in admin.get(f"{PEOPLE}/{number}").text
    rename("ursel@neu.example")
    assert ask(town, trained, id=number) == [(False,)]
