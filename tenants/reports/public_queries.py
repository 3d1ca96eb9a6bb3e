"""What citizens read: rows of `publications` and of no other table (law 4).

Every statement names the town itself, so that the indexes, which all begin with it, are used. A number of hits is
counted up to a bound: whoever reads "über 10.000" needs no exact figure, and the page stays fast.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, literal, select, text, true, union_all

from maerker.database.base import session
from tenants.reports.models import Publication
from tenants.reports.status import State

MOST_COUNTED = 10_000
MOST_COUNTED_BY_WORDS = 1_000
PAGE_SIZE = 20
FEED_LENGTH = 50
MOST_PINS = 2_000

AnyRow = Row[*tuple[Any, ...]]
P = Publication.__table__.c
_PLAN_FOR_THESE_VALUES = text("SET LOCAL plan_cache_mode = force_custom_plan")
OPEN_STATES = (State.received, State.accepted)


class Box(NamedTuple):
    """A part of the map, in degrees."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, kw_only=True)
class Search:
    """What someone looks for; an empty field does not narrow. `words` as typed into a search box."""

    states: tuple[State, ...] = ()
    category: str = ""
    district: str = ""
    words: str = ""
    oldest_first: bool = False

    @property
    def most_counted(self) -> int:
        """Words lead to rows in no order, so counting them costs more."""
        return MOST_COUNTED_BY_WORDS if self.words else MOST_COUNTED

    @property
    def has_an_index(self) -> bool:
        """Whether one index of `publications` has the filter and the order of the list."""
        return not self.words and len(self.states) + bool(self.category) + bool(self.district) <= 1


