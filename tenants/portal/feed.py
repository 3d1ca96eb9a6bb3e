"""The feed: the newest public reports for feed readers and newspapers, with the filters of the list."""

import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as Xml

from flask import current_app, g, make_response, request
from werkzeug.wrappers import Response

from maerker.web.access import public
from maerker.web.page_cache import keep_page
from maerker.wording import gettext as _
from maerker.wording import language
from tenants.portal.blueprint import blueprint
from tenants.portal.filters import SEARCHED, Filters, read_filters
from tenants.portal.presentation import answer_title, place_in_words
from tenants.profile.town import Town
from tenants.reports import public_queries
from tenants.reports.status import State

ATOM = "http://www.w3.org/2005/Atom"
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
BEGINNING = datetime(2009, 1, 1, tzinfo=UTC)


@blueprint.get("/hinweise.atom")
@public
def feed() -> Response:
    """Atom (RFC 4287), at most fifty entries."""
    town, filters = g.town, read_filters(request.args, g.town)
    rows = public_queries.reports_for_feed(town.tenant_id, filters.search)
    body = Xml.tostring(_feed(rows, town, filters), encoding="utf-8", xml_declaration=True)
    answer = make_response(body, 200, {"Content-Type": "application/atom+xml; charset=utf-8"})
    return keep_page(answer, parameters=SEARCHED) if filters.common else answer


def _feed(rows: Any, town: Town, filters: Filters) -> Xml.Element:
    base = current_app.config["SETTINGS"].public_url(town.main_host)
    feed = Xml.Element("feed", {"xmlns": ATOM, "xml:lang": language()})
    own = base + filters.address("/hinweise.atom")
    _add(feed, "id", own)
    _add(feed, "title", _("Maerker %(town)s: Hinweise", town=town.name))
    _add(feed, "updated", max((row.updated_at for row in rows), default=BEGINNING).isoformat())
    _add(_add(feed, "author"), "name", town.profile["official_name"] or town.name)
    _add(feed, "link", rel="self", type="application/atom+xml", href=own)
    _add(feed, "link", rel="alternate", type="text/html", href=base + filters.address("/hinweise/"))
    for row in rows:
        _entry(_add(feed, "entry"), row, town, base)
    return feed


def _entry(entry: Xml.Element, row: Any, town: Town, base: str) -> None:
    address = f"{base}/hinweise/{row.number}"
    _add(entry, "id", address)
    _add(entry, "title", _title(row, town))
    _add(entry, "updated", row.updated_at.isoformat())
    _add(entry, "published", row.published_at.isoformat())
    _add(entry, "link", rel="alternate", type="text/html", href=address)
    _add(entry, "category", term=row.category, label=_(town.category_name(row.category)))
    _add(entry, "category", term=str(row.state), label=_(row.state.label), scheme=f"{base}/hilfe")
    _add(entry, "content", _words(row), type="text", **{"xml:lang": "de"})


def _title(row: Any, town: Town) -> str:
    if row.removed:
        return _("Hinweis %(number)s wurde entfernt", number=row.number)
    return f"{_(town.category_name(row.category))}: {place_in_words(row)} ({_(row.state.label)})"


def _words(row: Any) -> str:
    if row.removed:
        return _("Dieser Hinweis wurde aus der Öffentlichkeit genommen.")
    answers = [f"{answer_title(State(answer['state']))}\n{answer['text']}" for answer in row.answers]
    return _plain("\n\n".join([row.description, *answers]))


def _add(parent: Xml.Element, name: str, words: str = "", **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, attributes)
    element.text = _plain(words) or None
    return element


def _plain(words: str) -> str:
    """Without the characters that XML does not know: one of them would break the whole feed."""
    return NO_XML.sub("", words)
