"""The catalogue: 193 administrations, their names and kinds, and who is in charge of a point."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from maerker.database.base import session
from tenants.registry.catalogue import Administration, load_catalogue, municipality_id, read_catalogue
from tenants.registry.models import RING_UNITS, Municipality, MunicipalityArea, MunicipalityRing
from tenants.registry.queries import in_charge_of
from tests.world import World


@pytest.fixture(scope="module")
def read() -> dict[str, Administration]:
    return {item.ars: item for item in read_catalogue()}


@pytest.fixture(scope="module")
def catalogue(world: World) -> World:
    with world.no_scope("console"):
        load_catalogue(session())
    return world


def test_every_administration_is_of_a_known_kind(read: dict[str, Administration]) -> None:
    kinds = Counter(item.kind for item in read.values())
    assert kinds == {
        "kreisfreie Stadt": 4, "Stadt": 73, "Gemeinde": 64, "Amt": 50, "Verbandsgemeinde": 1, "mitverwaltende Stadt": 1
    }  # fmt: skip
    assert sum(len(item.areas) for item in read.values()) == 413
    assert sum(item.population for item in read.values()) == 2_573_135


def test_names_are_those_that_people_use(read: dict[str, Administration]) -> None:
    assert (read["120520000"].name, read["120520000"].name_dsb) == ("Cottbus", "Chóśebuz")
    assert (read["120715107"].name, read["120715107"].name_dsb) == ("Amt Peitz", "Amt Picnjo")
    assert read["120715101"].name_dsb == "Amt Bórkowy (Błota)"
    assert read["120625031"].name == "Verbandsgemeinde Liebenwerda"
    assert read["120735051"].name == "Schwedt/Oder"
    assert read["120520000"].district_name == ""
    assert read["120715107"].district_name == "Spree-Neiße"


def test_there_are_two_mittenwalde(read: dict[str, Administration]) -> None:
    named = [(item.name, area.ars) for item in read.values() for area in item.areas if area.name == "Mittenwalde"]
    assert sorted(named) == [("Amt Gerswalde", "120735305404"), ("Mittenwalde", "120610332332")]


def test_postcodes_are_five_digits_and_lead_to_their_town(read: dict[str, Administration]) -> None:
    assert all(code.isdigit() and len(code) == 5 for item in read.values() for code in item.postal_codes)
    assert {"03042", "03046", "03055"} <= set(read["120520000"].postal_codes)
    assert all(item.postal_codes for item in read.values())


def test_loading_twice_changes_nothing(catalogue: World) -> None:
    def counted() -> tuple[int | None, ...]:
        with catalogue.no_scope("console"):
            tables = (Municipality, MunicipalityArea, MunicipalityRing)
            return tuple(session().scalar(select(func.count()).select_from(table)) for table in tables)

    before = counted()
    with catalogue.no_scope("console"):
        assert load_catalogue(session()) == 193
    assert counted() == before


@pytest.mark.parametrize(
    ("lat", "lon", "ars"),
    [
        (51.7590, 14.3330, "120520000"),  # Altmarkt, Cottbus
        (51.8610, 14.4980, "120715107"),  # Jänschwalde in Amt Peitz
        (52.4077, 13.2240, "120690304"),  # Rathausmarkt, Kleinmachnow
        (52.7540, 13.2400, "120650256"),  # Schloss, Oranienburg
        (51.7500, 14.2500, "120710244"),  # Kolkwitz, west of Cottbus
    ],
)
def test_who_is_in_charge_of_a_point(catalogue: World, lat: float, lon: float, ars: str) -> None:
    with catalogue.no_scope():
        found = in_charge_of(lat, lon)
    assert found is not None
    assert found.municipality_id == municipality_id(ars)


def test_nobody_is_in_charge_in_berlin_or_dresden(catalogue: World) -> None:
    with catalogue.no_scope():
        assert in_charge_of(52.5200, 13.4050) is None
        assert in_charge_of(51.0504, 13.7373) is None


def test_areas_do_not_overlap(catalogue: World) -> None:
    """The middle of each area's box lies in one area at most (some lie outside their own, crooked one)."""
    middle = func.point(
        (MunicipalityArea.min_lon + MunicipalityArea.max_lon) / 2 * RING_UNITS,
        (MunicipalityArea.min_lat + MunicipalityArea.max_lat) / 2 * RING_UNITS,
    )
    owners = (
        select(MunicipalityArea.ars, func.count(MunicipalityRing.area_id.distinct()).label("owners"))
        .join(MunicipalityRing, MunicipalityRing.ring.op("@>")(middle) & ~MunicipalityRing.is_hole)
        .where(MunicipalityArea.ars.like("12%"), MunicipalityArea.max_lon < 15)
        .group_by(MunicipalityArea.ars)
    )
    with catalogue.no_scope():
        counted = {row.ars: row.owners for row in session().execute(owners)}
    assert len(counted) > 380
    assert {ars: number for ars, number in counted.items() if number > 1} == {}
