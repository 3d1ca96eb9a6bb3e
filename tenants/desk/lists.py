"""Which list of the desk someone looks at: read from an address, and carried along to come back to it.

A report that is opened from a list keeps the list's query as `liste`, so that the next one is the next of that list.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from maerker.errors import NotThere
from tenants.reports.desk_queries import COUNTED_AT_MOST, ROWS, VIEWS, Filters
from tenants.reports.status import Release, State

LAST_PAGE = COUNTED_AT_MOST // ROWS
LONGEST = 400


def filters_of(asked: "MultiDict[str, str]") -> Filters:
    """What the query of a list asks for; what it does not know is left out. Raises NotThere for an odd page."""
    view = asked.get("ansicht", "open")
    page = asked.get("seite", default=1, type=int)
    if not 1 <= page <= LAST_PAGE:
        raise NotThere()
    department = asked.get("fachbereich", type=int)
    return Filters(
        view=view if view in VIEWS else "open", state=_one_of(State, asked.get("stand")),
        release=_one_of(Release, asked.get("freigabe")),
        category=asked.get("kategorie", "")[:40].replace("\x00", ""),
        department=department if department is not None and 0 <= department < 2**62 else None,
        words=asked.get("q", "")[:200].replace("\x00", "").strip(), page=page,
    )


def params_of(filters: Filters) -> dict[str, str]:
    """The query of a list, for the addresses of its other pages."""
    given = {
        "ansicht": filters.view if filters.view != "open" else "", "q": filters.words,
        "stand": filters.state or "", "freigabe": filters.release or "", "kategorie": filters.category,
        "fachbereich": "" if filters.department is None else str(filters.department),
    }
    return {name: str(value) for name, value in given.items() if value}


def list_behind(asked: "MultiDict[str, str]") -> Filters:
    """The list that a report was opened from, as `liste` says."""
    known = MultiDict(parse_qsl(asked.get("liste", "")[:LONGEST]))
    return filters_of(MultiDict((name, value) for name, value in known.items() if name != "seite"))


def query(**values: str) -> str:
    """'?nach=2026-000012&liste=…', without what is empty; '' if everything is."""
    given = urlencode({name: value for name, value in values.items() if value})
    return f"?{given}" if given else ""


def origin(filters: Filters) -> str:
    """The value of `liste` for a report that is opened from this list; '' for all that is open."""
    return urlencode(params_of(filters))


def ways_back(asked: "MultiDict[str, str]") -> dict[str, str]:
    """For a page about one report: the list it was opened from, and the query with which one stays in it."""
    filters = list_behind(asked)
    return {"back_query": query(liste=origin(filters)), "list_href": f"/redaktion/{query(**params_of(filters))}"}


def _one_of(kind: Any, value: str | None) -> Any:
    return kind(value) if value in set(kind) else None
