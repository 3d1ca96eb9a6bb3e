"""The tenant boundary, asked of PostgreSQL itself as each role: no scope, no rows; another town, no rows."""

import uuid

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from maerker.database.base import session
from onboarding.tables import metadata, models
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant

TENANT_TABLES = sorted(model.__tablename__ for model in models() if model.owned_by == "tenant")
CITIZENS_TABLES = ("reports", "report_contacts", "report_photos", "report_events", "report_drafts", "outbox",
                   "staff_sessions")


def announce(connection: Connection, tenant_id: uuid.UUID) -> None:
    connection.execute(text(f"SET LOCAL maerker.tenant = '{tenant_id}'"))


def test_every_table_stands_on_exactly_one_list() -> None:
    listed = {model.__tablename__: model.owned_by for model in models()}
    assert set(listed) == set(metadata().tables), "A table without a model class: give it a model and a list."
    assert set(listed.values()) <= {"tenant", "file", "global"}


@pytest.mark.parametrize("name", TENANT_TABLES)
def test_each_key_and_index_of_a_towns_table_starts_with_tenant_id(name: str) -> None:
    with Here.world.engine("owner").connect() as connection:
        first = connection.execute(text(
            "SELECT i.relname, a.attname, x.indisprimary FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid"
            " JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]"
            " WHERE x.indrelid = CAST(:name AS regclass)"
        ), {"name": name}).all()
    assert first
    wrong = [index for index, column, _ in first if column != "tenant_id"]
    assert not wrong, f"{wrong}: let tenant_id be the first column (law 3)."


@pytest.mark.parametrize("name", TENANT_TABLES)
def test_each_towns_table_has_a_forced_wall_and_no_empty_tenant(name: str) -> None:
    with Here.world.engine("owner").connect() as connection:
        row = connection.execute(text(
            "SELECT c.relrowsecurity, c.relforcerowsecurity, a.attnotnull FROM pg_class c"
            " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
            " WHERE c.oid = CAST(:name AS regclass)"
        ), {"name": name}).one()
    assert tuple(row) == (True, True, True), f"{name}: ENABLE and FORCE ROW LEVEL SECURITY, tenant_id NOT NULL (law 1)."


def test_global_tables_carry_no_tenant_data() -> None:
    for model in models():
        if model.owned_by == "global" and model.__tablename__ != "tenant_hosts":
            assert "tenant_id" not in model.__table__.c


@pytest.mark.parametrize("name", [table for table in TENANT_TABLES if table != "publications"])
@pytest.mark.parametrize("role", ["tenants", "console", "joining", "relay", "eraser", "owner"])
def test_without_a_scope_nobody_sees_a_row(name: str, role: str) -> None:
    a_published_report()
    with Here.world.engine(role).connect() as connection:
        if (role, name) == ("relay", "outbox"):
            return
        right = text("SELECT has_any_column_privilege(:name, 'SELECT')")
        may_read = connection.execute(right, {"name": name}).scalar_one()
        if may_read:
            assert connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() == 0
        else:
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text(f"SELECT count(*) FROM {name}"))


def test_without_a_scope_nothing_is_written() -> None:
    with Here.world.engine("tenants").connect() as connection, pytest.raises(DBAPIError, match=r"tenant_id|row-level"):
        connection.execute(text("INSERT INTO report_numbers (year, last) VALUES (2026, 1)"))


def test_a_row_for_another_town_is_refused(town: MadeTown) -> None:
    other = a_tenant()
    with Here.world.engine("tenants").connect() as connection:
        announce(connection, town.tenant_id)
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(
                text("INSERT INTO report_numbers (tenant_id, year, last) VALUES (:other, 2026, 1)"),
                {"other": other.tenant_id},
            )


def test_another_towns_row_is_neither_read_nor_changed_nor_linked(town: MadeTown) -> None:
    other = a_tenant()
    number = a_report(other)
    foreign_department = other.town.departments[0].id
    own_number = a_report(town)
    with Here.world.engine("tenants").connect() as connection:
        announce(connection, town.tenant_id)
        seen = connection.execute(text("SELECT tenant_id FROM reports")).scalars().all()
        assert set(seen) == {town.tenant_id}
        changed = connection.execute(
            text("UPDATE reports SET description = 'x' WHERE tenant_id = :other"), {"other": other.tenant_id}
        )
        assert changed.rowcount == 0
        with pytest.raises(DBAPIError, match="foreign key"):
            connection.execute(
                text("UPDATE reports SET department_id = :id WHERE number = :number"),
                {"id": foreign_department, "number": own_number},
            )
    with Here.world.scope(other.tenant_id):
        words = session().execute(text("SELECT description FROM reports WHERE number = :n"), {"n": number}).scalar_one()
        assert words != "x"


def test_a_row_cannot_be_moved_to_another_town(town: MadeTown) -> None:
    other = a_tenant()
    a_report(town)
    with Here.world.engine("tenants").connect() as connection:
        announce(connection, town.tenant_id)
        with pytest.raises(DBAPIError, match=r"row-level|foreign key"):
            connection.execute(text("UPDATE report_numbers SET tenant_id = :other"), {"other": other.tenant_id})


@pytest.mark.parametrize("name", CITIZENS_TABLES)
def test_the_operators_role_reads_no_citizens_row(town: MadeTown, name: str) -> None:
    a_report(town)
    with Here.world.engine("console").connect() as connection:
        announce(connection, town.tenant_id)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(f"SELECT * FROM {name}"))


def test_contact_data_needs_its_own_scope(town: MadeTown) -> None:
    a_report(town)
    with Here.world.engine("tenants").connect() as connection:
        announce(connection, town.tenant_id)
        refused = pytest.raises(DBAPIError, match="permission denied")
        with refused:
            connection.execute(text("SELECT email FROM report_contacts"))
        connection.rollback()
        announce(connection, town.tenant_id)
        connection.execute(text("SET LOCAL ROLE maerker_contacts"))
        assert connection.execute(text("SELECT email FROM report_contacts")).scalars().all() == [
            f"karin.melder@{town.slug}.example"
        ]


@pytest.mark.parametrize("name", ["report_events", "staff_audit"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
def test_history_is_only_appended(town: MadeTown, name: str, statement: str) -> None:
    with Here.world.engine("tenants").connect() as connection:
        announce(connection, town.tenant_id)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(statement.format(name)))


def test_the_web_role_owns_nothing_and_passes_no_wall() -> None:
    with Here.world.engine("tenants").connect() as connection:
        row = connection.execute(text(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )).one()
        owned = connection.execute(text(
            "SELECT count(*) FROM pg_class WHERE relowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)"
        )).scalar_one()
    assert tuple(row) == (False, False, False, False)
    assert owned == 0


def test_the_relay_sees_postings_and_changes_only_when_they_were_taken(town: MadeTown) -> None:
    a_report(town)
    with Here.world.engine("relay").connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM outbox")).scalar_one() > 0
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text("UPDATE outbox SET done_at = now()"))


def test_a_pooled_connection_carries_no_town_over_not_even_after_an_exception(town: MadeTown) -> None:
    a_report(town)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), Here.world.scope(town.tenant_id):  # noqa: PT012
            session().execute(text("SELECT count(*) FROM reports"))
            raise ZeroDivisionError
        with Here.world.no_scope():
            assert session().execute(text("SELECT count(*) FROM reports")).scalar_one() == 0
            assert session().execute(text("SELECT current_tenant()")).scalar_one() is None
