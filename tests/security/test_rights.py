"""What each database role may do, asked of PostgreSQL itself and written down here: a new right is a decision."""

from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from maerker.database.base import session
from maerker.database.prepare import MEMBERSHIPS
from tenants.reports.search import as_query
from tests.maerker.database.test_walls import announce
from tests.makers import Here, MadeTown, a_published_report, a_report, a_tenant

LOGINS = ("owner", "tenants", "joining", "console", "relay", "eraser")
REGISTRY = {"core_categories", "extra_holidays", "municipalities", "municipality_areas", "municipality_rings",
            "tenant_hosts", "tenants", "alembic_version", "publications"}
CONFIGURATION = {"profiles", "closing_days", "places", "departments", "categories", "category_routes",
                 "staff_accounts", "staff_memberships"}
CITIZENS = {"report_drafts", "report_numbers", "reports", "report_photos", "outbox", "report_events", "staff_audit",
            "staff_sessions", "staff_links", "trial_publications", "trial_passes"}
OPERATORS = {"operator_accounts", "operator_sessions", "operator_audit", "operator_half_sign_ins",
             "operator_recovery_codes", "operator_passkeys"}
# What belongs to one joining file; a grant by column does not count as one of the whole table.
FILES = {"joining_files", "file_people", "file_sessions", "file_links", "file_entries", "file_events",
         "file_overrides", "file_documents", "file_copies", "file_change_answers", "file_outbox", "file_trainees"}
CONTRACTS = {"contract_texts", "trust_anchors", "subprocessors", "subprocessor_changes", "platform_changes"}
TRAINING = {"courses", "course_dates"}
READS: dict[str, set[str]] = {
    "joining": REGISTRY | FILES - {"file_outbox"} | CONTRACTS - {"trust_anchors"} | TRAINING,
    "relay": REGISTRY | {"outbox", "file_outbox"},
    "console": REGISTRY | CONFIGURATION - {"staff_accounts"} | OPERATORS | FILES | CONTRACTS | TRAINING,
    "tenants": REGISTRY | CONFIGURATION | CITIZENS,
    "contacts": REGISTRY | CONFIGURATION | CITIZENS | {"report_contacts"},
    "eraser": REGISTRY | CONFIGURATION | CITIZENS | {"report_contacts"},
}
WRITES: dict[str, set[str]] = {
    "joining": {"file_people", "file_sessions", "file_links", "file_entries", "file_events", "file_outbox",
                "file_documents", "file_change_answers"},
    "relay": set(), "eraser": {"staff_audit", "outbox"},
    "console": (REGISTRY - {"alembic_version", "publications"}) | (CONFIGURATION - {"staff_accounts"})
    | {"staff_links", "staff_audit"} | OPERATORS | FILES | CONTRACTS | TRAINING,
    "tenants": CONFIGURATION | CITIZENS | {"publications", "report_contacts"},
    "contacts": CONFIGURATION | CITIZENS | {"publications", "report_contacts"},
}


def ask(statement: str, **values: Any) -> list[Any]:
    with Here.world.engine("owner").connect() as connection:
        return list(connection.execute(text(statement), values))


def tables_with(role: str, right: str) -> set[str]:
    return {row[0] for row in ask(
        "SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        " AND has_table_privilege(:role, c.oid, :right)", role=f"maerker_{role}", right=right
    )}


@pytest.mark.parametrize("role", sorted(READS))
def test_a_role_reads_these_tables_and_no_other(role: str) -> None:
    assert tables_with(role, "SELECT") == READS[role]


@pytest.mark.parametrize("role", sorted(WRITES))
def test_a_role_writes_into_these_tables_and_no_other(role: str) -> None:
    assert tables_with(role, "INSERT") == WRITES[role]


@pytest.mark.parametrize("role", [*READS, "search"])
@pytest.mark.parametrize("right", ["TRUNCATE", "REFERENCES", "TRIGGER"])
def test_nobody_may_empty_or_tie_tables(role: str, right: str) -> None:
    assert tables_with(role, right) == set()


