"""The check before the start: each point, missing and met, as the town and as the operator's role ask."""

from typing import Any

import pytest
from sqlalchemy import text

from maerker.database.base import session
from tenants.profile.check import Severity, findings
from tests.makers import Here, MadeTown, a_tenant, signed_in

READY = {
    "head_title": "Bürgermeisterin E. Muster", "privacy_contact": "Datenschutzbeauftragte",
    "texts": {"before_form": "Bitte keine Namen."}, "arms_svg": "<svg/>",
}


@pytest.fixture
def ready() -> MadeTown:
    """A town with nothing missing."""
    town = a_tenant(profile=READY)
    change(town, "UPDATE categories SET department_id = (SELECT min(id) FROM departments)")
    change(town, "INSERT INTO staff_memberships (account_id, department_id) SELECT a.id, d.id FROM staff_accounts a,"
                 " departments d WHERE a.role = 'clerk' ON CONFLICT DO NOTHING")
    return town


def change(town: MadeTown, statement: str) -> None:
    with Here.world.scope(town.tenant_id):
        session().execute(text(statement))


def missing(town: MadeTown, app: str = "town", **options: Any) -> set[str]:
    with Here.world.scope(town.tenant_id, app=app):
        return {item.key for item in findings(**options) if not item.ok}


def test_a_department_in_which_nobody_could_look_is_said_and_stops_nothing(ready: MadeTown) -> None:
    change(ready, "DELETE FROM staff_memberships")
    assert missing(ready) == {"department_members"}
    with Here.world.scope(ready.tenant_id):
        assert {item.severity for item in findings() if not item.ok} == {Severity.advice}


def test_a_complete_town_is_ready(ready: MadeTown) -> None:
    assert missing(ready) == set()
    assert missing(ready, trained_needed=3) == {"trained_editors"}


@pytest.mark.parametrize(("statement", "key", "words"), [
    ("UPDATE departments SET mailbox = '' WHERE short_name = 'Grün'", "department_mailboxes", "Grün und Ordnung"),
    ("UPDATE categories SET department_id = NULL WHERE key = 'waste'", "category_departments", "Abfall"),
    ("UPDATE categories SET active = false", "categories", "Keine Kategorie"),
    ("UPDATE places SET closed_at = now()", "places", "Ortsteil"),
    ("UPDATE staff_accounts SET disabled_at = now() WHERE role = 'admin'", "admin", "eigenem Passwort"),
    ("UPDATE staff_accounts SET password_hash = '' WHERE role = 'admin'", "admin", "eigenem Passwort"),
    ("UPDATE staff_accounts SET trained_on = NULL WHERE role = 'editor'", "trained_editors", "1 von 2"),
    ("UPDATE profiles SET editors_mailbox = ''", "editors_mailbox", "Postfach der Redaktion"),
    ("UPDATE profiles SET head_title = ''", "imprint", "Vertretung"),
    ("UPDATE profiles SET privacy_contact = ''", "privacy_contact", "Art. 13"),
    ("UPDATE profiles SET texts = '{}'", "texts", "zentralen Texte"),
    ("UPDATE profiles SET arms_svg = ''", "arms", "Wappen"),
])
def test_what_is_missing_is_found_and_named(ready: MadeTown, statement: str, key: str, words: str) -> None:
    change(ready, statement)
    with Here.world.scope(ready.tenant_id):
        found = next(item for item in findings() if item.key == key)
    assert not found.ok
    assert words in found.sentence
    assert found.severity is (Severity.advice if key in ("texts", "arms") else Severity.stops)
    assert key in missing(ready, app="console")


def test_a_closed_department_needs_no_mailbox(ready: MadeTown) -> None:
    change(ready, "UPDATE departments SET mailbox = '', closed_at = now() WHERE short_name = 'Tiefbau'")
    assert "department_mailboxes" not in missing(ready)


def test_a_town_without_a_boundary(ready: MadeTown) -> None:
    with Here.world.no_scope("console"):
        session().execute(text(
            "DELETE FROM municipality_rings WHERE area_id IN (SELECT id FROM municipality_areas WHERE"
            " municipality_id = :id)"), {"id": ready.municipality_id})
        session().execute(
            text("DELETE FROM municipality_areas WHERE municipality_id = :id"), {"id": ready.municipality_id}
        )
    assert missing(ready) == {"boundary"}


def test_many_names_are_counted_and_not_listed(ready: MadeTown) -> None:
    change(ready, "UPDATE categories SET department_id = NULL")
    with Here.world.scope(ready.tenant_id):
        found = next(item for item in findings() if item.key == "category_departments")
    assert "weitere" in found.sentence


def test_the_page_says_what_is_open_and_leads_there(ready: MadeTown) -> None:
    admin = signed_in(ready, "admin")
    assert "Es ist alles eingerichtet" in admin.get("/verwaltung/pruefung").text
    change(ready, "UPDATE profiles SET privacy_contact = '', arms_svg = ''")
    page = admin.get("/verwaltung/pruefung").text
    assert "1 Punkt ist noch offen" in page
    assert 'href="/verwaltung/impressum"' in page
    assert "Empfohlen" in page


def test_every_point_leads_to_a_page_of_the_office(ready: MadeTown) -> None:
    app = Here.world.platform.app("town")
    with Here.world.scope(ready.tenant_id):
        assert {item.where for item in findings()} <= set(app.view_functions)
