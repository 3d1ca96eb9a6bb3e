"""The composition root: the applications from one factory, split by Host, and the `maerker` command.

gunicorn runs `wsgi:application`. The host alone decides which application answers; an unknown host is a 404 of
the town application, never a default.
"""

import os
from collections.abc import Callable, Iterable
from functools import cached_property
from threading import Lock
from typing import Any

from flask import Flask
from sqlalchemy.orm import configure_mappers
from whitenoise import WhiteNoise

from maerker.application import WEB, Kind, configure_logging, create_application
from maerker.jobs.handlers import Outbox
from maerker.settings import Settings
from maerker.web.headers import add_file_headers
from maerker.web.host import host_of
from maerker.web.legible import is_host, no_such_host
from onboarding.application import CONSOLE, FILES, JOINING
from tenants.application import BARE_HOST, OUTBOXES, TOWN


class Platform:
    """All applications of one instance; each is made when its first request comes or at preload."""

    kinds: dict[str, Kind] = {"town": TOWN, "bare": BARE_HOST, "joining": JOINING, "console": CONSOLE}  # noqa: RUF012
    outboxes: tuple[Outbox, ...] = (*OUTBOXES, FILES)

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._made: dict[str, Flask] = {}
        self._making = Lock()
        self._files = WhiteNoise(
            self._pages, root=WEB / "static", prefix="static/", max_age=600, allow_all_origins=False,
            add_headers_function=add_file_headers,
            immutable_file_test=lambda *_: False,
        )

    def app(self, name: str) -> Flask:
        """The application of this name: town, bare, joining or console."""
        if name not in self._made:
            with self._making:  # two first requests at once make one application
                if name not in self._made:
                    self._made[name] = create_application(self.settings, self.kinds[name])
        return self._made[name]

    @cached_property
    def _names(self) -> dict[str, str]:
        base = self.settings.base_host
        return {base: "bare", f"beitritt.{base}": "joining", f"betrieb.{base}": "console"}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Styles, scripts and fonts are the same at every host; all else is a page of one application."""
        answer: Iterable[bytes] = self._files(environ, start_response)
        return answer

    def _pages(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_HOST") and not is_host(environ["HTTP_HOST"]):
            return no_such_host(environ, start_response)
        name = self._names.get(host_of(environ), "town")
        return self.app(name).wsgi_app(environ, start_response)

    def eraser(self) -> Flask:
        """An application without views, for the periodic jobs."""
        return create_application(self.settings, Kind(name="schedule", role="eraser", register=lambda _: None))

    def make_all(self) -> "Platform":
        """Before the processes are forked: what is ready by then they share."""
        for name in self.kinds:
            self.app(name)
        configure_mappers()
        templates = self.app("town").jinja_env
        for name in templates.list_templates(extensions=["html"]):
            templates.get_template(name)
        return self


def platform_from_environment() -> Platform:
    configure_logging()
    return Platform(Settings.from_environment(os.environ))


def command() -> None:
    """The `maerker` command. Its libraries (alembic, click) are none of the web processes' business."""
    from onboarding.command import command_line

    command_line(obj=platform_from_environment)


def __getattr__(name: str) -> Any:
    """`application` is made when a server asks for it, not when something else imports this module."""
    if name == "application":
        made = platform_from_environment().make_all()
        globals()["application"] = made
        return made
    raise AttributeError(name)
