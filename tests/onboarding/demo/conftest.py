"""The demonstration, loaded once for all that look at it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from maerker.clock import BERLIN
from maerker.embedded.testing import ensure_services
from onboarding.demo.card import DemoCard
from onboarding.demo.load import load_demo
from tests.world import World
from wsgi import Platform

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=BERLIN)


@dataclass
class Loaded:
    """A loaded demo in a database of its own, with the superuser's eyes on it."""

    platform: Platform
    card: DemoCard
    engine: Engine
    data: Path

    def ask(self, question: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(question))]

    def number(self, question: str) -> int:
        return int(str(self.ask(question)[0][0]))


@pytest.fixture(scope="session")
def loaded(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    services = ensure_services()
    data = tmp_path_factory.mktemp("demo")
    name = f"demo_{world.settings.database_url.rpartition('_')[2].split('?')[0]}"
    url = services.clone_database(name)
    platform = Platform(replace(world.settings, data=data, database_url=url, base_host="localhost", public_port=8000))
    card = load_demo(platform, NOW)
    engine = create_engine(services.admin_url_of(name).replace("postgresql://", "postgresql+psycopg://", 1))
    yield Loaded(platform, card, engine, data)
    engine.dispose()
    services.drop_database(name)
