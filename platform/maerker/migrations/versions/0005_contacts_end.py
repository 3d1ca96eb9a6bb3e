"""the day on which contact data goes: written when a report is closed, by a role that cannot read the data"""

from collections.abc import Sequence

from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.execute(
        "GRANT SELECT (tenant_id, report_id, delete_after), UPDATE (delete_after) ON report_contacts"
        " TO maerker_tenants"
    )
