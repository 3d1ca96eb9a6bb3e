"""The first part of a town's address: proposed from its name, told apart from others, refused with a sentence."""

import uuid
from itertools import islice

import pytest
from sqlalchemy import select

from maerker.database.base import session
from onboarding.provisioning.slugs import LONGEST, RESERVED_SLUGS, folded, proposals, proposed_slug, slug_problem
from tenants.registry.models import Municipality
from tests.makers import Here, a_tenant
from tests.makers_joining import a_file
from tests.onboarding.provisioning.set_up_file import an_admitted_file
from tests.world import Mailbox


@pytest.mark.parametrize(("name", "slug"), [
    ("Cottbus", "cottbus"), ("Lübbenau/Spreewald", "luebbenau-spreewald"), ("Frankfurt (Oder)", "frankfurt-oder"),
    ("Großräschen", "grossraeschen"), ("Chóśebuz", "chosebuz"), ("Zły Komorow", "zly-komorow"),
    ("Wětošow/Błota", "wetosow-blota"), ("Amt Burg (Spreewald)", "amt-burg-spreewald"),
    ("  Neu--Ruppin  ", "neu-ruppin"), ("Schöneiche bei Berlin", "schoeneiche-bei-berlin"),
])
def test_names_become_addresses(name: str, slug: str) -> None:
    assert folded(name) == slug


def test_an_endless_name_is_cut_between_words() -> None:
    slug = folded("Verwaltungsgemeinschaft der vereinigten Gemeinden am Rande des Oberspreewaldes und seiner Fließe")
    assert len(slug) <= LONGEST
    assert not slug.endswith("-")


def test_the_ways_out_of_a_collision() -> None:
    assert list(islice(proposals("Mittenwalde", "Uckermark", "Gemeinde"), 4)) == [
        "mittenwalde", "mittenwalde-uckermark", "mittenwalde-gemeinde", "mittenwalde-2"]


def named(name: str, district: str, population: int) -> Municipality:
    row = Municipality(
        id=uuid.uuid4(), ars=str(uuid.uuid4().int)[:12], name=name, kind="Stadt", district_name=district,
        population=population,
    )
    session().add(row)
    session().flush()
    return row


def test_an_administration_added_by_hand_is_told_apart_by_its_landkreis() -> None:
    with Here.world.platform.app("console").app_context():
        name = f"Zwillingsstadt {uuid.uuid4().hex[:6]}"
        large, small = named(name, "Prignitz", 9000), named(name, "Uckermark", 100)
        assert proposed_slug(large) == folded(name)
        assert proposed_slug(small) == folded(f"{name} Uckermark")
        assert slug_problem(folded(name), large.id) == ""
        session().rollback()


def test_what_is_taken_is_proposed_to_nobody() -> None:
    town = a_tenant(f"seestadt-{uuid.uuid4().hex[:6]}")
    with Here.world.platform.app("console").app_context():
        other = named(town.slug, "Barnim", 1)
        assert proposed_slug(other) == f"{town.slug}-barnim"
        assert "vergeben" in slug_problem(town.slug, other.id)
        assert slug_problem(town.slug, town.municipality_id) == ""
        assert "schon angelegt" in slug_problem("etwas-anderes", town.municipality_id)
        session().rollback()


@pytest.mark.parametrize("slug", ["", "a", "-ab", "ab-", "Cottbus", "cött", "xn--cott-5qa", "a" * 64, "a.b", "a b"])
def test_what_is_no_address(slug: str) -> None:
    assert "Kleinbuchstaben" in slug_problem(slug)


def test_reserved_names_and_other_kommunen_are_refused() -> None:
    assert {"beitritt", "betrieb", "www", "mail", "api"} <= RESERVED_SLUGS
    assert "reserviert" in slug_problem("betrieb")
    with Here.world.platform.app("console").app_context():
        one, other = named(f"Gross {uuid.uuid4().hex[:6]}", "", 5), named(f"Klein {uuid.uuid4().hex[:6]}", "", 5)
        assert "Name einer anderen Kommune" in slug_problem(folded(one.name), other.id)
        session().rollback()


def test_the_file_proposes_an_address_and_refuses_a_wrong_one(mailbox: Mailbox) -> None:
    person = a_file()
    with Here.world.no_scope("console"):
        name = session().scalars(select(Municipality.name).where(Municipality.id == person.kommune.id)).one()
    page = person.visitor.get("/akte/angaben")
    assert f'value="{folded(name)}"' in page.text
    answer = person.visitor.post("/akte/angaben/slug", {"value": "betrieb", "version": "1"})
    assert answer.status_code == 422
    assert "reserviert" in answer.text


def test_the_address_of_a_made_town_stays(mailbox: Mailbox) -> None:
    file = an_admitted_file()
    file.provision()
    with Here.world.no_scope("console"):
        assert "schon angelegt" in slug_problem("ganz-anders", file.kommune.id)
