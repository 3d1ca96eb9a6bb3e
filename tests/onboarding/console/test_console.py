"""The operator's console: that it shows the registry and nothing of a citizen."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from bench.statements import counted
from maerker.database.base import session
from onboarding.tables import models
from tests.makers import Here, a_published_report, a_report, a_tenant
from tests.makers_operators import CONSOLE, an_operator
from tests.world import BASE, Visitor


def test_all_towns_with_state_hosts_and_publications() -> None:
    town = a_tenant()
    a_published_report(town)
    a_report(town, description="Das liest der Betreiber nicht: Frau Kowalski stolpert jeden Tag.")
    page = an_operator("reader").get("/kommunen").text
    for words in ("Bea Trieb", town.host, "in Betrieb", "Kommunen auf dieser Plattform"):
        assert words in page
    line = page[page.index(f">{town.host}<"):]
    assert line[:300].count('<td class="m-table__number" data-label="Veröffentlicht">1</td>') == 1
    assert not any(word in page for word in ("Kowalski", "Schlagloch", "Karin"))


def test_the_page_asks_once_for_all_towns() -> None:
    visitor = an_operator("reader")
    with counted() as asked:
        visitor.get("/kommunen")
    assert asked.number == 2, asked.statements


@pytest.mark.parametrize("table", ["reports", "report_contacts", "report_events", "report_photos", "outbox",
                                   "staff_sessions", "staff_audit"])
def test_the_console_can_read_no_citizens_row(table: str) -> None:
    town = a_tenant()
    a_report(town)
    with Here.world.scope(town.tenant_id, "console"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            session().execute(text(f"SELECT * FROM {table}"))
        session().rollback()


OF_A_TOWN = frozenset({
    "profiles", "closing_days", "places", "departments", "categories", "staff_accounts", "staff_memberships",
    "publications", "category_routes", "staff_links", "staff_audit",
})
"""What the console reads of a town besides the registry: its configuration, its staff, what is public. Of
`staff_links` it sees for whom one is and until when, of `staff_audit` its own new row's id: for invitations at the
set-up."""


def test_no_table_of_a_town_was_opened_to_the_console_unnoticed() -> None:
    owned = {model.__tablename__ for model in models() if model.owned_by == "tenant"}
    assert owned > OF_A_TOWN
    with Here.world.engine("owner").connect() as connection:
        readable = set(connection.execute(
            text("SELECT name FROM unnest(CAST(:names AS text[])) name"
                 " WHERE has_any_column_privilege('maerker_console', name, 'SELECT')"), {"names": sorted(owned)}
        ).scalars())
    assert readable <= OF_A_TOWN, f"{readable - OF_A_TOWN}: say here why the operator's console may read this table."


def test_the_legal_pages_are_those_of_the_bare_host() -> None:
    for path in ("/impressum", "/datenschutz", "/barrierefreiheit"):
        target = urlsplit(Visitor(Here.world.platform, CONSOLE).get(path).headers["Location"])
        assert (target.hostname, target.path) == (BASE, path)