def test_what_is_granted_to_everybody_is_nothing_but_a_look_at_the_own_town() -> None:
    granted = ask(
        "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = 'PUBLIC'"
        " AND table_schema = 'public'"
    )
    assert granted == []
    functions = {row[0] for row in ask(
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS ("
        " SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        " AND has_function_privilege('public', p.oid, 'EXECUTE')"
    )}
    assert functions == {"current_tenant", "current_file", "contract_texts_stay"}


def test_functions_with_others_rights_are_few_and_their_search_path_is_fixed() -> None:
    rows = ask(
        "SELECT p.proname, r.rolname, p.proconfig FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
        " WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace"
    )
    assert {(name, owner) for name, owner, _ in rows} == {
        ("search_reports", "maerker_search"), ("find_reports", "maerker_search"),
        ("raise_config_version", "maerker_owner"), ("joining_file_of", "maerker_search"),
        ("contract_text_in_use", "maerker_owner"),
        ("course_seats_taken", "maerker_search"),
    }
    assert all(any(item.startswith("search_path=public, pg_temp") for item in config) for _, _, config in rows)


def test_no_role_passes_walls_and_memberships_are_those_of_the_list() -> None:
    rows = ask("SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit"
               " FROM pg_roles WHERE rolname LIKE 'maerker\\_%'")
    assert len(rows) >= 8
    assert not any(any(row[1:]) for row in rows)
    members = {(granted.removeprefix("maerker_"), member.removeprefix("maerker_")) for granted, member in ask(
        "SELECT g.rolname, m.rolname FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid"
        " JOIN pg_roles m ON m.oid = a.member WHERE g.rolname LIKE 'maerker\\_%' AND NOT m.rolsuper"
    )}
    assert members == set(MEMBERSHIPS)


@pytest.mark.parametrize("role", ["joining", "console", "relay", "eraser"])
@pytest.mark.parametrize("wanted", ["maerker_contacts", "maerker_tenants", "maerker_owner", "maerker_search"])
def test_no_other_role_can_become_one_that_sees_more(role: str, wanted: str) -> None:
    with Here.world.engine(role).connect() as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text(f"SET LOCAL ROLE {wanted}"))


@pytest.mark.parametrize("role", [role for role in LOGINS if role != "owner"])
@pytest.mark.parametrize("statement", [
    "CREATE TABLE stolen (x int)", "CREATE SCHEMA stolen",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "ALTER TABLE reports DISABLE ROW LEVEL SECURITY",
    "DROP POLICY own_rows ON reports", "COPY reports TO PROGRAM 'id'", "COPY tenants TO '/tmp/x'",
    "CREATE EXTENSION dblink", "SELECT pg_read_file('/etc/passwd')", "SELECT lo_import('/etc/passwd')",
    "ALTER ROLE maerker_tenants BYPASSRLS", "SELECT passwd FROM pg_shadow",
    "SET SESSION AUTHORIZATION maerker_owner", "CREATE PUBLICATION p FOR ALL TABLES",
])
def test_a_taken_over_process_cannot_reach_beyond_its_role(role: str, statement: str) -> None:
    with Here.world.engine(role).connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement))


def as_tenants(town: MadeTown) -> Connection:
    connection = Here.world.engine("tenants").connect()
    announce(connection, town.tenant_id)
    return connection


def test_with_row_security_switched_off_nothing_is_shown_rather_than_everything(town: MadeTown) -> None:
    a_report(a_tenant())
    with as_tenants(town) as connection:
        connection.execute(text("SET LOCAL row_security = off"))
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(text("SELECT count(*) FROM reports"))


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-0000-0000-000000000000", "' OR true --", "%"])
def test_a_town_that_is_none_sees_nothing(town: MadeTown, value: str) -> None:
    a_report(town)
    with Here.world.engine("tenants").connect() as connection:
        connection.execute(text("SELECT set_config('maerker.tenant', :value, true)"), {"value": value})
        try:
            assert connection.execute(text("SELECT count(*) FROM reports")).scalar_one() == 0
        except DBAPIError as refused:
            assert "invalid input syntax for type uuid" in str(refused)  # noqa: PT017


WORDS = ("Schlagloch", "schlagloch -baum", '"tiefes Schlagloch"', "", "''", "a & b | !", ":*", "((((", "\\", "%", "*",
         "'; DROP TABLE reports --", "OR", "-", "🚧", "x" * 100_000, "\ufeff", "\n")


@pytest.mark.parametrize("words", WORDS)
def test_the_search_never_breaks_and_never_leaves_the_town(town: MadeTown, words: str) -> None:
    other = a_tenant()
    a_report(other)
    own = a_report(town)
    with as_tenants(town) as connection:
        found = connection.execute(text("SELECT find_reports(:words, 100)"), {"words": as_query(words)}).scalars().all()
        ids = connection.execute(text("SELECT id FROM reports WHERE number = :n"), {"n": own}).scalars().all()
        assert set(found) <= set(ids)


