"""A whole instance as an operator runs it, in a folder of its own, and a browser that speaks real HTTP to it."""

import contextlib
import http.client
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

from maerker.embedded.ports import free_port
from maerker.settings import Settings
from tests.makers import Here, MadeTown, a_tenant
from tests.world import World
from wsgi import Platform

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass
class RunningInstance:
    """PostgreSQL (fsync on), Valkey, web, worker, relay, schedule and the mail sink, kept alive by the supervisor."""

    data: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def settings(self) -> Settings:
        lines = (self.data / "instance.env").read_text().splitlines()
        values = dict(line.partition("=")[::2] for line in lines)
        return Settings.from_environment({name: shlex.split(value)[0] for name, value in values.items()})

    def pid(self, name: str) -> int:
        return int(json.loads((self.data / "processes.json").read_text())[name])

    def kill(self, name: str) -> None:
        """kill -9, and wait until the supervisor has put another in its place (or, for `web`, gunicorn has)."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)

    def kill_a_web_worker(self) -> None:
        """One of gunicorn's worker processes, while its master lives."""
        children = subprocess.run(["pgrep", "-P", str(self.pid("web"))], capture_output=True, text=True, check=True)
        os.kill(int(children.stdout.split()[0]), signal.SIGKILL)

    def mails(self) -> list[EmailMessage]:
        found = []
        for path in sorted((self.data / "mail").rglob("*")):
            if path.is_file() and path.parent.name in ("new", "cur"):
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                assert isinstance(mail, EmailMessage)
                found.append(mail)
        return found


@contextlib.contextmanager
def running_instance(folder: Path) -> Iterator[RunningInstance]:
    """Start one without the demo; stop it and everything it started at the end."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAERKER_")}
    environment |= {
        "MAERKER_DEMO": "0", "MAERKER_FORM_MIN_SECONDS": "0", "MAERKER_OUTBOX_RETRY_SECONDS": "4",
        "MAERKER_RATE_REPORTS_PER_ADDRESS": "100000", "MAERKER_RATE_REPORTS_PER_TOWN": "100000",
        "MAERKER_RATE_DRAFTS_PER_ADDRESS": "100000", "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    log = (folder / "supervisor.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "maerker.embedded", "start", "--data", str(folder / "data"), "--port", str(port)],
        env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
    )
    instance = RunningInstance(folder / "data", port, process)
    try:
        wait_for(lambda: "Ctrl-C" in (folder / "supervisor.log").read_text(), process)
        yield instance
    finally:
        process.terminate()
        process.wait(timeout=60)


def wait_for(condition: object, process: "subprocess.Popen[bytes] | None" = None, seconds: float = PATIENCE) -> None:
    """Poll a condition of another process; fails when it does not come true in time."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert process is None or process.poll() is None, "the instance ended"
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.2)


def a_town_on(instance: RunningInstance) -> MadeTown:
    """Provision a town on the running instance, with the product's own action."""
    before = Here.world
    settings = replace(instance.settings, base_host=before.settings.base_host)
    Here.world = World(before.services, settings, Platform(settings), before.mailbox)
    try:
        return a_tenant()
    finally:
        Here.world = before


class LostAnswer(Exception):
    """The connection broke or the server could not answer: a person would try again."""


@dataclass
class Answer:
    status: int
    location: str
    page: str


class Browser:
    """Keeps cookies and the last form's token, like a browser without JavaScript."""

    def __init__(self, port: int, host: str) -> None:
        self.port = port
        self.host = host
        self.cookies: dict[str, str] = {}
        self.page = ""

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, {"csrf_token": self.hidden("csrf_token"), **fields})

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]+)"', self.page)
        return found.group(1) if found else ""

    def _ask(self, method: str, path: str, fields: dict[str, str] | None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Host": self.host, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, urlencode(fields) if fields is not None else None, headers)
            response = connection.getresponse()
            body = response.read().decode()
        except (OSError, http.client.HTTPException) as broken:
            raise LostAnswer(str(broken)) from broken
        finally:
            connection.close()
        if response.status >= 500:
            raise LostAnswer(f"{response.status}")
        for line in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        if response.status in (200, 422):
            self.page = body
        return Answer(response.status, response.headers.get("Location", ""), body)
