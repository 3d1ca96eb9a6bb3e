"""the console finds a file by names in the form in which they are kept for that, not by folding all of them anew"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

NAMES = {
    "municipalities": "kind || ' ' || name || ' ' || name_dsb || ' ' || seat || ' ' || district_name || ' ' || ars",
    "municipality_areas": "name || ' ' || name_dsb",
    "file_people": "name || ' ' || email",
}


def upgrade() -> None:
    """Both forms of `folded` in onboarding/applications/kommunen.py, a line each: without marks, and with ae, oe, ue.

    `unaccent` counts as changeable, since its list of letters is a file; a new list reaches a row when it is written.
    """
    op.execute(
        "CREATE FUNCTION folded_forms(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$"
        " SELECT public.unaccent('public.unaccent'::regdictionary, small) || E'\\n' ||"
        " public.unaccent('public.unaccent'::regdictionary,"
        " replace(replace(replace(small, 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'))"
        " FROM (SELECT translate(lower(words), '-/().', '     ') AS small) AS given $$"
    )
    op.execute("REVOKE ALL ON FUNCTION folded_forms(text) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION folded_forms(text) TO maerker_console, maerker_joining")
    for table, names in NAMES.items():
        op.add_column(table, sa.Column("folded", sa.Text(), sa.Computed(f"folded_forms({names})", persisted=True)))
