"""What has been done in the office, in sentences: after saving, and in the list of the last changes.

The redirect after a form carries the number of the line in the town's log; the page reads the line and says what it
means. So nothing is kept in a cookie, nobody can make the page say something else, and a reload is harmless.
A module adds the sentences of its acts to `SENTENCES`.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from maerker.clock import now
from maerker.web.row_numbers import is_row_number
from tenants.admin.blueprint import blueprint, forget_public_pages, who
from tenants.profile.changes import Change, last_change_of

Details = Mapping[str, Any]
SENTENCES: dict[str, Callable[[Details], str]] = {}
"""By the act's name in the log: what it means, in one or two sentences."""
_SHOWN_FOR = timedelta(minutes=15)


def saved(path: str, **query: str) -> Response:
    """After an action: to this page, which says what has just been done. Kept public pages are forgotten."""
    forget_public_pages()
    line = last_change_of(who().id)
    asked = {**query, **({"getan": str(line.id)} if line is not None else {})}
    return redirect(f"{path}?{urlencode(asked)}" if asked else path, 303)


def done_words() -> str:
    """The sentence about what the reader of this page has just done, or ''."""
    number = request.args.get("getan", "")
    if not is_row_number(number):
        return ""
    line = last_change_of(who().id, int(number))
    return sentence(line) if line is not None and now() - line.at < _SHOWN_FOR else ""


def sentence(line: Change) -> str:
    """A line of the log in words, or '' for an act that nobody has words for."""
    words = SENTENCES.get(line.act)
    return words(line.details) if words else ""


@blueprint.context_processor
def _done() -> dict[str, str]:
    """For the shell of the office (`done`); a view may say something else itself."""
    return {"done": done_words()}
