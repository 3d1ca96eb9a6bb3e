"""German source texts and their translations, for doors and domain alike.

The domain imports these names from here, so that it knows no Flask; outside a request or a job's
`speaking` the German source text comes back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

import flask_babel

SOURCE_LANGUAGE = "de"
_settled: ContextVar[str | None] = ContextVar("maerker_language", default=None)


def gettext(source: str, /, **values: object) -> str:
    """The text in the reader's language. `%(name)s` in it stands for a value."""
    if _reads_source() or not source:  # catalogues keep their own head under the empty text
        return source % values if values else source
    return str(flask_babel.gettext(source, **values))


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """As `gettext`, by number; `%(num)s` stands for it."""
    return form_for(singular, plural, number) % {"num": number, **values}


def form_for(singular: str, plural: str, number: int, /) -> str:
    """The form for this number in the reader's language; values are not yet put in."""
    if _reads_source():
        return singular if number == 1 else plural
    return str(flask_babel.get_translations().ungettext(singular, plural, number))


def lazy(source: str, /, **values: object) -> str:
    """As `gettext`, but read when it is shown; for texts that modules hold from their import on."""
    text: str = flask_babel.lazy_gettext(source, **values)
    return text


def marked(source: str, /) -> str:
    """A German text that stands in a table: it comes into the catalogues by this name, and whoever shows it
    calls `gettext`."""
    return source


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is worded in here is in this language: for a mail, whose reader is not the one who asks."""
    settled = _settled.set(None)
    try:
        with flask_babel.force_locale(language):
            yield
    finally:
        _settled.reset(settled)


def settle_language(language: str) -> None:
    """Say once for the whole request which language its reader reads: a page asks hundreds of times."""
    _settled.set(language)


def language() -> str:
    """The code of the reader's language, as it stands in a page's head ("de")."""
    return _settled.get() or str(flask_babel.get_locale() or SOURCE_LANGUAGE)


def forget_language() -> None:
    """At the end of a request."""
    _settled.set(None)


# The patterns are texts like others (Unicode, UTS 35): each language orders a date in its own way.


def weekday_and_day(day: date) -> str:
    """'Mittwoch, 2. Dezember 2026'."""
    return str(flask_babel.format_date(day, gettext("EEEE, d. MMMM y")))


def day_in_figures(day: date) -> str:
    """'02.12.2026'."""
    return str(flask_babel.format_date(day, gettext("dd.MM.y")))


def moment_in_figures(at: datetime) -> str:
    """'02.12.2026, 14:30 Uhr' on the town's clock."""
    return str(flask_babel.format_datetime(at, gettext("dd.MM.y, HH:mm 'Uhr'")))


def _reads_source() -> bool:
    """Whether the source texts are shown as they are, so that no catalogue has to be asked."""
    settled = _settled.get()
    return _looks_like_source() if settled is None else settled == SOURCE_LANGUAGE


def _looks_like_source() -> bool:
    locale = flask_babel.get_locale()
    return locale is None or locale.language == SOURCE_LANGUAGE
