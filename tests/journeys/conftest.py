"""Fixtures of the journeys in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import chromium_at, served
from tests.world import World


@pytest.fixture(scope="module")
def chrome(world: World) -> Iterator[Browser]:
    """Chromium for the tests of one file; every host of the base domain is this process's platform."""
    with served(world.platform) as port, chromium_at(port) as browser:
        yield browser
