"""One embedded PostgreSQL and Valkey for all pytest processes; each process has its own copy of the database."""

import gc
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from maerker.embedded.testing import ensure_services
from tests.makers import Here, MadeTown, a_tenant
from tests.world import Mailbox, World, make_world

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("maerker", deadline=None)
settings.load_profile("maerker")


def pytest_configure(config: pytest.Config) -> None:
    """Before the other processes start: they find the servers by the environment."""
    if not config.option.collectonly:
        config.stash[_SERVICES] = ensure_services()


def pytest_collection_finish() -> None:
    """Looking for cycles after each 700 objects, among all that is loaded by now, took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes that are made anew in each process would be other tests in each: they are numbered instead of shown."""
    return argname if isinstance(val, bytes) and len(val) > 60 else None


_SERVICES: pytest.StashKey = pytest.StashKey()


@pytest.fixture(scope="session")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    made = make_world(request.config.stash[_SERVICES], os.environ.get("PYTEST_XDIST_WORKER", "main"))
    Here.world = made
    yield made
    made.mailbox.stop()
    for engine in made.engines.values():
        engine.dispose()


@pytest.fixture(autouse=True)
def _everyone_is_here(request: pytest.FixtureRequest) -> None:
    """Makers need the world; pure tests (no database) skip it by living in a folder without one."""
    if not any(part in str(request.path) for part in ("/calendar/", "/images/", "/storage/", "/embedded/")):
        request.getfixturevalue("world")


@pytest.fixture
def town() -> MadeTown:
    return a_tenant()


@pytest.fixture
def mailbox(world: World) -> Iterator[Mailbox]:
    """The mail server, emptied, with nothing under way that earlier tests left; it takes mails again afterwards."""
    world.forget_work()
    world.mailbox.mails.clear()
    yield world.mailbox
    world.mailbox.refuse = world.mailbox.full = ""
