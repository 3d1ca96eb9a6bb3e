"""What is shown when something cannot be done: a clear sentence, never a traceback, never half a write."""

from collections.abc import Callable

import structlog
from flask import Response, current_app, g, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from maerker.database.base import session
from maerker.errors import Problem, TooMany
from maerker.wording import gettext as _
from maerker.wording import marked

log = structlog.get_logger()

_SENTENCES = {
    400: (
        marked("Die Anfrage war nicht vollständig"),
        marked("Bitte gehen Sie zurück und versuchen Sie es noch einmal."),
    ),
    403: (
        marked("Dafür fehlt Ihnen die Berechtigung"),
        marked("Wenn das ein Irrtum ist, fragen Sie bitte Ihre Verwaltung."),
    ),
    404: (
        marked("Diese Seite gibt es hier nicht"),
        marked("Vielleicht wurde die Adresse nicht vollständig übernommen."),
    ),
    405: (
        marked("So lässt sich diese Seite nicht aufrufen"),
        marked("Bitte benutzen Sie die Knöpfe und Verweise auf der Seite."),
    ),
    413: (
        marked("Das ist zu viel auf einmal"),
        marked("Ein Foto darf höchstens 15 MB groß sein, fünf Fotos zusammen 75 MB."),
    ),
    503: (
        marked("Der Dienst ist gerade nicht erreichbar"),
        marked("Wir arbeiten daran. Bitte versuchen Sie es in einigen Minuten."),
    ),
}


def show_problem(problem: Problem) -> Response:
    """A named problem of ours."""
    answer = _page(problem.status, _(problem.title), problem.explanation)
    if isinstance(problem, TooMany):
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def show_unexpected(error: Exception) -> Response:
    """Everything else: HTTP errors by their number; a database that is away is 503; the rest is our fault."""
    if isinstance(error, HTTPException):
        code = error.code or 500
        if code < 400:
            return make_response(error.get_response())
        title, sentence = _SENTENCES.get(code, _SENTENCES[400])
        return _page(code, _(title), _(sentence))
    session().rollback()
    if isinstance(error, OperationalError):
        log.error("database away", address=_address(), error=type(error).__name__)
        title, sentence = _SENTENCES[503]
        answer = _page(503, _(title), _(sentence))
        answer.headers["Retry-After"] = "30"
        return answer
    log.error("unexpected", address=_address(), exc_info=error)
    return _page(
        500, _("Da ist uns ein Fehler unterlaufen"),
        _("Der Fehler ist vermerkt. Bitte versuchen Sie es noch einmal."),
    )


def _address() -> str:
    """The rule and not the path, which may hold a tracking code: no key stands in a log."""
    return request.url_rule.rule if request.url_rule else ""


def _ways_on() -> list[tuple[str, str]]:
    """Where the door that was asked leads on (`maerker_ways_on`, set by an application); [] is its start page."""
    ways: Callable[[str], list[tuple[str, str]]] | None = current_app.extensions.get("maerker_ways_on")
    return ways(request.path) if ways is not None else []


def _page(status: int, title: str, explanation: str) -> Response:
    g.keep_page = False
    body = render_template(
        "maerker/errors/problem.html", status=status, title=title, what_happened=explanation,
        what_to_do=(), request_id=g.get("request_id", ""), actions=_ways_on(),
    )
    return make_response(body, status)
