"""each step keeps the day it announced for the work; a public copy says in which language it is written"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """What the version before writes has no day, and counts as German as it did."""
    op.add_column("report_events", sa.Column("planned_for", sa.DateTime(timezone=True), nullable=True))
    for table in ("publications", "trial_publications"):
        op.add_column(table, sa.Column("language", sa.String(5), nullable=False, server_default="de"))
