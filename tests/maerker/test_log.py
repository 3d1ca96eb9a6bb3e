"""A line of the log leads from the number on an error page to what happened."""

import json

import pytest
import structlog
from flask import g

from maerker.application import configure_logging
from tests.makers import Here


def said(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    capsys.readouterr()
    structlog.get_logger().warning("something happened", town="Cottbus")
    line: dict[str, str] = json.loads(capsys.readouterr().out)
    return line


def test_a_line_names_the_request_it_belongs_to_and_one_between_requests_names_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    with Here.world.platform.app("joining").test_request_context("/akte"):
        g.request_id = "5f9f7ed4457d58ca"
        line = said(capsys)
    assert (line["request"], line["app"], line["event"]) == ("5f9f7ed4457d58ca", "joining", "something happened")
    assert not said(capsys).keys() & {"request", "app"}
