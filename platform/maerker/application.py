"""The factory: one way to make each of the platform's applications (town, bare host, joining, console).

It brings settings, database, security, errors and languages; which views it has is said by `register`.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, current_app, g, has_request_context, request
from flask_babel import Babel
from flask_login import LoginManager
from redis import Redis
from sqlalchemy import text
from structlog.typing import EventDict

from maerker.database.base import db, session
from maerker.database.scope import leave_scopes, open_scopes
from maerker.errors import Problem
from maerker.settings import Settings
from maerker.web.access import check_every_view, demand_access, public
from maerker.web.compiled import CompiledTemplates
from maerker.web.cookies import LANGUAGE, NoSession, read_cookie
from maerker.web.guard import csrf_token, demand_own_form, hand_out_form_cookie
from maerker.web.headers import add_headers
from maerker.web.legible import LARGEST_FORM, LARGEST_UPLOAD, demand_legible
from maerker.web.limits import Limits
from maerker.web.page_cache import LANGUAGES, connect_page_cache
from maerker.web.problems import show_problem, show_unexpected
from maerker.web.row_numbers import RowNumber
from maerker.web.templating import PageEnvironment, connect_short_ways
from maerker.wording import forget_language, language, settle_language

WEB = Path(__file__).parent / "web"
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One application: its name, its database role, and what puts views and look-ups into it.

    `asks_connections` whether they still live, one round trip for each request: after a restart of the database no
    visitor gets an error for a dead one. Only who begins with a statement that may be asked twice does without.
    """

    name: str
    role: str
    register: Callable[[Flask], None]
    before: Callable[[], Any] | None = None
    keeps_pages: bool = False
    asks_connections: bool = True


class Application(Flask):
    """An application without coroutines: none of its views and hooks has to be asked at each request if it is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_application(settings: Settings, kind: Kind) -> Flask:
    """Make one application. Nothing is connected yet: the database is asked at the first request."""
    app = Application(kind.name, static_folder=str(WEB / "static"), template_folder=str(WEB / "templates"))
    app.jinja_environment = PageEnvironment
    app.jinja_options = {"bytecode_cache": CompiledTemplates()}
    app.session_interface = NoSession()
    app.config.update(
        SETTINGS=settings,
        SECURE=settings.secure,
        SECRET_KEY=settings.derive("flask", kind.name).hex(),
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SQLALCHEMY_DATABASE_URI=settings.database_url_of(kind.role),
        SQLALCHEMY_ENGINE_OPTIONS={**_engine_options(settings), "pool_pre_ping": kind.asks_connections},
        BABEL_DEFAULT_LOCALE="de",
        BABEL_DEFAULT_TIMEZONE="Europe/Berlin",
        BABEL_TRANSLATION_DIRECTORIES=str(WEB.parent / "translations"),
    )
    app.extensions["maerker_redis"] = redis_client(settings)
    app.extensions["maerker_limits"] = Limits(settings)
    db.init_app(app)
    Babel(app, locale_selector=_language)
    _connect_hooks(app, kind)
    _connect_sign_in(app)
    _connect_templates(app)
    _connect_health(app)
    app.url_map.converters["int"] = RowNumber
    kind.register(app)
    check_every_view(app)
    if kind.keeps_pages:
        connect_page_cache(app, app.extensions["maerker_redis"], settings.page_cache_seconds, settings.secure)
    app.after_request(add_headers)
    app.after_request(hand_out_form_cookie)
    app.after_request(finish_transaction)  # Flask calls them in the reverse order
    return app


def redis_client(settings: Settings, *, patient: bool = False) -> "Redis":
    """A client that gives up soon: no page waits for a Redis that is away. A worker's waits for its queue."""
    if patient:
        return Redis.from_url(settings.redis_url)
    return Redis.from_url(settings.redis_url, socket_timeout=0.5, socket_connect_timeout=0.3)


