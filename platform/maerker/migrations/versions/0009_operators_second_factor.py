"""the operator's people: second factor, passkeys, roles trainer and reader"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ROLES = "'admin', 'support', 'trainer', 'reader'"


def upgrade() -> None:
    _accounts()
    _sessions()
    _half_sign_ins()
    _recovery_codes()
    _passkeys()
    op.create_index(op.f("ix_operator_audit_at"), "operator_audit", ["at"])


def _accounts() -> None:
    op.drop_constraint("role", "operator_accounts", type_="check")
    op.create_check_constraint("role", "operator_accounts", f"role IN ({ROLES})")
    for column in (
        sa.Column("setup_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("setup_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_sealed", sa.Text(), server_default="", nullable=False),
        sa.Column("totp_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_last_step", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("recovery_since", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("operator_accounts", column)
    op.create_unique_constraint(op.f("uq_operator_accounts_setup_hash"), "operator_accounts", ["setup_hash"])


def _sessions() -> None:
    """A sign-in from before has no `verified_at` and opens nothing any more: its owner signs in anew."""
    op.add_column("operator_sessions", sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("operator_sessions", sa.Column("challenge", sa.LargeBinary(), nullable=True))
    op.add_column("operator_sessions", sa.Column("challenge_until", sa.DateTime(timezone=True), nullable=True))


def _half_sign_ins() -> None:
    table = "operator_half_sign_ins"
    op.create_table(
        table,
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target", sa.Text(), server_default="/", nullable=False),
        sa.Column("misses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=True),
        _of_account(table),
        sa.PrimaryKeyConstraint("token_hash", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])
    op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"])
    _console_writes(table)


def _recovery_codes() -> None:
    table = "operator_recovery_codes"
    op.create_table(
        table,
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_account(table),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name=op.f(f"pk_{table}")),
    )
    _console_writes(table)


def _passkeys() -> None:
    table = "operator_passkeys"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _of_account(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("credential_id", name=op.f(f"uq_{table}_credential_id")),
    )
    op.create_index(op.f(f"ix_{table}_account_id"), table, ["account_id"])
    _console_writes(table)


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id"], ["operator_accounts.id"], name=op.f(f"fk_{table}_account_id"), ondelete="CASCADE"
    )


def _console_writes(table: str) -> None:
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO maerker_console")
