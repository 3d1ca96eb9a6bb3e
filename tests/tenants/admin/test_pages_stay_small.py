"""However many departments, exceptions and Ortsteile a town has, a page asks the same number of questions."""

import pytest
from sqlalchemy import insert, text

from bench.statements import counted
from maerker.database.base import session
from tenants.departments.models import Department
from tenants.places.models import Place
from tenants.staff.models import Role, StaffAccount, StaffMembership
from tests.makers import Here, MadeTown, a_report, signed_in
from tests.tenants.admin.office import department_id

PAGES = ("/verwaltung/", "/verwaltung/fachbereiche", "/verwaltung/kategorien", "/verwaltung/ortsteile",
         "/verwaltung/kalender", "/verwaltung/kategorien/roads", "/verwaltung/fachbereiche/neu")


def grow(town: MadeTown, name: str, number: int) -> None:
    """So many more departments in a chain of branches, with a member each, Ortsteile and exceptions."""
    with Here.world.scope(town.tenant_id):
        current = session()
        parent = None
        for n in range(number):
            row = Department(name=f"{name} {n}", short_name=f"{name[0]}{n}", parent_id=parent)
            current.add(row)
            current.flush()
            parent = row.id if n % 4 else None
            account = StaffAccount(username=f"{name.lower()}.{n}", display_name=f"Person {name} {n}", role=Role.clerk)
            current.add(account)
            current.flush()
            current.add(StaffMembership(account_id=account.id, department_id=row.id))
        current.execute(insert(Place).values([{"name": f"{name} {n}", "position": 10 + n} for n in range(number)]))
        current.flush()
        current.execute(text(
            "INSERT INTO category_routes (category_key, place_id, department_id)"
            " SELECT 'roads', places.id, departments.id FROM places JOIN departments ON departments.name = places.name"
            " ON CONFLICT DO NOTHING"
        ))
        current.execute(text("SELECT raise_config_version()"))


@pytest.mark.parametrize("path", [*PAGES, "one department", "closing one"])
def test_ten_departments_or_a_hundred_are_the_same_number_of_statements(town: MadeTown, path: str) -> None:
    path = {
        "one department": f"/verwaltung/fachbereiche/{department_id(town, 'Tiefbau')}",
        "closing one": f"/verwaltung/fachbereiche/{department_id(town, 'Tiefbau')}/schliessen",
    }.get(path, path)
    admin = signed_in(town, "admin")
    a_report(town)
    numbers = []
    for name, number in (("Zehn", 8), ("Hundert", 90)):
        grow(town, name, number)
        assert admin.get(path).status_code == 200  # the town's configuration is read anew once
        with counted() as asked:
            answer = admin.get(path)
        assert answer.status_code == 200
        numbers.append(asked.number)
    assert numbers[0] == numbers[1]
    assert numbers[0] <= 16
