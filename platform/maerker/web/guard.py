"""Forms come from our own pages: a token bound to the session, and the Origin (servicestandard (c) 8).

SameSite does not part sister subdomains, so both are checked on every unsafe request. The token has no end of
its own: who writes for three hours can still send. A view marked `@keeps_text` is called even when the check
fails, with `g.form_refused` set, and shows the form again with what was typed; words sent by another site's page
are never shown, so that nobody puts them before a person's button.
"""

import enum
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import current_app, g, request
from werkzeug.wrappers import Response

from maerker.errors import Problem
from maerker.identity.sessions import form_token, new_token, same_token
from maerker.web.cookies import FORM, SESSION, read_cookie, set_cookie
from maerker.web.host import host_of
from maerker.wording import gettext as _
from maerker.wording import marked

View = TypeVar("View", bound=Callable[..., Any])


class Origin(enum.Enum):
    """From whose page a form was sent, as the browser says."""

    OWN = enum.auto()
    UNKNOWN = enum.auto()
    FOREIGN = enum.auto()


SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FormRefused(Problem):
    """The form did not come from our own page, or the browser lost its cookie."""

    status = 400
    title = marked("Bitte senden Sie das Formular noch einmal ab")


def keeps_text(view: View) -> View:
    """The view shows the form again, with the typed text, when the token is missing or wrong."""
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


def csrf_token() -> str:
    """The token for forms on this page: bound to the sign-in, otherwise to a random form cookie.

    A page with one belongs to one visitor and is never kept for others.
    """
    g.holds_token = True
    return form_token(_key(), _binding())


def form_binding() -> str:
    """The random value of the form cookie; it is set with the answer when the browser has none yet."""
    known = read_cookie(FORM) or g.get("form_binding", "")
    if len(known) < 40:
        known = g.form_binding = new_token()
    return str(known)


def demand_own_form() -> None:
    """Before each request that changes something."""
    g.form_refused = False
    if request.method in SAFE or request.endpoint is None:
        return
    origin = _origin()
    if origin is Origin.OWN and _own_token():
        return
    if origin is not Origin.FOREIGN and getattr(current_app.view_functions[request.endpoint], "keeps_text", False):
        g.form_refused = True
        return
    raise FormRefused(_("Die Sicherheitsprüfung des Formulars ist fehlgeschlagen. Bitte laden Sie die Seite neu."))


def hand_out_form_cookie(response: Response) -> Response:
    """After each request: set the form cookie that `form_binding` made."""
    made = g.get("form_binding")
    if made:
        set_cookie(response, FORM, made, seconds=24 * 3600)
        response.headers["Cache-Control"] = "no-store"
    return response


def _binding() -> str:
    return read_cookie(SESSION) or form_binding()


def _own_token() -> bool:
    given = request.form.get("csrf_token", "")
    bound_to = read_cookie(SESSION) or read_cookie(FORM)
    return bool(bound_to) and same_token(given, form_token(_key(), bound_to))


def _origin() -> Origin:
    """A browser names the page's origin; where it says nothing (curl, old browsers) the token must do.

    From a page that passes on no address (`/verfolgen/`) browsers send the origin `null`, and say beside it that it
    is this very site.
    """
    fetched_from, named = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin")
    if fetched_from not in ("", "same-origin", "none"):
        return Origin.FOREIGN
    if named is None:
        return Origin.OWN
    if named == "null":
        return Origin.OWN if fetched_from == "same-origin" else Origin.UNKNOWN
    host = request.environ.get("HTTP_HOST", "")
    same = named.partition("://")[2] == host or _place(named) == _place(f"//{host}")
    return Origin.OWN if same else Origin.FOREIGN


def _place(address: str) -> tuple[str, int] | None:
    """Host and port of an address (0: none is named), or None for what is no address."""
    try:
        parts = urlsplit(address)
        return (parts.hostname or "").removesuffix("."), parts.port or 0
    except ValueError:
        return None


def _key() -> bytes:
    settings = current_app.config["SETTINGS"]
    key: bytes = settings.derive("form", host_of(request.environ), current_app.name)
    return key
