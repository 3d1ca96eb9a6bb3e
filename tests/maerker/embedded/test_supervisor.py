"""The one command as a whole, without demonstration data: it starts, mends itself, refuses, stops, and starts again."""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from maerker.embedded.instance import Instance
from maerker.embedded.ports import LOOPBACK, free_port
from maerker.settings import derived_password

pytestmark = [pytest.mark.failure, pytest.mark.xdist_group("instance")]

PARTS = ["postgres", "valkey", "mail", "web", "relay", "worker", "image-worker", "console-worker", "schedule"]


class Running:
    """One running instance in its own folder, as a person at the terminal sees it."""

    def __init__(self, data: Path, *arguments: str, port: int, **settings: str) -> None:
        self.data = data
        self.port = port
        self.said: list[str] = []
        self.process = embedded("--data", str(data), "--port", str(port), *arguments, **settings)

    def until_card(self) -> "Running":
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line)
            if "Ctrl-C stops everything" in line:
                return self
        raise AssertionError("".join(self.said) + (self.process.stderr.read() if self.process.stderr else ""))

    def numbers(self) -> dict[str, int]:
        with contextlib.suppress(ValueError):  # it is being written
            return dict(json.loads((self.data / "processes.json").read_text()))
        return {}

    def answers(self, path: str = "/healthz") -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection.request("GET", path, headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        return False

    def as_owner(self) -> "psycopg.Connection[tuple[object, ...]]":
        instance = Instance(self.data)
        environment = dict(line.split("=", 1) for line in instance.environment.read_text().splitlines())
        return psycopg.connect(
            make_conninfo(
                environment["MAERKER_DATABASE_URL"].strip("'"),
                user="maerker_owner",
                password=derived_password(instance.secret_key(), "owner"),
            )
        )

    def stop(self, by: signal.Signals = signal.SIGINT) -> str:
        """What it says at last. Its exit code is in `process.returncode`."""
        self.process.send_signal(by)
        said, complaint = self.process.communicate(timeout=60)
        return said + complaint


def embedded(*arguments: str, **settings: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAERKER_")}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "maerker.embedded", *arguments],
        env={**environment, "MAERKER_DEMO": "0", "WEB_CONCURRENCY": "1", **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    tick, waited = threading.Event(), 0.0
    while not condition():
        if waited > seconds:
            return False
        tick.wait(0.1)
        waited += 0.1
    return True


def alive(number: int) -> bool:
    with contextlib.suppress(OSError):
        return (Path("/proc") / str(number) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    instance = Running(tmp_path_factory.mktemp("instance") / "data", port=free_port()).until_card()
    yield instance
    if instance.process.poll() is None:
        instance.stop(signal.SIGTERM)


def test_it_shows_what_it_does_and_ends_with_a_card(running: Running) -> None:
    said = "".join(running.said)
    assert "PostgreSQL and Valkey ....." in said
    assert f"http://localhost:{running.port}/" in said
    assert "Sent mails\n" in said
    assert sorted(running.numbers()) == sorted(PARTS)
    assert running.answers()
    assert running.answers("/readyz")


def test_a_second_instance_on_the_same_data_is_refused_in_one_sentence(running: Running) -> None:
    second = embedded("--data", str(running.data), "--port", str(free_port()))
    said, complaint = second.communicate(timeout=30)
    assert (second.returncode, said) == (1, "")
    assert complaint == f"Another instance is already running on the data in {running.data}.\n"


def test_a_taken_port_is_told_in_one_sentence(running: Running, tmp_path: Path) -> None:
    second = embedded("--data", str(tmp_path / "data"), "--port", str(running.port))
    said, complaint = second.communicate(timeout=30)
    assert (second.returncode, said) == (1, "")
    assert complaint == f"Port {running.port} is taken by another program: choose another one with --port.\n"


def test_a_number_that_is_no_port_is_told() -> None:
    second = embedded("--port", "70000")
    _, complaint = second.communicate(timeout=30)
    assert second.returncode == 2
    assert "70000 is no port: a port is a number from 1 to 65535" in complaint


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"MAERKER_DATABASE_URL": "postgresql:///none?host=/nowhere"}, "The database does not let us in: "),
        ({"MAERKER_TRUSTED_PROXIES": "many"}, "MAERKER_TRUSTED_PROXIES must be a number, not 'many'."),
    ],
)
def test_settings_that_lead_nowhere_are_told(settings: dict[str, str], sentence: str, tmp_path: Path) -> None:
    process = embedded("--data", str(tmp_path / "data"), "--port", str(free_port()), **settings)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert complaint.startswith(sentence)
    assert complaint.count("\n") == 1


def test_own_servers_named_in_the_environment_are_used_and_none_is_started(running: Running, tmp_path: Path) -> None:
    instance = Instance(running.data)
    noted = dict(line.split("=", 1) for line in instance.environment.read_text().splitlines())
    named = {
        name: noted[name].strip("'") for name in ("MAERKER_SECRET_KEY", "MAERKER_DATABASE_URL", "MAERKER_REDIS_URL")
    }
    second = Running(tmp_path / "data", port=free_port(), **named).until_card()
    try:
        assert sorted(second.numbers()) == sorted(set(PARTS) - {"postgres", "valkey"})
        assert second.answers("/readyz")
        assert not (second.data / "postgres").exists()
    finally:
        second.stop()
    refused = embedded("--data", str(tmp_path / "data"), "--port", str(second.port), "--fresh", **named)
    _, complaint = refused.communicate(timeout=60)
    assert (refused.returncode, complaint) == (
        1,
        "--fresh clears only an own database, but MAERKER_DATABASE_URL names another.\n",
    )


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_killed_is_started_again(running: Running, part: str) -> None:
    before = running.numbers()[part]
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: running.numbers().get(part, before) != before)
    assert eventually(lambda: running.answers("/readyz"))


def test_stopping_ends_every_process_and_a_second_start_finds_the_data_again(running: Running) -> None:
    with running.as_owner() as owner:
        owner.execute("CREATE TABLE kept (word text)")
        owner.execute("INSERT INTO kept VALUES ('here')")
    numbers = running.numbers()
    sockets = (running.data / "sockets").readlink()
    said = running.stop()
    assert running.process.returncode == 0
    assert said.endswith(f"Stopped. The data is kept in {running.data}\n")
    assert "Traceback" not in said
    assert not any(alive(number) for number in numbers.values())
    assert not sockets.exists()
    assert running.numbers() == {}

    again = Running(running.data, port=running.port).until_card()
    with again.as_owner() as owner:
        assert owner.execute("SELECT word FROM kept").fetchall() == [("here",)]
    numbers = again.numbers()
    os.kill(again.process.pid, signal.SIGKILL)  # nobody is left to stop the parts: they end by themselves
    again.process.communicate()
    assert eventually(lambda: not any(alive(number) for number in numbers.values()))

    fresh = Running(running.data, "--fresh", port=running.port).until_card()
    with fresh.as_owner() as owner:
        assert owner.execute("SELECT to_regclass('kept')").fetchone() == (None,)
    fresh.stop(signal.SIGTERM)
    assert fresh.process.returncode == 0
