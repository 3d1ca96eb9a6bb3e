"""`maerker database prepare`: the roles and what they can never do."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from maerker.database.prepare import EXTENSIONS, ROLES, prepare_database
from maerker.embedded.testing import TestServices, ensure_services
from maerker.settings import derived_password


@pytest.fixture(scope="module")
def services() -> TestServices:
    return ensure_services()


@pytest.fixture(scope="module")
def database(services: TestServices) -> Iterator[str]:
    name = f"prepared_{secrets.token_hex(4)}"
    for _ in range(2):  # the second time changes nothing
        prepare_database(services.admin_url, name, lambda role: derived_password(services.secret_key, role))
    yield name
    services.drop_database(name)


def as_role(services: TestServices, database: str, role: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        make_conninfo(
            services.database_url(database),
            user=f"maerker_{role}",
            password=derived_password(services.secret_key, role),
        )
    )


def test_no_role_can_pass_row_level_security_or_make_roles(services: TestServices, database: str) -> None:
    with psycopg.connect(services.admin_url_of(database)) as server:
        rows = server.execute(
            "SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname LIKE 'maerker%' AND NOT (rolsuper OR rolbypassrls"
            " OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)"
        ).fetchall()
    assert dict(rows) == {role.full_name: role.login for role in ROLES}


@pytest.mark.parametrize("role", [role.name for role in ROLES if role.login])
def test_each_login_works_and_only_the_owner_makes_tables(services: TestServices, database: str, role: str) -> None:
    with as_role(services, database, role) as connection:
        if role == "owner":
            connection.execute("CREATE TABLE made_by_owner (a int)")
            connection.rollback()
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE made_by_another (a int)")


def test_the_web_role_takes_the_contacts_role_for_one_transaction_only(services: TestServices, database: str) -> None:
    with as_role(services, database, "owner") as owner:
        owner.execute("CREATE TABLE private (a int)")
        owner.execute("GRANT SELECT ON private TO maerker_contacts")
    with as_role(services, database, "tenants") as tenants:
        tenants.execute("SET LOCAL ROLE maerker_contacts")
        tenants.execute("SELECT FROM private")
        tenants.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            tenants.execute("SELECT FROM private")


@pytest.mark.parametrize("role", ["owner", "joining", "console", "relay", "eraser"])
def test_no_other_role_takes_the_contacts_role(services: TestServices, database: str, role: str) -> None:
    with as_role(services, database, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SET LOCAL ROLE maerker_contacts")


def test_a_stranger_may_not_even_connect(services: TestServices, database: str) -> None:
    name = f"stranger_{secrets.token_hex(4)}"
    with psycopg.connect(services.admin_url, autocommit=True) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'p'")
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(make_conninfo(services.database_url(database), user=name, password="p"))
        finally:
            server.execute(f"DROP ROLE {name}")


def test_the_owner_hands_a_function_to_the_search_role(services: TestServices, database: str) -> None:
    with as_role(services, database, "owner") as owner:
        owner.execute("CREATE FUNCTION found() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")
        owner.execute("GRANT CREATE ON SCHEMA public TO maerker_search")
        owner.execute("ALTER FUNCTION found() OWNER TO maerker_search")
        owner.execute("REVOKE CREATE ON SCHEMA public FROM maerker_search")


def test_extensions_and_order_of_characters(services: TestServices, database: str) -> None:
    with psycopg.connect(services.admin_url_of(database)) as server:
        extensions = {name for (name,) in server.execute("SELECT extname FROM pg_extension")}
        [(encoding,)] = server.execute(
            "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        ).fetchall()
        assert server.execute("SELECT lower('Ś')").fetchone() == ("ś",)
    assert extensions >= set(EXTENSIONS)
    assert encoding == "UTF8"
