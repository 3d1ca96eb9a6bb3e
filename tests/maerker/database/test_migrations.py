"""One folder of migrations with one head, and the models say the same as the database."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from maerker.database.upgrade import alembic_config
from onboarding.tables import metadata
from tests.makers import Here


def test_there_is_one_head() -> None:
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1, "Two heads: make one follow the other."


@pytest.mark.filterwarnings("ignore:Did not recognize type 'polygon'")  # PostgreSQL's own, unknown to SQLAlchemy
def test_the_migrations_make_what_the_models_say() -> None:
    with Here.world.engine("owner").connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata())
    assert not differences, f"{differences}: write a migration (`make migration`)."


def test_upgrading_twice_changes_nothing() -> None:
    from maerker.database.upgrade import upgrade

    url = Here.world.settings.database_url_of("owner")
    upgrade(url)
    upgrade(url)
