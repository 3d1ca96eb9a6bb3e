"""which mails of a report went out: found by index, however many postings a town has"""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_index("ix_outbox_tenant_id_subject_id", "outbox", ["tenant_id", "subject_id"])
