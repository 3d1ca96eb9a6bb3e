"""The switch of languages: a choice kept by the browser, for one year."""

from flask import redirect, request
from werkzeug.wrappers import Response

from maerker.errors import NotThere
from maerker.web.access import public
from maerker.web.cookies import LANGUAGE, set_cookie
from maerker.web.page_cache import LANGUAGES
from tenants.portal.blueprint import blueprint

ONE_YEAR = 365 * 24 * 3600


@blueprint.route("/sprache/<code>", methods=["GET", "POST"])
@public
def language(code: str) -> Response:
    """Speak this language from now on, and go back to where the visitor was."""
    if code not in LANGUAGES:
        raise NotThere()
    answer = redirect(own_path(request.values.get("weiter", "/")), 303)
    set_cookie(answer, LANGUAGE, code, seconds=ONE_YEAR)
    return answer


def own_path(given: str) -> str:
    """A path on this host, or the start page: an address never leads a visitor elsewhere."""
    if not given.startswith("/") or given.startswith(("//", "/\\")) or any(sign < " " for sign in given):
        return "/"
    return given
