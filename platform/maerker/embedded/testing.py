"""Servers for the tests: one PostgreSQL and one Valkey for all of them, thrown away at the end.

``python3 start.py test`` starts them once and tells pytest's processes by the environment; plain ``pytest`` gets
them from `ensure_services`. Every test that needs a database copies the migrated template, which takes 15 ms.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from maerker.database.prepare import prepare_database
from maerker.embedded.catalogues import compile_catalogues
from maerker.embedded.instance import short_folder
from maerker.embedded.postgres import FORGETFUL, Postgres
from maerker.embedded.templates import keep_templates_compiled
from maerker.embedded.valkey import Valkey
from maerker.settings import Settings

TEMPLATE = "maerker_template"
_ENOUGH_MEMORY = 2 * 1024**3


@dataclass(frozen=True, kw_only=True)
class TestServices:
    """Where the tests' servers are. `database_url_template` has `{database}` in it and no user."""

    __test__ = False  # not a test case, whatever pytest makes of the name

    admin_url: str
    database_url_template: str
    redis_url: str
    secret_key: str
    template: str = TEMPLATE

    def database_url(self, database: str) -> str:
        """What MAERKER_DATABASE_URL is for one database."""
        return self.database_url_template.format(database=database)

    def redis_url_of(self, number: int) -> str:
        """One of 64 separate databases, say one for each pytest process."""
        return self.redis_url.rsplit("?", 1)[0] + f"?db={number}"

    def clone_database(self, name: str) -> str:
        """A fresh copy of the migrated, empty database under this name, replacing an older one: its address."""
        with psycopg.connect(self.admin_url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy OWNER maerker_owner").format(
                    sql.Identifier(name), sql.Identifier(self.template)
                )
            )
        return self.database_url(name)

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.admin_url, autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def admin_url_of(self, database: str) -> str:
        """The superuser's address of one database. The superuser passes every policy: only for set-up."""
        return urlunsplit(urlsplit(self.admin_url)._replace(path=f"/{database}"))

    def export(self, environment: MutableMapping[str, str]) -> None:
        """Tell processes started later; `ensure_services` in them starts nothing."""
        environment["MAERKER_TEST_ADMIN_URL"] = self.admin_url
        environment["MAERKER_TEST_DATABASE_URL_TEMPLATE"] = self.database_url_template
        environment["MAERKER_TEST_REDIS_URL"] = self.redis_url
        environment["MAERKER_SECRET_KEY"] = self.secret_key


def ensure_services() -> TestServices:
    """The servers named in the environment, else own ones that end with this process.

    Call it once before pytest's other processes start (``pytest_configure``): they inherit the environment.
    """
    known = from_environment(os.environ)
    if known is not None:
        return known
    services, end = start_services()
    atexit.register(end)
    services.export(os.environ)
    return services


def from_environment(environment: MutableMapping[str, str]) -> TestServices | None:
    if "MAERKER_TEST_ADMIN_URL" not in environment:
        return None
    return TestServices(
        admin_url=environment["MAERKER_TEST_ADMIN_URL"],
        database_url_template=environment["MAERKER_TEST_DATABASE_URL_TEMPLATE"],
        redis_url=environment["MAERKER_TEST_REDIS_URL"],
        secret_key=environment["MAERKER_SECRET_KEY"],
    )


def start_services() -> tuple[TestServices, Callable[[], None]]:
    """Start both servers, migrate the template, make the catalogues. Returns the servers and what ends them."""
    compile_catalogues()
    keep_templates_compiled()
    folder = Path(tempfile.mkdtemp(prefix="maerker-tests-", dir=_fast_place()))
    sockets = short_folder()
    secret_key = secrets.token_hex(32)
    postgres = Postgres(
        folder / "postgres", sockets, password=secrets.token_hex(16), log=folder / "postgres.log", options=FORGETFUL
    )
    valkey = Valkey(sockets, log=folder / "valkey.log")

    def end() -> None:
        valkey.stop()
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)

    try:
        postgres.start()
        valkey.start()
        services = TestServices(
            admin_url=postgres.admin_url(),
            database_url_template=postgres.server_url("{database}").replace("%7Bdatabase%7D", "{database}"),
            redis_url=valkey.url(),
            secret_key=secret_key,
        )
        _make_template(services)
    except BaseException:
        end()
        raise
    return services, end


def _make_template(services: TestServices) -> None:
    from maerker.database.upgrade import upgrade

    settings = Settings(secret_key=services.secret_key, database_url=services.database_url(services.template))
    prepare_database(services.admin_url, services.template, settings.role_password)
    upgrade(settings.database_url_of("owner").render_as_string(hide_password=False))


def _fast_place() -> str | None:
    """Memory if there is plenty, else the usual temporary folder."""
    memory = Path("/dev/shm")  # noqa: S108
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ENOUGH_MEMORY:
        return str(memory)
    return None
