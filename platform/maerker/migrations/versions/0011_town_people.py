"""a town's own office: links by mail, ends of accounts, colours; passwords are no business of the operator's role"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

TOWN = "maerker_tenants, maerker_contacts"
SCOPE = "tenant_id = current_tenant()"
COLOUR = "^#[0-9a-fA-F]{6}$"
SEEN_BY_CONSOLE = (
    "tenant_id", "id", "username", "display_name", "email", "role", "has_password", "trained_on", "disabled_at",
    "last_seen_at", "enabled_at", "ends_warned_at",
)
WRITTEN_BY_CONSOLE = ("tenant_id", "username", "display_name", "email", "role", "trained_on", "disabled_at")


def upgrade() -> None:
    _accounts()
    _links()
    _passwords_are_the_towns()
    _ends_of_accounts()
    _profiles()


def _accounts() -> None:
    op.add_column(
        "staff_accounts",
        sa.Column("has_password", sa.Boolean(), sa.Computed("password_hash <> ''", persisted=True), nullable=False),
    )
    op.add_column(
        "staff_accounts",
        sa.Column("enabled_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.add_column("staff_accounts", sa.Column("ends_warned_at", sa.DateTime(timezone=True), nullable=True))


def _links() -> None:
    op.create_table(
        "staff_links",
        sa.Column("tenant_id", sa.Uuid(), server_default=sa.text("current_tenant()"), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("invitation", "password", name="purpose", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column("seed", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "account_id"], ["staff_accounts.tenant_id", "staff_accounts.id"],
            name=op.f("fk_staff_links_tenant_id_account_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_staff_links")),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_staff_links_tenant_id_token_hash")),
    )
    op.create_index(op.f("ix_staff_links_tenant_id_account_id"), "staff_links", ["tenant_id", "account_id"])
    op.execute("ALTER TABLE staff_links ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE staff_links FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY own_rows ON staff_links TO {TOWN}, maerker_console, maerker_eraser, maerker_owner"
        f" USING ({SCOPE}) WITH CHECK ({SCOPE})"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON staff_links TO {TOWN}")
    op.execute("GRANT SELECT, DELETE ON staff_links TO maerker_eraser")


def _passwords_are_the_towns() -> None:
    """The operator's role makes accounts and has people invited; it neither reads nor sets a password.

    What it does with a town's people it writes into that town's own audit rows, which it cannot read.
    """
    op.execute("REVOKE SELECT, INSERT, UPDATE ON staff_accounts FROM maerker_console")
    op.execute(f"GRANT SELECT ({', '.join(SEEN_BY_CONSOLE)}) ON staff_accounts TO maerker_console")
    written = ", ".join(WRITTEN_BY_CONSOLE)
    op.execute(f"GRANT INSERT ({written}), UPDATE ({written}) ON staff_accounts TO maerker_console")
    op.execute("GRANT INSERT, DELETE ON staff_links TO maerker_console")
    op.execute(
        "GRANT SELECT (tenant_id, id, account_id, purpose, made_at, expires_at) ON staff_links TO maerker_console"
    )
    op.execute("GRANT INSERT, SELECT (tenant_id, id) ON staff_audit TO maerker_console")
    op.execute(f"CREATE POLICY operators_acts ON staff_audit TO maerker_console USING ({SCOPE}) WITH CHECK ({SCOPE})")
    op.execute("GRANT INSERT (tenant_id, kind, subject_id, detail_id, posted_at, done_at) ON outbox TO maerker_console")
    op.execute(
        "CREATE POLICY invitations ON outbox FOR INSERT TO maerker_console"
        f" WITH CHECK ({SCOPE} AND kind = 'account_invitation')"
    )


def _ends_of_accounts() -> None:
    """The nightly job closes accounts that nobody uses, and has their owners warned before."""
    op.execute("GRANT UPDATE (disabled_at, ends_warned_at) ON staff_accounts TO maerker_eraser")
    op.execute("GRANT INSERT ON staff_audit, outbox TO maerker_eraser")


def _profiles() -> None:
    op.add_column("profiles", sa.Column("account_idle_days", sa.Integer(), server_default="180", nullable=False))
    for name, rule in (
        ("primary_colour", f"primary_colour ~ '{COLOUR}'"),
        ("accent_colour", f"accent_colour ~ '{COLOUR}'"),
        ("account_idle_days", "account_idle_days BETWEEN 30 AND 1095"),
    ):
        op.create_check_constraint(op.f(f"ck_profiles_{name}"), "profiles", rule)
