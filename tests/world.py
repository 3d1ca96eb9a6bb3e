"""What all tests share in one pytest process: a database copied from the template, a platform, a mailbox.

Nothing is imitated: PostgreSQL, the Redis protocol and SMTP are real servers.
"""

import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from aiosmtpd.controller import Controller
from psycopg import sql
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, create_engine
from werkzeug.test import Client, TestResponse

from maerker.database.base import session
from maerker.database.scope import tenant_scope
from maerker.embedded.testing import TestServices
from maerker.jobs.handlers import APPLICATIONS, queues_of
from maerker.jobs.relay import Relay
from maerker.jobs.worker import prepare_worker
from maerker.settings import Settings
from wsgi import Platform

BASE = "example.test"
OPERATOR = {
    "operator_name": "IT-Dienst der Kommunen", "operator_street": "Am Alten Markt 7", "operator_postal_code": "14467",
    "operator_city": "Potsdam", "operator_email": "betrieb@plattform.example",
    "operator_representative": "Dr. Jana Wölk", "operator_representative_function": "Geschäftsführerin",
}


class Mailbox:
    """A real mail server that keeps what it is given; `refuse` makes it answer with this SMTP code, `full` names one
    address whose mailbox takes nothing at present."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse = self.full = ""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.refuse:
            return self.refuse
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address == self.full:
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if address in str(mail["To"])]

    def stop(self) -> None:
        self._controller.stop()


class QuietWorker(SimpleWorker):  # type: ignore[misc]
    """Takes no orders while it works: listening for them costs each short run a twentieth of a second."""

    def subscribe(self) -> None:
        """Nobody sends orders to a test's worker."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed."""


@dataclass
class World:
    """One process's platform. `work()` does what relay and worker do, until nothing is left."""

    services: TestServices
    settings: Settings
    platform: Platform
    mailbox: Mailbox
    engines: dict[str, Engine] = field(default_factory=dict)

    @contextmanager
    def scope(self, tenant_id: UUID, app: str = "town") -> Iterator[None]:
        """A unit of work in one town, committed at its end."""
        with self.platform.app(app).app_context(), tenant_scope(tenant_id):
            yield
            session().commit()

    @contextmanager
    def no_scope(self, app: str = "town") -> Iterator[None]:
        with self.platform.app(app).app_context():
            yield
            session().commit()

    def engine(self, role: str) -> Engine:
        """Connections as one of the database roles, to ask PostgreSQL itself."""
        if role not in self.engines:
            self.engines[role] = create_engine(self.settings.database_url_of(role), pool_size=1)
        return self.engines[role]

    def work(self) -> None:
        """Relay and workers, in this process, until the queues are empty."""
        redis = Redis.from_url(self.settings.redis_url)
        relay = Relay(self.engine("relay"), redis, self.platform.outboxes, self.settings.outbox_retry_seconds)
        moved = 1
        while moved:
            moved = relay.once()
            for role, app in reversed(APPLICATIONS.items()):
                prepare_worker(self.platform.app(app), self.platform.outboxes)
                queues = [Queue(name, connection=redis, serializer=JSONSerializer) for name in queues_of(role)]
                if not any(queue.count for queue in queues):
                    continue
                worker = QuietWorker(queues, connection=redis, serializer=JSONSerializer)
                worker.work(burst=True, logging_level="ERROR")

    def forget_work(self) -> None:
        """What earlier tests have posted is done, by nobody: no test waits for the mails and pictures of another."""
        database = urlsplit(self.settings.database_url).path.lstrip("/")
        with psycopg.connect(self.services.admin_url_of(database), autocommit=True) as server:
            for outbox in self.platform.outboxes:
                server.execute(sql.SQL("UPDATE {} SET done_at = now() WHERE done_at IS NULL").format(
                    sql.Identifier(outbox.table.name)))

    def platform_with(self, **changes: Any) -> Platform:
        """A platform on the same servers with other settings."""
        return Platform(replace(self.settings, **changes))


class Visitor:
    """Someone with a browser at one host: keeps cookies, fills in the token of the last form seen."""

    def __init__(self, platform: Any, host: str, address: str = "203.0.113.7") -> None:
        self.host = host
        self.base_url = f"http://{host}"
        self.client = Client(platform)
        self.address = address
        self.last: TestResponse | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._open(path, method="GET", **options)

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form. The token comes from the last page seen; `csrf_token` in data overrides it."""
        filled = {"csrf_token": self.token, **(data or {})}
        return self._open(path, method="POST", data=filled, **options)

    @property
    def token(self) -> str:
        found = re.search(r'name="csrf_token" value="([0-9a-f]+)"', self.last.text if self.last else "")
        return found.group(1) if found else ""

    def sign_in(self, username: str, password: str) -> TestResponse:
        self.get("/anmelden")
        return self.post("/anmelden", {"username": username, "password": password})

    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.client._cookies.values()}  # type: ignore[union-attr]

    def _open(self, path: str, **options: Any) -> TestResponse:
        options.setdefault("base_url", self.base_url)
        options.setdefault("environ_overrides", {"REMOTE_ADDR": self.address})
        response = self.client.open(path, **options)
        if response.mimetype == "text/html":
            self.last = response
        return response


def make_world(services: TestServices, worker: str) -> World:
    """Copy the template database for this pytest process and build a platform on it."""
    mailbox = Mailbox()
    number = int(re.sub(r"\D", "", worker) or 0)
    data = Path(tempfile.mkdtemp(prefix="maerker-test-data-"))
    settings = Settings(
        secret_key=services.secret_key, database_url=services.clone_database(f"maerker_test_{worker}"),
        redis_url=services.redis_url_of(number), data=data, base_host=BASE, public_scheme="http", public_port=80,
        smtp_host="127.0.0.1", smtp_port=mailbox.port, mail_from_domain=f"mail.{BASE}", form_min_seconds=0,
        rate_reports_per_address=100_000, rate_reports_per_town=100_000, rate_drafts_per_address=100_000,
        rate_logins=1000, **OPERATOR,
    )
    Redis.from_url(settings.redis_url).flushdb()
    return World(services, settings, Platform(settings), mailbox)
