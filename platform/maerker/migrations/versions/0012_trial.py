"""reports of a trial, and the moments of a start"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TOWN = "maerker_tenants, maerker_contacts"
SCOPE = "tenant_id = current_tenant()"


def upgrade() -> None:
    _moments_of_a_town()
    _marks_of_a_trial()
    _public_copies_of_a_trial()
    op.create_table(
        "trial_passes",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("current_tenant()"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_trial_passes")),
    )
    for table in ("trial_publications", "trial_passes"):
        _wall(table)


def _moments_of_a_town() -> None:
    """Written by the console alone, which holds UPDATE on the registry since 0002."""
    for name in ("starts_at", "started_at", "paused_from", "paused_until"):
        op.add_column("tenants", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "tenants", sa.Column("form_closed_while_leaving", sa.Boolean(), server_default="false", nullable=False)
    )


def _marks_of_a_trial() -> None:
    for table in ("reports", "report_drafts", "report_numbers"):
        op.add_column(table, sa.Column("trial", sa.Boolean(), server_default="false", nullable=False))
    op.create_index("ix_reports_trial", "reports", ["tenant_id", "id"], postgresql_where=sa.text("trial"))
    op.drop_constraint(op.f("pk_report_numbers"), "report_numbers", type_="primary")
    op.create_primary_key(op.f("pk_report_numbers"), "report_numbers", ["tenant_id", "year", "trial"])


def _public_copies_of_a_trial() -> None:
    """What `publications` is for everybody, behind a wall: no policy lets another town or no town see a row."""
    no_list, no_words = sa.text("'[]'"), ""
    text_columns = [
        sa.Column(name, sa.Text(), server_default=no_words, nullable=False)
        for name in ("street", "house_number", "district")
    ]
    lists = [
        sa.Column(name, postgresql.JSONB(), server_default=no_list, nullable=False) for name in ("photos", "answers")
    ]
    moments = [
        sa.Column(name, sa.DateTime(timezone=True), nullable=name == "expected_at")
        for name in ("received_at", "published_at", "updated_at", "expected_at")
    ]
    op.create_table(
        "trial_publications",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("current_tenant()"), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(12), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received", "accepted", "in_progress", "done", "closed_unresolved", name="state", native_enum=False,
                create_constraint=True, length=20,
            ),
            nullable=False,
        ),
        sa.Column("removed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("redacted", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        *text_columns,
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        *lists,
        sa.Column("closed_reason", sa.String(40), server_default=no_words, nullable=False),
        *moments,
        sa.ForeignKeyConstraint(
            ["tenant_id", "report_id"], ["reports.tenant_id", "reports.id"], ondelete="CASCADE",
            name=op.f("fk_trial_publications_tenant_id_report_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "report_id", name=op.f("pk_trial_publications")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_trial_publications_tenant_id_number")),
    )


def _wall(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON {table} TO {TOWN}, maerker_eraser, maerker_owner"
        f" USING ({SCOPE}) WITH CHECK ({SCOPE})"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {table} TO {TOWN}")
    op.execute(f"GRANT SELECT, DELETE ON {table} TO maerker_eraser")
