"""public reports by their place, with what the desk needs to choose among them: no table page is read for the rest"""

from collections.abc import Sequence

from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    name = op.f("ix_publications_tenant_id_lat_lon")
    op.drop_index(name, table_name="publications")
    op.create_index(
        name, "publications", ["tenant_id", "lat", "lon"], postgresql_include=["report_id", "received_at"]
    )
