"""Ortsteile in the office: names in both languages, order, own department; used ones are closed, never deleted."""

import pytest
from sqlalchemy import text

from maerker.database.base import session
from maerker.errors import Invalid
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant, a_visitor, signed_in
from tests.tenants.admin.office import after, department_id, version_on, words
from tests.tenants.admin.test_categories import place_id, proposed

LIST = "/verwaltung/ortsteile"


def test_an_ortsteil_is_added_with_both_names_and_can_be_chosen(town: MadeTown) -> None:
    admin = signed_in(town, "admin")
    admin.get(f"{LIST}/neu")
    said = after(admin, admin.post(f"{LIST}/neu", {
        "name": "Ströbitz", "name_dsb": "Strobice", "lat": "51,7601", "lon": "14.3",
        "department_id": str(department_id(town, "Grün")),
    }))
    assert "„Ströbitz“ steht jetzt in der Auswahl des Formulars." in said
    made = town.town.place("Ströbitz")
    assert made is not None
    assert (made.name_dsb, made.lat, made.lon) == ("Strobice", 51.7601, 14.3)
    assert [place.name for place in town.town.places] == ["Mitte", "Sandow", "Ströbitz"]
    assert proposed(town, a_report(town, district="Ströbitz")) == "Grün und Ordnung"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Bitte geben Sie den Namen an."),
        ({"name": "sandow"}, "Diesen Namen gibt es schon."),
        ({"name": "Ost", "lat": "51,7"}, "Der Punkt ist unvollständig."),
        ({"name": "Ost", "lat": "hier", "lon": "14"}, "Bitte geben Sie Grad mit Nachkommastellen an"),
        ({"name": "Ost", "lat": "nan", "lon": "14"}, "Diesen Punkt gibt es nicht."),
        ({"name": "Ost", "lat": "95", "lon": "14"}, "Diesen Punkt gibt es nicht."),
        ({"name": "O" * 121}, "Bitte höchstens 120 Zeichen."),
    ],
)
def test_what_cannot_be_taken_is_said(town: MadeTown, typed: dict[str, str], sentence: str) -> None:
    admin = signed_in(town, "admin")
    admin.get(f"{LIST}/neu")
    answer = admin.post(f"{LIST}/neu", {"name_dsb": "Wuchod", **typed})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="Wuchod"' in answer.text


def test_a_new_name_goes_along_with_what_was_reported_there(town: MadeTown) -> None:
    number, other = a_published_report(town), a_published_report(town, district="Mitte")
    admin, here = signed_in(town, "admin"), f"{LIST}/{place_id(town, 'Sandow')}"
    a_visitor(town).get("/hinweise/?district=Sandow")
    version = version_on(admin.get(here))
    said = after(admin, admin.post(here, {"name": "Sandow-Süd", "name_dsb": "Žandow", "version": version}))
    assert "1 Hinweis, der bisher „Sandow“ trug, trägt jetzt den neuen Namen." in said
    citizen = a_visitor(town)
    listed = words(citizen.get("/hinweise/?district=Sandow-S%C3%BCd"))
    assert number in listed
    assert other not in listed
    assert "Sandow-Süd" in words(citizen.get(f"/hinweise/{number}"))


def test_one_in_use_is_closed_kept_in_the_filters_and_opened_again(town: MadeTown) -> None:
    number, admin = a_published_report(town), signed_in(town, "admin")
    here = f"{LIST}/{place_id(town, 'Sandow')}"
    page = admin.get(here)
    assert "Er kann geschlossen werden" in words(page)
    assert admin.get(f"{here}/loeschen").status_code == 404
    admin.get(here)
    assert admin.post(f"{here}/loeschen", {"version": "1"}).status_code == 422
    version = version_on(admin.get(f"{here}/schliessen"))
    assert "kann nicht mehr gewählt werden" in after(admin, admin.post(f"{here}/schliessen", {"version": version}))
    assert [place.name for place in town.town.places] == ["Mitte"]
    with pytest.raises(Invalid):
        a_report(town, district="Sandow")
    listed = words(a_visitor(town).get("/hinweise/?district=Sandow"))
    assert number in listed
    assert "Sandow / Žandow" in listed
    admin.get(f"{LIST}/neu")
    again = admin.post(f"{LIST}/neu", {"name": "Sandow"})
    assert "So heißt ein geschlossener Ortsteil. Sie können ihn wieder öffnen." in words(again)
    version = version_on(admin.get(here))
    assert "kann wieder gewählt werden" in after(admin, admin.post(f"{here}/oeffnen", {"version": version}))
    assert a_report(town, district="Sandow")


def test_one_that_no_report_names_can_be_deleted(town: MadeTown) -> None:
    admin, here = signed_in(town, "admin"), f"{LIST}/{place_id(town, 'Mitte')}"
    version = version_on(admin.get(f"{here}/loeschen"))
    assert "„Mitte“ ist gelöscht." in after(admin, admin.post(f"{here}/loeschen", {"version": version}))
    assert admin.get(here).status_code == 404


def test_the_order_is_changed_by_buttons_and_as_a_whole(town: MadeTown) -> None:
    admin, mitte, sandow = signed_in(town, "admin"), place_id(town, "Mitte"), place_id(town, "Sandow")
    admin.get(LIST)
    assert "„Sandow“ steht jetzt an Stelle 1." in after(
        admin, admin.post(f"{LIST}/reihenfolge", {"up": str(sandow)})
    )
    assert [place.name for place in town.town.places] == ["Sandow", "Mitte"]
    after(admin, admin.post(f"{LIST}/reihenfolge", {"key": [str(mitte), str(sandow), "77"]}))
    assert [place.name for place in town.town.places] == ["Mitte", "Sandow"]
    admin.get(LIST)
    assert admin.post(f"{LIST}/reihenfolge", {"up": str(10**30)}).status_code == 404


def test_two_admins_at_one_ortsteil(town: MadeTown) -> None:
    first, second = signed_in(town, "admin"), signed_in(town, "admin")
    here = f"{LIST}/{place_id(town, 'Mitte')}"
    version = version_on(first.get(here))
    second.get(here)
    after(first, first.post(here, {"name": "Altstadt", "version": version}))
    answer = second.post(here, {"name": "Zentrum", "version": version})
    assert answer.status_code == 409
    assert "Jetzt gespeichert Altstadt Ihre Fassung Zentrum" in words(answer)
    assert second.post(f"{here}/schliessen", {"version": version}).status_code == 409


def test_another_towns_ortsteil_is_a_404(town: MadeTown) -> None:
    admin, foreign = signed_in(town, "admin"), place_id(other := a_tenant(), "Mitte")
    for path in ("", "/schliessen", "/loeschen"):
        assert admin.get(f"{LIST}/{foreign}{path}").status_code == 404
        admin.get(LIST)
        assert admin.post(f"{LIST}/{foreign}{path}", {"name": "Fremd", "version": "1"}).status_code == 404
    admin.get(LIST)
    assert admin.post(f"{LIST}/reihenfolge", {"up": str(foreign)}).status_code == 404
    assert [place.name for place in other.town.places] == ["Mitte", "Sandow"]
    with Here.world.scope(other.tenant_id):
        assert session().execute(text("SELECT count(*) FROM places WHERE closed_at IS NOT NULL")).scalar_one() == 0
