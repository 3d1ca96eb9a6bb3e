"""How a town's name stands in a sentence."""

import pytest
from sqlalchemy import text, update

from maerker.database.base import session
from tenants.profile.words import in_town
from tenants.registry.models import Municipality, Tenant
from tests.makers import Here, MadeTown, a_tenant, a_visitor


@pytest.mark.parametrize(("name", "kind", "words"), [
    ("Cottbus", "kreisfreie Stadt", "in Cottbus"),
    ("Kleinmachnow", "Gemeinde", "in Kleinmachnow"),
    ("Amt Peitz", "Amt", "im Amt Peitz"),
    ("Peitz", "Amt", "im Amt Peitz"),
    ("Amtsberg", "Gemeinde", "in Amtsberg"),
    ("Verbandsgemeinde Liebenwerda", "Verbandsgemeinde", "in der Verbandsgemeinde Liebenwerda"),
    ("Liebenwerda", "Verbandsgemeinde", "in der Verbandsgemeinde Liebenwerda"),
    ("Landkreis Spree-Neiße", "Landkreis", "im Landkreis Spree-Neiße"),
    ("Spree-Neiße", "Landkreis", "im Landkreis Spree-Neiße"),
    ("Bad Liebenwerda", "mitverwaltende Stadt", "in Bad Liebenwerda"),
])
def test_a_name_after_in(name: str, kind: str, words: str) -> None:
    with Here.world.platform.app("town").test_request_context():
        assert in_town(name, kind) == words


def test_the_pages_of_an_amt_say_it_so(town: MadeTown) -> None:
    with Here.world.no_scope("console"):
        session().execute(update(Municipality).where(Municipality.id == town.municipality_id).values(kind="Amt"))
        session().execute(update(Tenant).where(Tenant.id == town.tenant_id).values(name="Amt Mustertal"))
    with Here.world.scope(town.tenant_id):
        session().execute(text("SELECT raise_config_version()"))
    visitor = a_visitor(town)
    for path in ("/", "/hilfe"):
        page = visitor.get(path).text
        assert "im Amt Mustertal" in page
        assert "in Amt Mustertal" not in page


def test_a_point_elsewhere_is_said_to_lie_outside_of_the_town() -> None:
    town = a_tenant()
    visitor = a_visitor(town)
    visitor.get("/hinweise/neu")
    page = visitor.post("/hinweise/neu", {"lat": "48.1", "lon": "11.5"}).text
    assert f"Dieser Punkt liegt nicht in {town.town.name}" in page
