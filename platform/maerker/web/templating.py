"""What templates call hundreds of times a page, made short: texts in the reader's language, addresses of files.

The libraries' own functions look up application, request and language anew at each call; on a list of fifty rows
that was half of the time.
"""

from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import flask
from flask import Flask
from flask.templating import Environment
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from maerker import wording


class PageEnvironment(Environment):
    """Jinja's environment, in which all templates share one dictionary of globals.

    Jinja lays an empty dictionary over it for each template and compares the two in Python at each `import`, eleven
    times a page: a tenth of its time.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def connect_short_ways(app: Flask) -> None:
    """Give templates `_`, `ngettext` and `url_for` in their short forms; what they mean does not change."""
    app.jinja_env.globals.update(
        _=template_gettext, gettext=template_gettext, ngettext=template_ngettext, url_for=address
    )


@pass_eval_context
def template_gettext(context: EvalContext, source: str, /, **values: Any) -> str:
    """`{{ _('...') }}`: safe text, into which values are put escaped. A per cent sign is written `%%`."""
    words = wording.gettext(source)
    if not context.autoescape:
        return words % values
    return _safe(words) % values if "%" in words else _safe(words)


@pass_eval_context
def template_ngettext(context: EvalContext, singular: str, plural: str, number: int, /, **values: Any) -> str:
    """The same by number, which is also the value `num`."""
    words = wording.form_for(singular, plural, number)
    return (_safe(words) if context.autoescape else words) % {"num": number, **values}


def _safe(words: str) -> Markup:
    """Texts come from our templates and catalogues; what people typed comes as a value, and is escaped."""
    return Markup(words)  # noqa: S704


def address(endpoint: str, **values: Any) -> str:
    """`url_for`, with the addresses of our own files remembered."""
    if endpoint == "static" and len(values) == 1 and "filename" in values:
        return _address_of_file(values["filename"])
    return flask.url_for(endpoint, **values)


@lru_cache(maxsize=500)
def _address_of_file(name: str) -> str:
    return f"/static/{quote(name)}"
