"""Everything the bench starts: real servers with fsync on, the background work, web servers, all on loopback."""

import contextlib
import http.client
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from bench.accounting import cpu_of, cpu_since
from maerker.database.prepare import prepare_database
from maerker.database.upgrade import upgrade
from maerker.embedded.assets import PROJECT
from maerker.embedded.instance import short_folder
from maerker.embedded.ports import LOOPBACK, free_port
from maerker.embedded.postgres import DURABLE, Postgres
from maerker.embedded.processes import spawn, stop
from maerker.embedded.valkey import Valkey
from maerker.settings import Settings

BASE_HOST = "bench.test"
AS_IN_PRODUCTION = PROJECT / "bench" / "as_in_production"
BACKGROUND = ("relay", "worker", "image-worker", "schedule")
FIRST_ANSWER_PATIENCE = 60.0
RESTING_CPU = 0.05  # seconds in half a second
# The throttles work as always; their limits are out of reach, since one address sends all reports.
RAISED_LIMITS = {
    "MAERKER_RATE_REPORTS_PER_ADDRESS": "100000000",
    "MAERKER_RATE_REPORTS_PER_TOWN": "100000000",
    "MAERKER_RATE_DRAFTS_PER_ADDRESS": "100000000",
    "MAERKER_RATE_LOGINS": "1000000",
}


class InstanceProblem(RuntimeError):
    """A part of the bench did not come up; the message names its log."""


@dataclass(frozen=True, kw_only=True)
class WebOptions:
    """How gunicorn runs, on both sides alike. None leaves what config/gunicorn.conf.py says."""

    workers: int = 2
    worker_class: str | None = None
    threads: int | None = None

    def arguments(self) -> list[str]:
        given = {"--worker-class": self.worker_class, "--threads": self.threads}
        return [word for name, value in given.items() if value is not None for word in (name, str(value))]


@dataclass(frozen=True)
class WebServer:
    """A running gunicorn. `first_answer`: seconds from its exec to the first answer of a page."""

    process: "subprocess.Popen[bytes]"
    port: int
    first_answer: float


