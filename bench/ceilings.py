"""The ceilings: what a bare Flask application reaches at the same work, under the same gunicorn settings.

`hello` answers a fixed word. A page's name renders the product's own template, with the libraries' own gettext and
url_for, from a dict that was taken from one real request beforehand: no database, no hooks. A map's name dumps the
same data. `insert` does one INSERT with commit. gunicorn runs `bench.ceilings:make()`; the environment variable
BENCH_PAGES names the pages to take.
"""

import json
import os
from typing import Any

import flask
from flask import Flask, request, template_rendered
from flask_babel import Babel
from sqlalchemy import create_engine, text
from werkzeug.test import Client

from maerker.application import configure_logging
from maerker.database.base import db
from maerker.settings import Settings
from wsgi import Platform

PAGES = "BENCH_PAGES"


def make() -> Flask:
    """The application with all ceilings."""
    configure_logging()
    settings = Settings.from_environment(os.environ)
    pages: dict[str, dict[str, str]] = json.loads(os.environ.get(PAGES, "{}"))
    town = Platform(settings).app("town")
    app = Flask("ceilings", static_folder=town.static_folder)
    app.config.update(SETTINGS=settings, SECURE=settings.secure, SECRET_KEY=settings.secret_key)
    Babel(app, default_locale="de", default_timezone="Europe/Berlin")
    _take_templates(app, town)
    app.add_url_rule("/ceiling/hello", view_func=hello)
    _add_pages(app, town, pages)
    _add_insert(app, settings)
    return app


def _take_templates(app: Flask, town: Flask) -> None:
    """The product's templates, filters and addresses; what the libraries bring themselves stays theirs."""
    app.jinja_env.loader = town.jinja_env.loader
    app.jinja_env.filters.update(town.jinja_env.filters)
    app.jinja_env.tests.update(town.jinja_env.tests)
    for name, value in town.jinja_env.globals.items():
        app.jinja_env.globals.setdefault(name, value)
    for rule in town.url_map.iter_rules():
        if rule.endpoint != "static":
            app.url_map.add(rule.empty())


def hello() -> str:
    return "Hello, World!"


def _add_pages(app: Flask, town: Flask, pages: dict[str, dict[str, str]]) -> None:
    for name, page in pages.items():
        taken, body = taken_from_request(town, page["path"], page["host"], page.get("cookie", ""))
        if page["kind"] == "json":
            app.add_url_rule(f"/ceiling/{name}", name, _dumping(json.loads(body)))
        else:
            app.add_url_rule(f"/ceiling/{name}", name, _rendering(*taken))
    with town.app_context():
        db.engine.dispose()  # no connection is taken over by the forked processes
    town.extensions["maerker_redis"].close()


def taken_from_request(
    town: Flask, path: str, host: str, cookie: str
) -> tuple[tuple[str, dict[str, Any]], bytes]:
    """The template of a page with its dict, and the page itself. Raises RuntimeError if it is not a 200."""
    rendered: list[tuple[str, dict[str, Any]]] = []

    def note(_: Flask, template: Any, context: dict[str, Any], **__: Any) -> None:
        rendered.append((template.name, context))

    with template_rendered.connected_to(note, town):
        headers = {"Cookie": cookie} if cookie else {}
        answer = Client(town, use_cookies=False).get(path, base_url=f"http://{host}", headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}: {answer.text[:300]}")
    name, context = rendered[-1] if rendered else ("", {})
    plain = {key: value for key, value in context.items() if key not in ("g", "request", "session")}
    return (name, plain), answer.get_data()


def _rendering(template: str, context: dict[str, Any]) -> Any:
    def view() -> str:
        return flask.render_template(template, **context)

    return view


def _dumping(data: Any) -> Any:
    def view() -> flask.Response:
        body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        return flask.Response(body, content_type="application/geo+json")

    return view


def _add_insert(app: Flask, settings: Settings) -> None:
    engine = create_engine(
        settings.database_url_of("tenants"), pool_size=settings.database_pool_size, max_overflow=2
    )
    statement = text("INSERT INTO bench_inserts (words) VALUES (:words)")

    @app.post("/ceiling/insert")
    def insert() -> tuple[str, int]:
        with engine.begin() as connection:
            connection.execute(statement, {"words": request.form["submission"]})
        return "", 303
