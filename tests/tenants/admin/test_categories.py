"""Kategorien in the office: on and off, order, hint, department, exceptions by Ortsteil; and what the desk proposes."""

import re

import pytest
from sqlalchemy import text

from maerker.database.base import session
from tests.makers import (
    Here,
    MadeTown,
    a_published_report,
    a_report,
    a_tenant,
    a_visitor,
    an_editor,
    signed_in,
)
from tests.tenants.admin.office import after, department_id, version_on, words
from tests.world import Mailbox, Visitor

LIST = "/verwaltung/kategorien"


def place_id(town: MadeTown, name: str) -> int:
    with Here.world.scope(town.tenant_id):
        return int(session().execute(text("SELECT id FROM places WHERE name = :name"), {"name": name}).scalar_one())


def save(admin: Visitor, key: str, **typed: str) -> str:
    version = version_on(admin.get(f"{LIST}/{key}"))
    return after(admin, admin.post(f"{LIST}/{key}", {"version": version, "active": "1", **typed}))


def proposed(town: MadeTown, number: str) -> str:
    """The department that the desk's form has chosen already."""
    page = an_editor(town).get(f"/redaktion/{number}/assign").text
    found = re.search(r'<option value="\d+" selected>([^<]+)<', page)
    return found.group(1) if found else ""


