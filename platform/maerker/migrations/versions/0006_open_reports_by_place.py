"""open reports by their place: what lies near a report is found without looking at all open ones"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index(
        "ix_reports_open_points", "reports", ["tenant_id", "lat", "lon"],
        postgresql_where=sa.text("closed_at IS NULL AND lat IS NOT NULL"),
    )
    op.create_index(
        "ix_reports_open_without_point", "reports", ["tenant_id", "district"],
        postgresql_where=sa.text("closed_at IS NULL AND lat IS NULL"),
    )
