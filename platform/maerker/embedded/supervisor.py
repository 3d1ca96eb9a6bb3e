"""One command, a whole instance: servers, migrations, demonstration, then the parts that run until Ctrl-C."""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psycopg
from psycopg import sql

from maerker.database.prepare import prepare_database
from maerker.embedded.assets import PROJECT
from maerker.embedded.card import framed, read_card
from maerker.embedded.children import Child, Children
from maerker.embedded.demo_operator import DEMO_OPERATOR
from maerker.embedded.instance import Instance
from maerker.embedded.ports import LOOPBACK, demand_free, free_port
from maerker.embedded.postgres import Postgres, superuser_password
from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.processes import release, spawn, stop
from maerker.embedded.progress import step, tell, wait_visibly
from maerker.embedded.set_up import set_up
from maerker.embedded.valkey import Valkey

DATABASE = "maerker"
MAIL_PAGE_OFFSET = 25  # 8000 -> 8025
WEB_SECONDS = 60.0


class Told(BaseException):
    """Ctrl-C or SIGTERM: stop everything, in order."""


class Supervisor:
    """Runs one instance in this process's life. `environment` is what the operator set; it always wins."""

    def __init__(self, data: Path, *, port: int, fresh: bool, environment: Mapping[str, str]) -> None:
        self.instance = Instance(data)
        self.port = port
        self.fresh = fresh
        self.environment = dict(environment)
        self.own_postgres = "MAERKER_DATABASE_URL" not in environment
        self.own_valkey = "MAERKER_REDIS_URL" not in environment
        self.own_mail = "MAERKER_SMTP_HOST" not in environment
        web = [sys.executable, "-m", "maerker.embedded.web", "--config", str(PROJECT / "config" / "gunicorn.conf.py")]
        self.commands = {
            "web": [*web, "--bind", f"{LOOPBACK}:{port}", "wsgi:application"],
            **{name: [maerker(), name] for name in ("worker", "image-worker", "console-worker", "relay", "schedule")},
        }
        self.children = Children(changed=self._note_processes)
        self.admin_url = self.environment.pop("MAERKER_DATABASE_ADMIN_URL", "")

    def run(self) -> int:
        """Start, run until told to stop, stop. Raises EmbeddedProblem with one sentence."""
        with ExitStack() as stack:
            stack.enter_context(stoppable())
            stack.enter_context(self.instance.locked())
            demand_free(self.port)
            try:
                self._start(stack)
                while True:
                    time.sleep(0.3)
                    self.children.look()
            except Told:
                tell("")
                tell("Stopping ...")
            finally:
                self.children.stop()
        tell("Stopped. The data is kept in " + str(self.instance.data))
        return 0

    def _start(self, stack: ExitStack) -> None:
        if self.fresh:
            self._clear()
        set_up()
        self.fill_environment()
        servers = self._plan_servers(stack.enter_context(self.instance.socket_folder()))
        self._choose_mail_ports()
        self.instance.note_environment(self._named())
        web = self._part("web", held=True)
        web.begin()  # loads the application while the servers start
        stack.callback(web.stop)
        with step("PostgreSQL and Valkey" if servers else "Databases"):
            for server in servers:
                self.children.add(server)
        with step("Tables"):
            self._migrate()
        self._load_demo()
        with step("Web, worker, relay and schedule"):
            self.children.add(web)
            self._await_web(web)
            for name in sorted(self.commands.keys() - {"web"}):
                self.children.add(self._part(name))
        self._show_card()

    def _clear(self) -> None:
        if not self.own_postgres:
            raise EmbeddedProblem("--fresh clears only an own database, but MAERKER_DATABASE_URL names another.")
        with step("Removing the old data"):
            self.instance.clear()

    def fill_environment(self) -> None:
        """The settings of this instance: what the operator set, and beside it what the instance finds out itself."""
        defaults = {
            "MAERKER_DATA": str(self.instance.data),
            "MAERKER_SECRET_KEY": self.environment.get("MAERKER_SECRET_KEY") or self.instance.secret_key(),
            "MAERKER_PUBLIC_PORT": str(self.port),
            "MAERKER_DEMO": "1" if self.own_postgres else "0",
        }
        self.environment = {**defaults, **self.environment}
        if self.environment["MAERKER_DEMO"] == "1":
            self.environment = {**DEMO_OPERATOR, **self.environment}

    def _plan_servers(self, sockets: Path) -> list[Child]:
        """The servers that the environment does not name, not yet started; their addresses are known before."""
        planned = []
        password = superuser_password(self.environment["MAERKER_SECRET_KEY"])
        log = self.instance.logs
        if self.own_postgres:
            postgres = Postgres(self.instance.postgres, sockets, password=password, log=log / "postgres.log")
            planned.append(Child("postgres", postgres.start, lambda _: postgres.stop()))
            self.environment["MAERKER_DATABASE_URL"] = postgres.server_url(DATABASE)
            self.admin_url = postgres.admin_url()
        if self.own_valkey:
            valkey = Valkey(sockets, log=log / "valkey.log")
            planned.append(Child("valkey", valkey.start, lambda _: valkey.stop()))
            self.environment["MAERKER_REDIS_URL"] = valkey.url()
        return planned

    def _migrate(self) -> None:
        from sqlalchemy.exc import OperationalError  # slow to import: the web process began before

        from maerker.database.upgrade import upgrade
        from maerker.settings import Settings, SettingsProblem

        try:
            settings = Settings.from_environment(self.environment)
            if self.own_postgres and self.instance.loading.exists():
                self._drop_half_loaded()
            if self.admin_url:
                database = settings.database_url_of("owner").database or DATABASE
                prepare_database(self.admin_url, database, settings.role_password)
            upgrade(settings.database_url_of("owner").render_as_string(hide_password=False))
        except SettingsProblem as problem:
            raise EmbeddedProblem(str(problem)) from None
        except (OperationalError, psycopg.OperationalError) as problem:
            reason = str(getattr(problem, "orig", problem)).strip().splitlines()[0]
            raise EmbeddedProblem(f"The database does not let us in: {reason}") from None

    def _drop_half_loaded(self) -> None:
        """The demonstration was interrupted while it was being made: make it anew."""
        with psycopg.connect(self.admin_url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(DATABASE)))
        shutil.rmtree(self.instance.data / "files", ignore_errors=True)
        self.instance.card.unlink(missing_ok=True)
        self.instance.loading.unlink()

    def _choose_mail_ports(self) -> None:
        if not self.own_mail:
            return
        page, smtp = free_port(self.port + MAIL_PAGE_OFFSET), free_port()
        self.environment["MAERKER_SMTP_HOST"] = LOOPBACK
        self.environment["MAERKER_SMTP_PORT"] = str(smtp)
        self.environment["MAERKER_MAIL_SINK_URL"] = f"http://localhost:{page}/"
        sink = [sys.executable, "-m", "maerker.embedded.mail_sink", "--folder", str(self.instance.mails)]
        self.commands["mail"] = [
            *sink, "--smtp-port", str(smtp), "--web-port", str(page), "--card", str(self.instance.card),
        ]

    def _load_demo(self) -> None:
        if self.environment["MAERKER_DEMO"] != "1":
            tell("No demonstration data: MAERKER_DEMO=1 would load it.")
            return
        if self.instance.card.exists():
            return
        self.instance.loading.touch()
        log = self.instance.logs / "demo.log"
        with step("Demonstration data"):
            process = spawn([maerker(), "demo", "load"], log=log, environment=self.environment, folder=PROJECT)
            try:
                code = wait_visibly(process)
            finally:
                stop(process)
        if code:
            raise EmbeddedProblem(f"The demonstration data could not be loaded: {last_line(log)} (see {log}).")
        self.instance.loading.unlink()

    def _await_web(self, web: Child) -> None:
        if web.process is not None:
            release(web.process)
        deadline = time.monotonic() + WEB_SECONDS
        while not self._web_answers():
            if web.process is None or web.process.poll() is not None or time.monotonic() > deadline:
                log = self.instance.logs / "web.log"
                raise EmbeddedProblem(f"The web server did not start: {last_line(log)} (see {log}).")
            time.sleep(0.05)

    def _web_answers(self) -> bool:
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        try:
            host = self.environment.get("MAERKER_BASE_HOST", "localhost")
            connection.request("GET", "/healthz", headers={"Host": host})
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def _part(self, name: str, *, held: bool = False) -> Child:
        """One of `commands`, not yet started. `held`: the first time it waits for `release`."""
        holds = iter([held])

        def begin() -> "subprocess.Popen[bytes]":
            log = self.instance.logs / f"{name}.log"
            return spawn(
                self.commands[name], log=log, environment=self.environment, folder=PROJECT, held=next(holds, False)
            )

        return Child(name, begin, stop)

    def _named(self) -> dict[str, str]:
        return {name: value for name, value in sorted(self.environment.items()) if name.startswith("MAERKER_")}

    def _note_processes(self, numbers: dict[str, int]) -> None:
        """For whoever wants to know which process is which: `processes.json` in the data folder."""
        with contextlib.suppress(OSError):  # a full disk must not stop what runs
            (self.instance.data / "processes.json").write_text(json.dumps(numbers, indent=1) + "\n")

    def _show_card(self) -> None:
        card = read_card(self.instance.card, self.port)
        lines = [card or f"Address  http://localhost:{self.port}/"]
        if self.own_mail:
            mails = self.environment["MAERKER_MAIL_SINK_URL"]
            lines += ["", "Sent mails", f"  {mails}", "Codes for the operator's people", f"  {mails}codes"]
        lines += ["", f"Data and logs in {self.instance.data}. Ctrl-C stops everything."]
        print("\n" + framed("\n".join(lines)) + "\n", flush=True)


def maerker() -> str:
    """The platform's own command, of the same environment as this process."""
    return str(Path(sys.executable).parent / "maerker")


def last_line(log: Path) -> str:
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()] if log.exists() else []
    return lines[-1].strip().rstrip(".") if lines else "it gave no reason"


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, SIGINT, SIGTERM and SIGHUP raise Told, once: a second one does not interrupt the stopping."""

    def tell_to_stop(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Told

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, tell_to_stop)
    yield


def supervise(data: Path, *, port: int, fresh: bool) -> int:
    return Supervisor(data.absolute(), port=port, fresh=fresh, environment=os.environ).run()
