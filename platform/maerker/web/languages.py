"""The choice of a language: a cookie of the host, set by a link that leads back to where the visitor was."""

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from maerker.errors import NotThere
from maerker.web.cookies import LANGUAGE, set_cookie
from maerker.web.page_cache import LANGUAGES

NAMES = {"de": "Deutsch", "en": "English"}
ONE_YEAR = 365 * 24 * 3600


def choose_language(code: str) -> Response:
    """Speak this language from now on, for one year. Raises NotThere for a language there is not."""
    if code not in LANGUAGES:
        raise NotThere()
    answer = redirect(own_path(request.values.get("weiter", "/")), 303)
    set_cookie(answer, LANGUAGE, code, seconds=ONE_YEAR)
    return answer


def language_links() -> list[tuple[str, str, str]]:
    """Code, name and address of each language, for the page's head; the address leads back to this page."""
    here = request.full_path.rstrip("?") if request.method == "GET" else request.path
    return [(code, NAMES[code], f"/sprache/{code}?{urlencode({'weiter': here})}") for code in LANGUAGES]


def own_path(given: str) -> str:
    """A path on this host, or the start page: an address never leads a visitor elsewhere."""
    if not given.startswith("/") or given.startswith(("//", "/\\")) or any(sign <= " " for sign in given):
        return "/"
    return given
