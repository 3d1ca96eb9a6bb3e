"""Fachbereiche in the office, as an admin sets them up in the browser."""

import pytest
from sqlalchemy import text

from maerker.database.base import session
from tenants.reports.status import Verb
from tests.makers import (
    Here,
    MadeTown,
    a_clerk,
    a_published_report,
    a_report,
    a_tenant,
    an_editor,
    move,
    report_row,
    signed_in,
)
from tests.tenants.admin.office import after, department_id, version_on, words
from tests.world import Mailbox

LIST = "/verwaltung/fachbereiche"


def test_a_department_is_added_changed_and_known_to_the_desk_at_once(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    admin.get(f"{LIST}/neu")
    said = after(admin, admin.post(f"{LIST}/neu", {
        "name": "Umwelt", "short_name": "FB 72", "mailbox": f"umwelt@{town.slug}.example",
        "parent_id": str(department_id(town, "Grün")),
    }))
    assert "„Umwelt“ ist angelegt" in said
    made = department_id(town, "FB 72")
    number = a_report(town)
    assert "Umwelt" in an_editor(town).get(f"/redaktion/{number}/assign").text
    version = version_on(admin.get(f"{LIST}/{made}"))
    said = after(admin, admin.post(f"{LIST}/{made}", {
        "name": "Umwelt und Klima", "short_name": "FB 72", "mailbox": "", "parent_id": "", "version": version,
    }))
    assert "Ohne Funktionspostfach erfährt der Fachbereich nichts" in said
    assert "Umwelt und Klima" in words(admin.get(LIST))
    assert "Umwelt und Klima“ ist gespeichert" in words(admin.get("/verwaltung/"))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Bitte geben Sie den Namen des Fachbereichs an."),
        ("name", "tiefbau und straßen", "Einen Fachbereich mit diesem Namen gibt es schon."),
        ("mailbox", "tiefbau-at-stadt", "Bitte prüfen Sie die Adresse."),
        ("parent_id", "99999999999999999999999", "Bitte wählen Sie aus der Liste."),
        ("parent_id", "7" * 18, "Diesen Fachbereich gibt es nicht mehr."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_the_field_and_nothing_typed_is_lost(
    town: MadeTown, field: str, value: str, sentence: str
) -> None:
    admin = signed_in(town, "admin")
    admin.get(f"{LIST}/neu")
    typed = {"name": "Umwelt", "short_name": "Amt für Umweltschutz", field: value}
    answer = admin.post(f"{LIST}/neu", typed)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="Amt für Umweltschutz"' in answer.text
    assert len(town.town.departments) == 2


def test_a_department_is_never_under_one_of_its_own_parts(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    above, below = department_id(town, "Tiefbau"), department_id(town, "Grün")
    version = version_on(admin.get(f"{LIST}/{below}"))
    typed = {"name": "Grün und Ordnung", "short_name": "Grün", "version": version, "parent_id": str(above)}
    after(admin, admin.post(f"{LIST}/{below}", typed))
    version = version_on(admin.get(f"{LIST}/{above}"))
    for parent in (above, below):
        answer = admin.post(f"{LIST}/{above}", {
            "name": "Tiefbau und Straßen", "short_name": "Tiefbau", "version": version, "parent_id": str(parent),
        })
        assert answer.status_code == 422
        assert "nicht sich selbst oder einem seiner eigenen Teile" in words(answer)


def test_the_second_of_two_admins_sees_both_versions(town: MadeTown) -> None:
    first, second = signed_in(town, "admin"), signed_in(town, "admin")
    here = f"{LIST}/{department_id(town, 'Tiefbau')}"
    version = version_on(first.get(here))
    second.get(here)
    after(first, first.post(here, {"name": "Tiefbauamt", "short_name": "Tiefbau", "version": version}))
    answer = second.post(here, {"name": "Straßenbau", "short_name": "Tiefbau", "version": version})
    assert answer.status_code == 409
    assert "Jetzt gespeichert Tiefbauamt" in words(answer)
    assert "Ihre Fassung Straßenbau" in words(answer)
    fresh = version_on(answer)
    assert "„Straßenbau“ ist gespeichert" in after(
        second, second.post(here, {"name": "Straßenbau", "short_name": "Tiefbau", "version": fresh})
    )


def test_a_department_in_use_closes_with_a_successor_who_takes_over_everything(town: MadeTown) -> None:
    admin, closed, heir = signed_in(town, "admin"), department_id(town, "Tiefbau"), department_id(town, "Grün")
    open_one, old_one = a_published_report(town), a_published_report(town)
    for number in (open_one, old_one):
        move(town, number, Verb.accept, department_id=closed)
    move(town, old_one, Verb.finish, public_text="Das Loch ist zu.")
    here = f"{LIST}/{closed}/schliessen"
    version = version_on(admin.get(here))
    refused = admin.post(here, {"version": version, "successor_id": ""})
    assert refused.status_code == 422
    assert "Bitte wählen Sie, wer die Aufgaben übernimmt" in words(refused)
    said = after(admin, admin.post(here, {"version": version, "successor_id": str(heir)}))
    assert "„Grün und Ordnung“ hat übernommen: 1 offenen Hinweis, 2 Kategorien, 1 Mitglied." in said
    assert town.town.usual_department("roads", "").id == heir  # type: ignore[union-attr]
    with Here.world.scope(town.tenant_id):
        assert report_row(open_one).department_id == heir
        assert report_row(old_one).department_id == closed
    page = words(a_clerk(town).get(f"/redaktion/{open_one}"))
    assert "„Tiefbau und Straßen“ ist geschlossen." in page
    assert "Tiefbau und Straßen" in words(an_editor(town).get(f"/redaktion/{old_one}"))


def test_a_closed_department_is_asked_no_more_and_can_be_opened_again(town: MadeTown, mailbox: Mailbox) -> None:
    admin, closed, heir = signed_in(town, "admin"), department_id(town, "Tiefbau"), department_id(town, "Grün")
    number, editor = a_published_report(town), an_editor(town)
    move(town, number, Verb.accept, department_id=closed)
    mailbox.mails.clear()
    here = f"{LIST}/{closed}"
    version = version_on(admin.get(f"{here}/schliessen"))
    after(admin, admin.post(f"{here}/schliessen", {"version": version, "successor_id": str(heir)}))
    Here.world.work()
    assert not mailbox.to(f"tiefbau@{town.slug}.example")
    assert mailbox.to(f"gruen@{town.slug}.example")
    late = editor.get(f"/redaktion/{number}/assign")
    assert f'value="{closed}"' not in late.text
    refused = editor.post(f"/redaktion/{number}/assign", {"department_id": str(closed), "version": version_on(late)})
    assert refused.status_code == 422
    version = version_on(admin.get(here))
    assert "ist wieder offen" in after(admin, admin.post(f"{here}/oeffnen", {"version": version}))
    assert f'value="{closed}"' in editor.get(f"/redaktion/{number}/assign").text


def test_only_what_was_never_used_can_be_deleted(town: MadeTown) -> None:
    admin, used = signed_in(town, "admin"), department_id(town, "Tiefbau")
    assert admin.get(f"{LIST}/{used}/loeschen").status_code == 404
    admin.get(LIST)
    assert admin.post(f"{LIST}/{used}/loeschen", {"version": "1"}).status_code == 422
    admin.get(f"{LIST}/neu")
    after(admin, admin.post(f"{LIST}/neu", {"name": "Vertippt", "short_name": "X"}))
    slip = department_id(town, "X")
    version = version_on(admin.get(f"{LIST}/{slip}/loeschen"))
    assert "„Vertippt“ ist gelöscht." in after(admin, admin.post(f"{LIST}/{slip}/loeschen", {"version": version}))
    assert len(town.town.departments) == 2


def test_a_form_that_was_not_ours_is_shown_again_with_its_words(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    answer = admin.post(f"{LIST}/neu", {"name": "Umwelt und Klima", "csrf_token": "falsch"})
    assert answer.status_code == 400
    assert 'value="Umwelt und Klima"' in answer.text
    assert len(town.town.departments) == 2


def test_another_towns_department_is_the_same_404_as_none(town: MadeTown) -> None:
    admin, foreign = signed_in(town, "admin"), department_id(a_tenant(), "Tiefbau")
    admin.get("/verwaltung/")
    for path in ("", "/schliessen", "/loeschen"):
        theirs, none = admin.get(f"{LIST}/{foreign}{path}"), admin.get(f"{LIST}/{2**62}{path}")
        assert theirs.status_code == none.status_code == 404
    own = {"name": "Fremd", "version": "1", "successor_id": str(department_id(town, "Grün"))}
    for path in ("", "/schliessen", "/oeffnen", "/loeschen", "/mitglieder"):
        admin.get(LIST)
        assert admin.post(f"{LIST}/{foreign}{path}", own).status_code == 404
    admin.get(LIST)
    as_parent = admin.post(f"{LIST}/neu", {"name": "Fremd", "parent_id": str(foreign)})
    assert as_parent.status_code == 422
    heir = admin.post(f"{LIST}/{department_id(town, 'Tiefbau')}/schliessen", {"version": "1", "successor_id": foreign})
    assert heir.status_code == 422


def test_the_confirmation_says_what_i_did_and_never_what_someone_else_did(town: MadeTown) -> None:
    admin, other = signed_in(town, "admin"), signed_in(town, "admin")
    admin.get(f"{LIST}/neu")
    answer = admin.post(f"{LIST}/neu", {"name": "Umwelt", "short_name": "FB 72"})
    number = answer.headers["Location"].split("getan=")[1]
    assert "Gespeichert" in words(other.get(f"{LIST}?getan={number}"))  # the same person at another device
    for nonsense in ("", "x", "9" * 30, "-1", str(int(number) + 1000)):
        assert "Gespeichert" not in words(admin.get(f"{LIST}?getan={nonsense}"))
    with Here.world.scope(town.tenant_id):
        session().execute(text(
            "INSERT INTO staff_audit (act, details) VALUES ('department_added', '{\"name\": \"Fremdes\"}')"
        ))
        foreign = session().execute(text("SELECT max(id) FROM staff_audit")).scalar_one()
    assert "Fremdes" not in words(admin.get(f"{LIST}?getan={foreign}"))
