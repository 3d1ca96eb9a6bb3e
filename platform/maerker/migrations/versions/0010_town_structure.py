"""a town's own office: what categories, places and departments can be set to"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TOWN = "maerker_tenants, maerker_contacts"
SCOPE = "tenant_id = current_tenant()"


def upgrade() -> None:
    for table in ("profiles", "departments", "categories", "places"):
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    _departments()
    _places()
    _memberships()
    _routes()


def _departments() -> None:
    """A closed department keeps its name; its successor took over."""
    op.add_column("departments", sa.Column("successor_id", sa.BigInteger(), nullable=True))
    op.add_column("departments", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_departments_tenant_id_successor_id"), "departments", "departments",
        ["tenant_id", "successor_id"], ["tenant_id", "id"],
    )
    op.create_index("ix_departments_tenant_id_successor_id", "departments", ["tenant_id", "successor_id"])


def _places() -> None:
    op.add_column("places", sa.Column("department_id", sa.BigInteger(), nullable=True))
    op.add_column("places", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(
        op.f("fk_places_tenant_id_department_id"), "places", "departments",
        ["tenant_id", "department_id"], ["tenant_id", "id"], ondelete="SET NULL (department_id)",
    )
    op.create_index("ix_places_tenant_id_department_id", "places", ["tenant_id", "department_id"])


def _memberships() -> None:
    """Deputies, and who is away from when to when."""
    table = "staff_memberships"
    op.add_column(table, sa.Column("is_deputy", sa.Boolean(), server_default="false", nullable=False))
    op.add_column(table, sa.Column("away_from", sa.Date(), nullable=True))
    op.add_column(table, sa.Column("away_until", sa.Date(), nullable=True))
    op.add_column(table, sa.Column("stand_in_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        op.f("fk_staff_memberships_tenant_id_stand_in_id"), table, "staff_accounts",
        ["tenant_id", "stand_in_id"], ["tenant_id", "id"], ondelete="SET NULL (stand_in_id)",
    )
    op.create_index("ix_staff_memberships_tenant_id_stand_in_id", table, ["tenant_id", "stand_in_id"])
    for name, rule in (
        ("absence_is_whole", "(away_from IS NULL) = (away_until IS NULL)"),
        ("absence_has_order", "away_until >= away_from"),
        ("nobody_stands_in_for_themselves", "stand_in_id <> account_id"),
    ):
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, rule)


def _routes() -> None:
    """Another department for one category in one Ortsteil; with its wall."""
    op.create_table(
        "category_routes",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("current_tenant()"), nullable=False),
        sa.Column("category_key", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "category_key", "place_id", name=op.f("pk_category_routes")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "category_key"], ["categories.tenant_id", "categories.key"],
            name=op.f("fk_category_routes_tenant_id_category_key"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "place_id"], ["places.tenant_id", "places.id"],
            name=op.f("fk_category_routes_tenant_id_place_id"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "department_id"], ["departments.tenant_id", "departments.id"],
            name=op.f("fk_category_routes_tenant_id_department_id"),
        ),
    )
    op.create_index("ix_category_routes_tenant_id_place_id", "category_routes", ["tenant_id", "place_id"])
    op.create_index("ix_category_routes_tenant_id_department_id", "category_routes", ["tenant_id", "department_id"])
    op.execute("ALTER TABLE category_routes ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE category_routes FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON category_routes TO {TOWN}, maerker_console, maerker_eraser, maerker_owner"
        f" USING ({SCOPE}) WITH CHECK ({SCOPE})"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON category_routes TO {TOWN}, maerker_console")
    op.execute("GRANT SELECT, DELETE ON category_routes TO maerker_eraser")
