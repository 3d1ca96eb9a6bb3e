"""German source texts and their translations, for doors and domain alike.

The domain imports these names from here, so that it knows no Flask; outside a request or a job's
`force_locale` the German source text comes back.
"""

import flask_babel


def gettext(source: str, /, **values: object) -> str:
    """The text in the reader's language. `%(name)s` in it stands for a value."""
    return str(flask_babel.gettext(source, **values))


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """As `gettext`, by number; `%(num)s` stands for it."""
    return str(flask_babel.ngettext(singular, plural, number, **values))


def lazy(source: str, /, **values: object) -> str:
    """As `gettext`, but read when it is shown; for texts that modules hold from their import on."""
    text: str = flask_babel.lazy_gettext(source, **values)
    return text
