"""A pytest plugin: where Chromium is missing, the tests that need it are skipped by name, with the reason."""

import pytest

from maerker.embedded.browser import chromium


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if chromium():
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason="Chromium is missing: apt-get install chromium-headless-shell"))