@dataclass(frozen=True)
class Hits:
    """One page of a list and how many there are; `more` says that counting stopped at the bound."""

    rows: Sequence[AnyRow]
    number: int
    more: bool

    @property
    def pages(self) -> int:
        return max(1, -(-self.number // PAGE_SIZE))


@dataclass(frozen=True)
class Figures:
    """How a town's reports stand; each counted up to the bound. `done` is of the last twelve months."""

    open: int
    in_progress: int
    done: int


CARD = (
    P.number, P.category, P.state, P.removed, func.left(P.description, 260).label("description"), P.street,
    P.house_number, P.district, P.received_at, P.photos[0].label("photo"),
    func.left(P.answers[-1]["text"].astext, 220).label("answer"),
)


def find_reports(tenant_id: uuid.UUID, search: Search, page: int) -> Hits:
    """One page of the list (from 1), in one statement with the number of hits.

    The page is chosen first and only its rows are read, so that page 500 costs as little as page 1.
    """
    hits, chosen = (_in_order if search.has_an_index else _collected)(tenant_id, search, (page - 1) * PAGE_SIZE)
    cards = (
        select(literal(True).label("found"), P.report_id, *CARD)
        .where(P.tenant_id == tenant_id, P.report_id == chosen.c.report_id)
        .subquery()
    )
    rows = session().execute(_ordered(select(hits.c.hits, cards).outerjoin_from(hits, cards, true()), search, cards.c))
    found = rows.all()
    number = found[0].hits
    return Hits([row for row in found if row.found], min(number, search.most_counted), number > search.most_counted)


def _in_order(tenant_id: uuid.UUID, search: Search, skipped: int) -> tuple[Any, Any]:
    """Where one index has both the filter and the order: read it in its order, count along it."""
    wanted = conditions(tenant_id, search)
    hits = _counted(select(literal(1)).select_from(Publication.__table__).where(*wanted), search)
    return hits, _page(select(P.report_id).where(*wanted), search, skipped)


def _collected(tenant_id: uuid.UUID, search: Search, skipped: int) -> tuple[Any, Any]:
    """Where none has: collect the hits up to the bound and sort them; if there are more, read in order after all.

    PostgreSQL plans the collection for all hits and stops at the bound, so that a rare word does not lead through
    all reports of the town in their order. A kept plan for any words is five times slower than one for these.
    """
    session().execute(_PLAN_FOR_THESE_VALUES)
    columns = (P.report_id, P.received_at)
    wanted = conditions(tenant_id, search)
    found = select(*columns).where(*wanted).cte("found", nesting=True).prefix_with("MATERIALIZED")
    some = select(found).limit(search.most_counted + 1).cte("some").prefix_with("MATERIALIZED")
    hits = select(func.count().label("hits")).select_from(some).cte("hits").prefix_with("MATERIALIZED")
    number = select(hits.c.hits).scalar_subquery()
    few = _page(select(some).where(number <= search.most_counted), search, skipped, some.c)
    many = _page(select(*columns).where(*wanted, number > search.most_counted), search, skipped)
    return hits, union_all(select(few.c.report_id), select(many.c.report_id)).subquery()


def _counted(rows: Select[Any], search: Search) -> Any:
    return select(func.count().label("hits")).select_from(rows.limit(search.most_counted + 1).subquery()).subquery()


def _page(rows: Select[Any], search: Search, skipped: int, columns: Any = P) -> Any:
    return _ordered(rows, search, columns).limit(PAGE_SIZE).offset(skipped).subquery()


def latest_reports(tenant_id: uuid.UUID, most: int) -> Sequence[AnyRow]:
    """The newest reports, without removed ones."""
    statement = select(*CARD).where(P.tenant_id == tenant_id, P.removed.is_(False))
    return session().execute(_ordered(statement, Search()).limit(most)).all()


def figures(tenant_id: uuid.UUID, since: datetime) -> Figures:
    """How many reports are open and in work, and how many came in since `since` and are done."""
    parts = [
        _count("open", P.tenant_id == tenant_id, P.state == State.received),
        _count("open", P.tenant_id == tenant_id, P.state == State.accepted),
        _count("in_progress", P.tenant_id == tenant_id, P.state == State.in_progress),
        _count("done", P.tenant_id == tenant_id, P.state == State.done, P.received_at >= since),
    ]
    counted = {"open": 0, "in_progress": 0, "done": 0}
    for name, number in session().execute(union_all(*parts)):
        counted[name] += number
    return Figures(**counted)


def _count(name: str, *wanted: ColumnElement[bool]) -> Select[str, int]:
    some = select(literal(1)).select_from(Publication.__table__).where(*wanted).limit(MOST_COUNTED + 1).subquery()
    return select(literal(name).label("name"), func.count().label("number")).select_from(some)


def published_report(tenant_id: uuid.UUID, number: str) -> AnyRow | None:
    """A report as the public sees it; a removed one as its neutral stub; None where nothing is public."""
    if not looks_like_number(number):
        return None
    columns = [column for column in Publication.__table__.c if column.key not in ("tenant_id", "report_id", "search")]
    statement = select(*columns).where(P.tenant_id == tenant_id, P.number == number)
    return session().execute(statement).one_or_none()


def published_photo(tenant_id: uuid.UUID, number: str, position: int) -> str | None:
    """The file of a public photo (counted from 1), or None."""
    if not looks_like_number(number):
        return None
    statement = select(P.photos).where(P.tenant_id == tenant_id, P.number == number, P.removed.is_(False))
    photos = session().scalar(statement) or []
    return photos[position - 1]["file"] if 1 <= position <= len(photos) else None


def reports_in_box(tenant_id: uuid.UUID, search: Search, box: Box | None) -> Sequence[AnyRow]:
    """The newest reports with a point in this part of the map, one more than `MOST_PINS` if there are more."""
    wanted = [*conditions(tenant_id, search), P.lat.is_not(None)]
    if box is not None:
        session().execute(_PLAN_FOR_THESE_VALUES)
        wanted += [P.lat.between(box.south, box.north), P.lon.between(box.west, box.east)]
    columns = (P.number, P.state, P.category, P.street, P.house_number, P.district, P.lat, P.lon)
    return session().execute(_ordered(select(*columns).where(*wanted), Search()).limit(MOST_PINS + 1)).all()


def reports_for_feed(tenant_id: uuid.UUID, search: Search) -> Sequence[AnyRow]:
    """The newest reports with their texts, for feed readers; removed ones as stubs, so that copies are renewed."""
    columns = (
        P.number, P.category, P.state, P.removed, P.description, P.street, P.house_number, P.district, P.lat, P.lon,
        P.answers, P.received_at, P.published_at, P.updated_at,
    )
    statement = select(*columns).where(*conditions(tenant_id, search))
    return session().execute(_ordered(statement, Search()).limit(FEED_LENGTH)).all()


def newest_numbers(tenant_id: uuid.UUID, most: int) -> Sequence[AnyRow]:
    """Numbers and last changes of the newest public reports, for search engines."""
    statement = select(P.number, P.updated_at).where(P.tenant_id == tenant_id, P.removed.is_(False))
    return session().execute(_ordered(statement, Search()).limit(most)).all()


def conditions(tenant_id: uuid.UUID, search: Search) -> list[ColumnElement[bool]]:
    """What a search narrows to. A typed report number finds that report."""
    wanted: list[ColumnElement[bool]] = [P.tenant_id == tenant_id]
    if len(search.states) == 1:
        wanted.append(P.state == search.states[0])
    elif search.states:
        wanted.append(P.state.in_(search.states))
    if search.category:
        wanted.append(P.category == search.category)
    if search.district:
        wanted.append(P.district == search.district)
    if looks_like_number(search.words):
        wanted.append(P.number == search.words.strip())
    elif search.words:
        wanted.append(P.search.op("@@")(func.websearch_to_tsquery("german", search.words)))
    return wanted


def looks_like_number(words: str) -> bool:
    """Whether someone typed a report's number, such as 2026-000123."""
    year, _, running = words.strip().partition("-")
    return len(year) == 4 and len(running) >= 6 and (year + running).isascii() and (year + running).isdigit()


def _ordered(statement: Select[Any], search: Search, columns: Any = P) -> Select[Any]:
    if search.oldest_first:
        return statement.order_by(columns.received_at.asc(), columns.report_id.asc())
    return statement.order_by(columns.received_at.desc(), columns.report_id.desc())
