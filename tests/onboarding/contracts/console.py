"""A unit of work at the console that leaves nothing behind: these tables are the same for all towns."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, create_engine, text

from maerker.audit.actor import Actor
from maerker.database.base import session
from tests.makers import Here

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ANKE = Actor(kind="operator", id=None, name="Anke Brandt")


@contextmanager
def at_the_console() -> Iterator[None]:
    with Here.world.platform.app("console").app_context():
        try:
            yield
        finally:
            session().rollback()


@contextmanager
def as_superuser() -> Iterator[Connection]:
    """A connection that may take any role; its transaction is rolled back."""
    database = Here.world.settings.database_url_of("owner").database
    address = Here.world.services.admin_url_of(database or "")
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://", 1))
    try:
        with engine.connect() as connection:
            yield connection
            connection.rollback()
    finally:
        engine.dispose()


def become(connection: Connection, role: str) -> None:
    connection.execute(text(f"SET LOCAL ROLE maerker_{role}"))
