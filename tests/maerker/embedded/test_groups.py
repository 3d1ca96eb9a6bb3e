"""Tests that share something expensive run in one of pytest's processes, so that it is made once."""

import os

import pytest


@pytest.mark.xdist_group("together")
@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process: everything is together")
def test_the_group_of_a_test_is_heeded(request: pytest.FixtureRequest) -> None:
    """pytest 9.2 with pytest-xdist 3.8 forgot the groups without a word: the demonstration was loaded twice."""
    assert request.node.nodeid.endswith("@together"), "choose versions of pytest and pytest-xdist that go together"
