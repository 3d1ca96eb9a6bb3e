"""The switch of languages."""

from werkzeug.wrappers import Response

from maerker.web.access import public
from maerker.web.languages import choose_language
from tenants.portal.blueprint import blueprint


@blueprint.route("/sprache/<code>", methods=["GET", "POST"])
@public
def language(code: str) -> Response:
    """Speak this language from now on, and go back to where the visitor was."""
    return choose_language(code)