def _engine_options(settings: Settings) -> dict[str, Any]:
    connect: dict[str, Any] = {"connect_timeout": 5, "application_name": "maerker"}
    if not settings.database_prepared_statements:
        connect["prepare_threshold"] = None
    return {
        "pool_size": settings.database_pool_size,
        "max_overflow": 2,
        "pool_recycle": 1800,
        "hide_parameters": True,  # what a citizen wrote is never part of an error's text, so never in a log
        "connect_args": connect,
    }


def _connect_hooks(app: Flask, kind: Kind) -> None:
    """In order: who asks, from which town, with an own form, with the right."""

    @app.before_request
    def name_request() -> None:
        g.request_id = secrets.token_hex(8)
        settle_language(_language())

    app.before_request(demand_legible)
    if kind.before is not None:
        app.before_request(kind.before)
    app.before_request(demand_own_form)
    app.before_request(demand_access)

    @app.teardown_request
    def forget_tenant(_: BaseException | None) -> None:
        leave_scopes()
        forget_language()

    app.register_error_handler(Problem, show_problem)
    app.register_error_handler(Exception, show_unexpected)


def finish_transaction(response: Response) -> Response:
    """One request, one transaction (law 6): after a 2xx or 3xx the answer is durable.

    The first of the hooks after a view: whoever waits for a row that this request holds goes on before the rest.
    """
    if response.status_code < 400 or g.get("commit_anyway"):
        session().commit()
        for later in g.pop("after_commit", []):
            later()
    else:
        session().rollback()
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def after_commit(act: Callable[[], None]) -> None:
    """Do this once the request's transaction stands (forget kept pages, for example)."""
    g.setdefault("after_commit", []).append(act)


def _connect_sign_in(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None
    # Not by init_app: that would look after a cookie nobody gets, and for a person, on every public page.
    app.login_manager = manager  # type: ignore[attr-defined]
    app.extensions["maerker_login"] = manager
    manager.request_loader(lambda _request: None)


def _language() -> str:
    if not has_request_context():  # a job says its language by force_locale
        return "de"
    wanted = read_cookie(LANGUAGE)
    return wanted if wanted in LANGUAGES else "de"


def _connect_templates(app: Flask) -> None:
    connect_short_ways(app)
    app.jinja_env.globals.update(csrf_token=csrf_token, demo=app.config["SETTINGS"].demo)

    @app.context_processor
    def common() -> dict[str, Any]:
        return {"page_language": language(), "town": g.get("town"), "settings": app.config["SETTINGS"]}


def _connect_health(app: Flask) -> None:
    @app.get("/healthz")
    @public
    def healthz() -> tuple[str, int]:
        return "ok\n", 200

    @app.get("/readyz")
    @public
    def readyz() -> tuple[dict[str, str], int]:
        """Names each part that is away, so that monitoring can say it."""
        parts = {"database": _database_answers(), "redis": _redis_answers(app)}
        return parts, 200 if set(parts.values()) == {"ok"} else 503


def _database_answers() -> str:
    try:
        session().execute(text("SELECT version_num FROM alembic_version"))
    except Exception:
        log.warning("database does not answer")
        return "away"
    return "ok"


def _redis_answers(app: Flask) -> str:
    try:
        app.extensions["maerker_redis"].ping()
    except Exception:
        log.warning("redis does not answer")
        return "away"
    return "ok"


def configure_logging(level: int = logging.INFO) -> None:
    """One JSON object a line, UTC; ids and reasons, no texts, addresses or tokens."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            _name_work,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )


def _name_work(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Request, town and joining file: looked up when there is something to say, which few requests have."""
    event.update(open_scopes())
    if has_request_context():
        event["request"], event["app"] = g.get("request_id", ""), current_app.name
    return event


def client_address() -> str:
    """The network address of the visitor, behind as many trusted proxies as the settings say.

    Each proxy appends whom it was asked by to X-Forwarded-For, so the right end is counted and whatever the visitor
    wrote into the header stays unread. Of IPv6 the network is taken: one household has 2^64 addresses.
    """
    settings: Settings = current_app.config["SETTINGS"]
    named = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    way = [*named, request.remote_addr or ""]
    address = way[-1 - min(settings.trusted_proxies, len(way) - 1)]
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ip_network((known, 64), strict=False))
