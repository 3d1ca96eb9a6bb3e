"""search finds words by their beginning: the query comes in PostgreSQL's own form"""

from collections.abc import Sequence

from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """As `search_reports`, which the code before this still calls; a later migration drops that one."""
    op.execute("GRANT USAGE, CREATE ON SCHEMA public TO maerker_search")
    op.execute(
        "CREATE FUNCTION find_reports(query text, most integer) RETURNS SETOF bigint LANGUAGE sql STABLE"
        " SECURITY DEFINER SET search_path = public, pg_temp AS"
        " $$ SELECT id FROM reports WHERE tenant_id = current_tenant()"
        " AND search @@ to_tsquery('german'::regconfig, query) ORDER BY id DESC LIMIT most $$"
    )
    op.execute("REVOKE ALL ON FUNCTION find_reports(text, integer) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION find_reports(text, integer) TO maerker_tenants")
    op.execute("ALTER FUNCTION find_reports(text, integer) OWNER TO maerker_search")
    op.execute("REVOKE CREATE ON SCHEMA public FROM maerker_search")