def test_hint_and_department_are_changed_and_seen_by_citizens_at_once(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    said = save(admin, "vandalism", hint="Graffiti am Rathaus", department_id=str(department_id(town, "Grün")))
    assert "„Vandalismus“ ist gespeichert. Gefragt wird: Grün und Ordnung." in said
    assert town.town.category("vandalism").hint == "Graffiti am Rathaus"  # type: ignore[union-attr]
    assert proposed(town, a_report(town, category="vandalism")) == "Grün und Ordnung"


def test_a_category_is_switched_off_for_new_reports_alone(town: MadeTown) -> None:
    admin, number = signed_in(town, "admin"), a_published_report(town)
    said = save(admin, "roads", active="")
    assert "steht nicht mehr im Formular. Hinweise, die es schon gibt, werden weiter bearbeitet." in said
    assert 'value="roads"' not in a_visitor(town).get("/hinweise/neu").text
    assert a_visitor(town).get(f"/hinweise/{number}").status_code == 200
    assert an_editor(town).get(f"/redaktion/{number}").status_code == 200
    from maerker.errors import Invalid

    with pytest.raises(Invalid):
        a_report(town)
    assert "steht jetzt im Formular" in save(admin, "roads")
    assert a_report(town)


def test_the_last_category_stays(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id):
        session().execute(text("UPDATE categories SET active = (key = 'roads')"))
    admin = signed_in(town, "admin")
    version = version_on(admin.get(f"{LIST}/roads"))
    answer = admin.post(f"{LIST}/roads", {"version": version, "hint": "Schlaglöcher"})
    assert answer.status_code == 422
    assert "Mindestens eine Kategorie muss angeboten werden." in words(answer)
    assert "Schlaglöcher" in answer.text


def test_the_order_is_changed_by_buttons_and_by_a_whole_list(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    before = [item.key for item in town.town.categories]
    admin.get(LIST)
    said = after(admin, admin.post(f"{LIST}/reihenfolge", {"down": before[0]}))
    assert "steht jetzt an Stelle 2" in said
    assert [item.key for item in town.town.categories] == [before[1], before[0], *before[2:]]
    after(admin, admin.post(f"{LIST}/reihenfolge", {"up": before[0]}))
    after(admin, admin.post(f"{LIST}/reihenfolge", {"up": before[0]}))  # at the top already: it stays
    assert [item.key for item in town.town.categories] == before
    backwards = [*reversed(before[1:]), "gibt_es_nicht", before[-1]]  # one is missing, one is unknown, one twice
    assert "Die neue Reihenfolge" in after(admin, admin.post(f"{LIST}/reihenfolge", {"key": backwards}))
    assert [item.key for item in town.town.categories] == [*reversed(before[1:]), before[0]]


def test_a_category_that_came_to_the_catalogue_later_is_taken_over(town: MadeTown) -> None:
    with Here.world.scope(town.tenant_id):
        session().execute(text("DELETE FROM categories WHERE key = 'winter'"))
    admin = signed_in(town, "admin")
    assert "Weitere aus dem landesweiten Katalog" in words(admin.get(LIST))
    assert "„Winterdienst“ ist übernommen." in after(admin, admin.post(f"{LIST}/uebernehmen", {"key": "winter"}))
    assert not town.town.category("winter").active  # type: ignore[union-attr]
    assert "Weitere aus dem landesweiten Katalog" not in words(admin.get(LIST))
    assert admin.post(f"{LIST}/uebernehmen", {"key": "ufo"}).status_code == 404


def test_an_ortsteil_can_ask_another_department(town: MadeTown, mailbox: Mailbox) -> None:
    admin, green = signed_in(town, "admin"), department_id(town, "Grün")
    admin.get(f"{LIST}/roads")
    said = after(admin, admin.post(f"{LIST}/roads/ausnahmen", {
        "place_id": str(place_id(town, "Sandow")), "route_department_id": str(green),
    }))
    assert "Hinweise „Straßen und Wege“ aus Sandow gehen jetzt an: Grün und Ordnung." in said
    there, elsewhere = a_report(town, district="Sandow"), a_report(town, district="Mitte")
    assert (proposed(town, there), proposed(town, elsewhere)) == ("Grün und Ordnung", "Tiefbau und Straßen")
    Here.world.work()
    told = {number: mail for mail in mailbox.to(f"redaktion@{town.slug}.example") for number in (there, elsewhere)
            if number in str(mail["Subject"])}
    assert "Grün und Ordnung" in told[there].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Tiefbau und Straßen" in told[elsewhere].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    admin.get(f"{LIST}/roads")
    gone = admin.post(f"{LIST}/roads/ausnahmen/{place_id(town, 'Sandow')}/entfernen")
    assert "gilt nicht mehr" in after(admin, gone)
    assert proposed(town, there) == "Tiefbau und Straßen"


def test_the_routes_go_from_the_narrowest_to_the_widest(town: MadeTown) -> None:
    roads, green = department_id(town, "Tiefbau"), department_id(town, "Grün")
    with Here.world.scope(town.tenant_id):
        session().execute(text("UPDATE places SET department_id = :id WHERE name = 'Sandow'"), {"id": green})
    own = town.town
    assert own.usual_department("roads", "Sandow").id == green  # type: ignore[union-attr]
    assert own.usual_department("roads", "Mitte").id == roads  # type: ignore[union-attr]
    assert own.usual_department("vandalism", "Sandow").id == green  # type: ignore[union-attr]
    assert own.usual_department("vandalism", "Mitte") is None
    with Here.world.scope(town.tenant_id):
        session().execute(text(
            "INSERT INTO category_routes (category_key, place_id, department_id)"
            " SELECT 'roads', id, :id FROM places WHERE name = 'Sandow'"
        ), {"id": roads})
    assert town.town.usual_department("roads", "Sandow").id == roads  # type: ignore[union-attr]


def test_what_is_missing_in_an_exception_is_said(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    admin.get(f"{LIST}/roads")
    typed = {"place_id": str(place_id(town, "Mitte")), "route_department_id": ""}
    answer = admin.post(f"{LIST}/roads/ausnahmen", typed)
    assert answer.status_code == 422
    assert "Fachbereich: Bitte wählen Sie aus der Liste." in words(answer)
    assert f'<option value="{place_id(town, "Mitte")}" selected>' in answer.text


def test_two_admins_at_one_category(town: MadeTown) -> None:
    first, second = signed_in(town, "admin"), signed_in(town, "admin")
    version = version_on(first.get(f"{LIST}/roads"))
    second.get(f"{LIST}/roads")
    after(first, first.post(f"{LIST}/roads", {"version": version, "active": "1", "hint": "Löcher"}))
    answer = second.post(f"{LIST}/roads", {"version": version, "active": "1", "hint": "Platten"})
    assert answer.status_code == 409
    assert "Jetzt gespeichert Löcher Ihre Fassung Platten" in words(answer)


def test_another_towns_ortsteil_and_department_are_refused(town: MadeTown) -> None:
    other, admin = a_tenant(), signed_in(town, "admin")
    admin.get(f"{LIST}/roads")
    own_place, own_department = place_id(town, "Mitte"), department_id(town, "Grün")
    for place, department in (
        (place_id(other, "Mitte"), own_department), (own_place, department_id(other, "Grün")),
    ):
        answer = admin.post(f"{LIST}/roads/ausnahmen", {
            "place_id": str(place), "route_department_id": str(department),
        })
        assert answer.status_code == 422
    admin.get(LIST)
    assert admin.post(f"{LIST}/roads/ausnahmen/{place_id(other, 'Mitte')}/entfernen").status_code == 404
    assert admin.get(f"{LIST}/gibt_es_nicht").status_code == 404
