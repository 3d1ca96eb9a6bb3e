"""a mail to many people of a file is a posting for each: a full mailbox delays nobody else's"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("file_outbox", sa.Column("recipient_id", sa.BigInteger(), nullable=True))
