"""gunicorn with the settings that an operator copies."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from maerker.embedded.ports import LOOPBACK, free_port
from tests.journeys.instance import ROOT, wait_for

SILENT = 24  # gunicorn would wait five seconds for each, with four threads
PATIENCE = 10.0


@pytest.fixture
def port() -> Iterator[int]:
    """One process that answers every request, until the end of the test."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "config" / "gunicorn.conf.py"),
         "--bind", f"{LOOPBACK}:{port}", "--workers", "1", "wsgiref.simple_server:demo_app"],
        env={**os.environ, "WEB_CONCURRENCY": "1"}, stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: answers(port), process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=60)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def test_connections_opened_ahead_of_need_keep_nobody_waiting(port: int) -> None:
    with ExitStack() as open_ones:
        for _ in range(SILENT):
            open_ones.enter_context(socket.create_connection((LOOPBACK, port), timeout=PATIENCE))
        assert answers(port)