def test_without_a_town_the_search_finds_nothing(town: MadeTown) -> None:
    a_report(town)
    with Here.world.engine("tenants").connect() as connection:
        assert connection.execute(text("SELECT find_reports('Schlagloch', 100)")).all() == []


def test_the_search_role_sees_ids_and_no_words() -> None:
    columns = {row[0] for row in ask(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'reports'::regclass AND attnum > 0"
        " AND has_column_privilege('maerker_search', attrelid, attnum, 'SELECT')"
    )}
    assert columns == {"tenant_id", "id", "search"}


def test_a_town_raises_its_own_version_and_writes_nothing_else_in_the_registry(town: MadeTown) -> None:
    other = a_tenant()
    with as_tenants(town) as connection:
        raised = connection.execute(text("SELECT raise_config_version()")).scalar_one()
        versions = dict(connection.execute(
            text("SELECT id, config_version FROM tenants WHERE id IN (:a, :b)"),
            {"a": town.tenant_id, "b": other.tenant_id},
        ).all())
        assert raised == versions[town.tenant_id] > versions[other.tenant_id]
        for statement in ("UPDATE tenants SET state = 'live'", "INSERT INTO tenant_hosts (host) VALUES ('x')",
                          "DELETE FROM tenant_hosts"):
            with pytest.raises(DBAPIError, match="permission denied"), connection.begin_nested():
                connection.execute(text(statement))


@pytest.mark.parametrize("statement", [
    "DELETE FROM reports", "DELETE FROM publications", "DELETE FROM report_contacts", "DELETE FROM outbox",
    "UPDATE report_contacts SET email = 'x'", "SELECT email FROM report_contacts",
])
def test_the_web_role_erases_nothing_and_reads_no_contact(town: MadeTown, statement: str) -> None:
    a_published_report(town)
    with as_tenants(town) as connection, pytest.raises(DBAPIError, match="permission denied"):
        connection.execute(text(statement))


def test_public_rows_of_others_can_be_read_but_not_written(town: MadeTown) -> None:
    """SELECT is open, so that indexes are used (law 4); writing needs the scope."""
    other = a_tenant()
    number = a_published_report(other)
    with as_tenants(town) as connection:
        assert connection.execute(
            text("SELECT count(*) FROM publications WHERE tenant_id = :other"), {"other": other.tenant_id}
        ).scalar_one() == 1
        changed = connection.execute(
            text("UPDATE publications SET description = 'x' WHERE tenant_id = :other"), {"other": other.tenant_id}
        )
        assert changed.rowcount == 0
    with Here.world.scope(other.tenant_id):
        assert session().execute(
            text("SELECT description FROM publications WHERE tenant_id = current_tenant() AND number = :n"),
            {"n": number},
        ).scalar_one() != "x"


@pytest.mark.parametrize("role", ["console", "joining", "relay"])
def test_other_roles_reach_no_words_of_citizens_even_by_the_search(town: MadeTown, role: str) -> None:
    a_report(town)
    with Here.world.engine(role).connect() as connection:
        announce(connection, town.tenant_id)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text("SELECT find_reports('Schlagloch', 100)"))


@pytest.mark.parametrize("statement", [
    "SELECT password_hash FROM staff_accounts",
    "UPDATE staff_accounts SET password_hash = 'x'",
    "INSERT INTO staff_accounts (username, display_name, role, password_hash) VALUES ('x', 'x', 'admin', 'x')",
    "SELECT seed, token_hash FROM staff_links",
    "UPDATE staff_links SET token_hash = ''",
    "SELECT act, details FROM staff_audit",
    "INSERT INTO outbox (kind, subject_id, posted_at, not_before) VALUES ('account_invitation', 1, now(), now())",
])
def test_the_operators_role_has_no_part_in_passwords_and_links(town: MadeTown, statement: str) -> None:
    with Here.world.engine("console").connect() as connection:
        announce(connection, town.tenant_id)
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text(statement))


def test_the_operators_role_posts_invitations_and_nothing_else(town: MadeTown) -> None:
    post = text("INSERT INTO outbox (kind, subject_id, posted_at) VALUES (:kind, 1, now())")
    with Here.world.engine("console").connect() as connection:
        announce(connection, town.tenant_id)
        connection.execute(post, {"kind": "account_invitation"})
        with pytest.raises(DBAPIError, match="row-level security"):
            connection.execute(post, {"kind": "mail_receipt"})
