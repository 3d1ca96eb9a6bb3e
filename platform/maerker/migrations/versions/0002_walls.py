"""the walls: row-level security, and which role may do what"""

from collections.abc import Iterable, Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

EVERYBODY = "maerker_tenants, maerker_contacts, maerker_joining, maerker_console, maerker_relay, maerker_eraser"
TOWN = "maerker_tenants, maerker_contacts"
REGISTRY = (
    "municipalities", "municipality_areas", "municipality_rings", "core_categories", "extra_holidays", "tenants",
    "tenant_hosts",
)
CONFIGURATION = ("profiles", "closing_days", "places", "departments", "categories", "staff_accounts",
                 "staff_memberships")
WORK = ("report_drafts", "report_numbers", "reports", "report_photos", "outbox")
APPENDED = ("report_events", "staff_audit")
SCOPE = "tenant_id = current_tenant()"


def upgrade() -> None:
    _registry()
    _configuration()
    _reports()
    _publications()
    _relay()
    _operators()
    _config_version()
    _search()
    op.execute(f"GRANT SELECT ON alembic_version TO {EVERYBODY}")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {EVERYBODY}, maerker_search")


def _wall(table: str, roles: str, using: str = SCOPE) -> None:
    """FORCE binds the owner too; a role that is not named sees nothing."""
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_rows ON {table} TO {roles} USING ({using}) WITH CHECK ({using})")


def _grant(rights: str, tables: Iterable[str], roles: str) -> None:
    op.execute(f"GRANT {rights} ON {', '.join(tables)} TO {roles}")


def _registry() -> None:
    _grant("SELECT", REGISTRY, EVERYBODY)
    _grant("INSERT, UPDATE, DELETE", REGISTRY, "maerker_console")


def _configuration() -> None:
    for table in CONFIGURATION:
        _wall(table, f"{TOWN}, maerker_console, maerker_eraser, maerker_owner")
    _grant("SELECT, INSERT, UPDATE, DELETE", CONFIGURATION, f"{TOWN}, maerker_console")
    _grant("SELECT, DELETE", CONFIGURATION, "maerker_eraser")
    _wall("staff_sessions", f"{TOWN}, maerker_eraser, maerker_owner")
    _grant("SELECT, INSERT, UPDATE, DELETE", ["staff_sessions"], TOWN)
    _grant("SELECT, DELETE", ["staff_sessions"], "maerker_eraser")


def _reports() -> None:
    for table in (*WORK, *APPENDED, "report_contacts"):
        _wall(table, f"{TOWN}, maerker_eraser, maerker_owner")
        _grant("SELECT, DELETE", [table], "maerker_eraser")
    _grant("SELECT, INSERT, UPDATE", WORK, TOWN)
    _grant("SELECT, INSERT", APPENDED, TOWN)
    _grant("INSERT", ["report_contacts"], "maerker_tenants")
    _grant("SELECT, INSERT, UPDATE", ["report_contacts"], "maerker_contacts")


def _publications() -> None:
    """What is public may be read by everybody, so that indexes can be used (stack.md); writing needs the scope."""
    table = "publications"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY public_rows ON {table} FOR SELECT USING (true)")
    writers = f"{TOWN}, maerker_eraser, maerker_owner"
    op.execute(f"CREATE POLICY own_insert ON {table} FOR INSERT TO {writers} WITH CHECK ({SCOPE})")
    op.execute(f"CREATE POLICY own_update ON {table} FOR UPDATE TO {writers} USING ({SCOPE}) WITH CHECK ({SCOPE})")
    op.execute(f"CREATE POLICY own_delete ON {table} FOR DELETE TO {writers} USING ({SCOPE})")
    _grant("SELECT", [table], EVERYBODY)
    _grant("INSERT, UPDATE", [table], TOWN)
    _grant("DELETE", [table], "maerker_eraser")


def _relay() -> None:
    op.execute("CREATE POLICY every_town ON outbox TO maerker_relay USING (true) WITH CHECK (true)")
    op.execute("GRANT SELECT, UPDATE (taken_at) ON outbox TO maerker_relay")


def _operators() -> None:
    _grant("SELECT, INSERT, UPDATE", ["operator_accounts"], "maerker_console")
    _grant("SELECT, INSERT, UPDATE, DELETE", ["operator_sessions"], "maerker_console")
    _grant("SELECT, INSERT", ["operator_audit"], "maerker_console")


def _config_version() -> None:
    """A town's own change of its configuration raises its version in the registry, and nothing else there."""
    op.execute(
        "CREATE FUNCTION raise_config_version() RETURNS bigint LANGUAGE sql SECURITY DEFINER"
        " SET search_path = public, pg_temp AS"
        " $$ UPDATE tenants SET config_version = config_version + 1 WHERE id = current_tenant()"
        " RETURNING config_version $$"
    )
    op.execute("REVOKE ALL ON FUNCTION raise_config_version() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION raise_config_version() TO {TOWN}, maerker_console")


def _search() -> None:
    """Full-text search in reports: under a policy `@@` uses no index, so one function filters by town itself."""
    op.execute("CREATE POLICY for_search ON reports FOR SELECT TO maerker_search USING (true)")
    op.execute("GRANT SELECT (tenant_id, id, search) ON reports TO maerker_search")
    op.execute("GRANT USAGE, CREATE ON SCHEMA public TO maerker_search")
    op.execute(
        "CREATE FUNCTION search_reports(words text, most integer) RETURNS SETOF bigint LANGUAGE sql STABLE"
        " SECURITY DEFINER SET search_path = public, pg_temp AS"
        " $$ SELECT id FROM reports WHERE tenant_id = current_tenant()"
        " AND search @@ websearch_to_tsquery('german'::regconfig, words) ORDER BY id DESC LIMIT most $$"
    )
    op.execute("REVOKE ALL ON FUNCTION search_reports(text, integer) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION search_reports(text, integer) TO {TOWN}")
    op.execute("ALTER FUNCTION search_reports(text, integer) OWNER TO maerker_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM maerker_search")