class Services:
    """PostgreSQL and Valkey of one run, in a folder that is thrown away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.logs = folder / "logs"
        self.secret_key = secrets.token_hex(32)
        self._sockets = short_folder()
        self.postgres = Postgres(
            folder / "postgres", self._sockets, password=secrets.token_hex(16), log=self.logs / "postgres.log",
            options={**DURABLE, "max_wal_size": "4GB", "autovacuum_naptime": "5min"},
        )
        self.valkey = Valkey(self._sockets, log=self.logs / "valkey.log")
        self.smtp_port = free_port()

    @contextmanager
    def running(self) -> Iterator[None]:
        try:
            self.postgres.start()
            self.valkey.start()
            yield
        finally:
            self.valkey.stop()
            self.postgres.stop()
            shutil.rmtree(self._sockets, ignore_errors=True)

    def environment(self, database: str, **changes: str) -> dict[str, str]:
        """The settings of the product for one database."""
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "PYTHONPATH": str(PROJECT), "LANG": "C.UTF-8",
            "MAERKER_SECRET_KEY": self.secret_key, "MAERKER_DATA": str(self.folder / "data"),
            "MAERKER_BASE_HOST": BASE_HOST, "MAERKER_DATABASE_URL": self.postgres.server_url(database),
            "MAERKER_REDIS_URL": self.valkey.url(), "MAERKER_SMTP_HOST": LOOPBACK,
            "MAERKER_SMTP_PORT": str(self.smtp_port), "MAERKER_MAIL_FROM_DOMAIN": BASE_HOST, **RAISED_LIMITS, **changes,
        }

    def settings(self, database: str, **changes: str) -> Settings:
        return Settings.from_environment(self.environment(database, **changes))

    def admin_url(self, database: str) -> str:
        return self.postgres.admin_url(database)

    def make_database(self, name: str) -> None:
        """Roles, tables, and the table that the INSERT ceiling writes to."""
        settings = self.settings(name)
        prepare_database(self.admin_url("postgres"), name, settings.role_password)
        upgrade(settings.database_url_of("owner").render_as_string(hide_password=False))
        with psycopg.connect(self.admin_url(name)) as database:
            database.execute(
                "CREATE TABLE bench_inserts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text NOT NULL,"
                " at timestamptz NOT NULL DEFAULT now())"
            )
            database.execute("GRANT INSERT ON bench_inserts TO maerker_tenants")

    def copy_database(self, original: str, name: str) -> None:
        with psycopg.connect(self.admin_url("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy OWNER maerker_owner").format(
                sql.Identifier(name), sql.Identifier(original)
            ))

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.admin_url("postgres"), autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def forget_jobs(self, database: str) -> None:
        """Drop the background work that is left from one measurement, so that it does not disturb the next."""
        with psycopg.connect(self.admin_url(database)) as connection:
            connection.execute("UPDATE outbox SET done_at = now() WHERE done_at IS NULL")
        with redis.Redis.from_url(self.valkey.url()) as client:
            for key in client.scan_iter("rq:queue:*"):
                client.delete(key)
            for key in client.scan_iter("rq:job:*", count=1000):
                client.delete(key)

    @contextmanager
    def background(self, database: str) -> Iterator[dict[str, int]]:
        """Relay, worker, schedule, as `start.py` runs them, and a mail server, which is elsewhere in real life and so
        yields to all others. Their process numbers by name, without the mail server's."""
        environment = self.environment(database)
        command = str(Path(sys.executable).parent / "maerker")
        sink = [sys.executable, "-m", "maerker.embedded.mail_sink"]
        sink += ["--folder", str(self.folder / "mails")]
        sink += ["--smtp-port", str(self.smtp_port), "--web-port", str(free_port())]
        with ExitStack() as stack:
            _yield_to_all(stack.enter_context(self._process("mail", sink, environment)))
            processes = {
                name: stack.enter_context(self._process(name, [command, name], environment)) for name in BACKGROUND
            }
            numbers = {name: process.pid for name, process in processes.items()}
            _come_to_rest(numbers)
            yield numbers

    @contextmanager
    def web(
        self, name: str, target: str, environment: Mapping[str, str], path: str, host: str, options: WebOptions
    ) -> Iterator[WebServer]:
        """gunicorn with the product's own settings file. `path` at `host` is what it is asked first."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "--config", str(PROJECT / "config" / "gunicorn.conf.py")]
        command += ["--bind", f"{LOOPBACK}:{port}", "--workers", str(options.workers), *options.arguments(), target]
        seen = f"{AS_IN_PRODUCTION}:{environment['PYTHONPATH']}"
        began = time.perf_counter()
        with self._process(name, command, {**environment, "PYTHONPATH": seen}) as process:
            self._await(process, port, path, host, self.logs / f"{name}.log")
            yield WebServer(process, port, time.perf_counter() - began)

    @contextmanager
    def _process(
        self, name: str, command: list[str], environment: Mapping[str, str]
    ) -> "Iterator[subprocess.Popen[bytes]]":
        process = spawn(command, log=self.logs / f"{name}.log", environment=environment, folder=PROJECT)
        try:
            yield process
        finally:
            stop(process)

    def _await(self, process: "subprocess.Popen[bytes]", port: int, path: str, host: str, log: Path) -> None:
        end = time.perf_counter() + FIRST_ANSWER_PATIENCE
        while (status := _status(port, path, host)) != 200:
            if process.poll() is not None or time.perf_counter() > end or status:
                raise InstanceProblem(f"The web server answered {path} with {status or 'nothing'} (see {log}).")
            time.sleep(0.01)


def _status(port: int, path: str, host: str) -> int:
    """0 while nobody answers."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": host})
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def _yield_to_all(process: "subprocess.Popen[bytes]") -> None:
    """By the niceness of its session, which is what counts between sessions (see maerker/jobs/priority.py)."""
    with contextlib.suppress(OSError):
        Path(f"/proc/{process.pid}/autogroup").write_text("19")


def _come_to_rest(processes: Mapping[str, int]) -> None:
    """Wait until these have started: loading what they need takes seconds of CPU, which is no cost of a report."""
    for _ in range(40):
        before = cpu_of(processes)
        time.sleep(0.5)
        if sum(cpu_since(before, cpu_of(processes)).values()) < RESTING_CPU:
            return


def wait_until(done: Callable[[], bool], *, seconds: float) -> bool:
    """Whether it came true in time."""
    end = time.perf_counter() + seconds
    while not done():
        if time.perf_counter() > end:
            return False
        time.sleep(0.05)
    return True
