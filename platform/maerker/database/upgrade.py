"""Bring a database to the newest form, as its owner. One folder of migrations with one head."""

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, create_engine

FOLDER = Path(__file__).parent.parent / "migrations"


def alembic_config(**attributes: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes.update(attributes)
    return config


def upgrade(url: URL | str) -> None:
    """Run what is missing, each migration in its own transaction; a second start finds nothing to do."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            command.upgrade(alembic_config(connection=connection), "head")
    finally:
        engine.dispose()


def new_revision(url: URL | str, message: str, metadata: Any) -> None:
    """Write a new migration from the difference between the models and the database (for developers)."""
    engine = create_engine(url)
    with engine.connect() as connection:
        command.revision(alembic_config(connection=connection, metadata=metadata), message, autogenerate=True)
    engine.dispose()
