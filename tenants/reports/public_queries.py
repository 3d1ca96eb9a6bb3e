"""What citizens read: rows of `publications` and of no other table (law 4).

Every statement names the town itself, so that the indexes, which all begin with it, are used. A number of hits is
counted up to a bound: whoever reads "über 5.000" needs no exact figure, and the page stays fast. Statements are
built once for each kind of search and then only given their values: building one takes longer than running it.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Executable,
    Result,
    Row,
    Select,
    bindparam,
    func,
    literal,
    select,
    text,
    true,
    union_all,
)

from maerker.database.base import session
from tenants.reports.models import Publication
from tenants.reports.search import as_query
from tenants.reports.status import State

MOST_COUNTED = 5_000
MOST_COUNTED_BY_WORDS = 1_000
PAGE_SIZE = 20
FEED_LENGTH = 50
MOST_PINS = 2_000
PINS_AT_ONCE = 100

AnyRow = Row[*tuple[Any, ...]]
P = Publication.__table__.c
OPEN_STATES = (State.received, State.accepted)
_PLAN_FOR_THESE_VALUES = text("SET LOCAL plan_cache_mode = force_custom_plan")
_MOST: BindParameter[int] = bindparam("most", type_=BigInteger)


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
    def kind(self) -> "Kind":
        """What is narrowed, without the values."""
        words = ("number" if looks_like_number(self.words) else "text") if self.words else ""
        return Kind(len(self.states), bool(self.category), bool(self.district), words, self.oldest_first)

    def values(self, tenant_id: uuid.UUID) -> dict[str, Any]:
        """For the statements of this kind."""
        words = self.words.strip() if looks_like_number(self.words) else as_query(self.words)
        return {
            "tenant": tenant_id, "category": self.category, "district": self.district, "words": words,
            **{f"state_{n}": state for n, state in enumerate(self.states)},
        }


class Kind(NamedTuple):
    """A kind of search: all searches of one kind share their statements. `words`: '', 'number' or 'text'."""

    states: int = 0
    category: bool = False
    district: bool = False
    words: str = ""
    oldest_first: bool = False

    @property
    def has_an_index(self) -> bool:
        """Whether one index of `publications` has the filter and the order of the list."""
        return not self.words and self.states + self.category + self.district <= 1


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
    P.number, P.category, P.state, P.removed, func.left(P.description, 260).label("description"), P.language,
    P.street, P.house_number, P.district, P.lat, P.lon, P.received_at, P.photos[0].label("photo"),
    func.left(P.answers[-1]["text"].astext, 220).label("answer"),
)


def find_reports(tenant_id: uuid.UUID, search: Search, page: int) -> Hits:
    """One page of the list (from 1), in one statement with the number of hits.

    The page is chosen first and only its rows are read, so that page 200 costs as little as page 1.
    """
    if not search.kind.has_an_index:
        session().connection().execute(_PLAN_FOR_THESE_VALUES)
    values = {**search.values(tenant_id), "most": search.most_counted, "skipped": (page - 1) * PAGE_SIZE}
    found = _ask(_list(search.kind), values).all()
    number = found[0].hits
    return Hits([row for row in found if row.found], min(number, search.most_counted), number > search.most_counted)


@cache
def _list(kind: Kind) -> Select[*tuple[Any, ...]]:
    hits, chosen = (_in_order if kind.has_an_index else _collected)(kind)
    cards = (
        select(literal(True).label("found"), P.report_id, *CARD)
        .where(_own(), P.report_id == chosen.c.report_id)
        .subquery()
    )
    return _ordered(select(hits.c.hits, cards).outerjoin_from(hits, cards, true()), kind, cards.c)


def _in_order(kind: Kind) -> tuple[Any, Any]:
    """Where one index has both the filter and the order: read it in its order, count along it."""
    some = select(literal(1)).select_from(Publication.__table__).where(*_wanted(kind)).limit(_MOST + 1).subquery()
    hits = select(func.count().label("hits")).select_from(some).subquery()
    return hits, _page(select(P.report_id).where(*_wanted(kind)), kind)


def _collected(kind: Kind) -> tuple[Any, Any]:
    """Where none has: collect the hits up to the bound and sort them; if there are more, read in order after all.

    PostgreSQL plans the collection for all hits and stops at the bound, so that a rare word does not lead through
    all reports of the town in their order. A kept plan for any words is five times slower than one for these.
    """
    columns = (P.report_id, P.received_at)
    found = select(*columns).where(*_wanted(kind)).cte("found", nesting=True).prefix_with("MATERIALIZED")
    some = select(found).limit(_MOST + 1).cte("some").prefix_with("MATERIALIZED")
    hits = select(func.count().label("hits")).select_from(some).cte("hits").prefix_with("MATERIALIZED")
    number = select(hits.c.hits).scalar_subquery()
    few = _page(select(some).where(number <= _MOST), kind, some.c)
    many = _page(select(*columns).where(*_wanted(kind), number > _MOST), kind)
    return hits, union_all(select(few.c.report_id), select(many.c.report_id)).subquery()


def _page(rows: Select[*tuple[Any, ...]], kind: Kind, columns: Any = P) -> Any:
    return _ordered(rows, kind, columns).limit(PAGE_SIZE).offset(bindparam("skipped", type_=BigInteger)).subquery()


def latest_reports(tenant_id: uuid.UUID, most: int) -> Sequence[AnyRow]:
    """The newest reports, without removed ones."""
    return _ask(_latest(), {"tenant": tenant_id, "most": most}).all()


@cache
def _latest() -> Select[*tuple[Any, ...]]:
    return _ordered(select(*CARD).where(_own(), P.removed.is_(False)), Kind()).limit(_MOST)


def figures(tenant_id: uuid.UUID, since: datetime) -> Figures:
    """How many reports are open and in work, and how many came in since `since` and are done."""
    row = _ask(_figures(), {"tenant": tenant_id, "since": since, "most": MOST_COUNTED + 1}).one()
    return Figures(open=row.received + row.accepted, in_progress=row.in_progress, done=row.done)


@cache
def _figures() -> Select[*tuple[Any, ...]]:
    lately = P.received_at >= bindparam("since", type_=P.received_at.type)
    return select(
        _counted(State.received), _counted(State.accepted), _counted(State.in_progress), _counted(State.done, lately)
    )


def _counted(state: State, *wanted: ColumnElement[bool]) -> Any:
    some = select(literal(1)).select_from(Publication.__table__).where(_own(), P.state == state, *wanted).limit(_MOST)
    return select(func.count()).select_from(some.subquery()).scalar_subquery().label(state.value)


def published_report(tenant_id: uuid.UUID, number: str) -> AnyRow | None:
    """A report as the public sees it; a removed one as its neutral stub; None where nothing is public."""
    return _ask(_single(), {"tenant": tenant_id, "number": number}).one_or_none()


@cache
def _single() -> Select[*tuple[Any, ...]]:
    columns = [column for column in Publication.__table__.c if column.key not in ("tenant_id", "report_id", "search")]
    return select(*columns).where(_own(), P.number == _number())


def published_photo(tenant_id: uuid.UUID, number: str, position: int) -> str | None:
    """The file of a public photo (counted from 1), or None."""
    photos = _ask(_photos(), {"tenant": tenant_id, "number": number}).scalar() or []
    return photos[position - 1]["file"] if 1 <= position <= len(photos) else None


@cache
def _photos() -> Select[*tuple[Any, ...]]:
    return select(P.photos).where(_own(), P.number == _number(), P.removed.is_(False))


def reports_in_box(tenant_id: uuid.UUID, search: Search, box: Box | None) -> Iterator[AnyRow]:
    """The newest reports with a point in this part of the map, one more than `MOST_PINS` if there are more."""
    values = search.values(tenant_id)
    if box is not None:
        session().connection().execute(_PLAN_FOR_THESE_VALUES)
        values |= box._asdict()
    for some in _ask(_pins(search.kind, box is not None), values).partitions(PINS_AT_ONCE):
        yield from some


@cache
def _pins(kind: Kind, boxed: bool) -> Select[*tuple[Any, ...]]:
    wanted = [*_wanted(kind), P.lat.is_not(None)]
    if boxed:
        side = {name: bindparam(name, type_=P.lat.type) for name in Box._fields}
        wanted += [P.lat.between(side["south"], side["north"]), P.lon.between(side["west"], side["east"])]
    columns = (P.number, P.state, P.category, P.street, P.house_number, P.district, P.lat, P.lon)
    return _ordered(select(*columns).where(*wanted), Kind()).limit(MOST_PINS + 1)


def reports_for_feed(tenant_id: uuid.UUID, search: Search) -> Sequence[AnyRow]:
    """The newest reports with their texts, for feed readers; removed ones as stubs, so that copies are renewed."""
    return _ask(_feed(search.kind), search.values(tenant_id)).all()


@cache
def _feed(kind: Kind) -> Select[*tuple[Any, ...]]:
    columns = (
        P.number, P.category, P.state, P.removed, P.description, P.street, P.house_number, P.district, P.lat, P.lon,
        P.answers, P.received_at, P.published_at, P.updated_at,
    )
    return _ordered(select(*columns).where(*_wanted(kind)), Kind()).limit(FEED_LENGTH)


def newest_numbers(tenant_id: uuid.UUID, most: int) -> Sequence[AnyRow]:
    """Numbers and last changes of the newest public reports, for search engines."""
    return _ask(_newest(), {"tenant": tenant_id, "most": most}).all()


@cache
def _newest() -> Select[*tuple[Any, ...]]:
    return _ordered(select(P.number, P.updated_at).where(_own(), P.removed.is_(False)), Kind()).limit(_MOST)


def looks_like_number(words: str) -> bool:
    """Whether someone typed a report's number, such as 2026-000123."""
    year, _, running = words.strip().partition("-")
    return len(year) == 4 and len(running) >= 6 and (year + running).isascii() and (year + running).isdigit()


def _ask(statement: Executable, values: Mapping[str, Any]) -> Result[*tuple[Any, ...]]:
    """By the connection: the statements name the town themselves, and the ORM has nothing to add."""
    return session().connection().execute(statement, values)


def _own() -> ColumnElement[bool]:
    return P.tenant_id == bindparam("tenant", type_=P.tenant_id.type)


def _number() -> BindParameter[str]:
    return bindparam("number", type_=P.number.type)


def _wanted(kind: Kind) -> list[ColumnElement[bool]]:
    """What a search narrows to. A typed report number finds that report."""
    wanted = [_own()]
    states = [bindparam(f"state_{n}", type_=P.state.type) for n in range(kind.states)]
    if len(states) == 1:
        wanted.append(P.state == states[0])
    elif states:
        wanted.append(P.state.in_(states))
    if kind.category:
        wanted.append(P.category == bindparam("category", type_=P.category.type))
    if kind.district:
        wanted.append(P.district == bindparam("district", type_=P.district.type))
    words = bindparam("words", type_=P.number.type)
    if kind.words == "number":
        wanted.append(P.number == words)
    elif kind.words:
        wanted.append(P.search.op("@@")(func.to_tsquery("german", words)))
    return wanted


def _ordered(statement: Select[*tuple[Any, ...]], kind: Kind, columns: Any = P) -> Select[*tuple[Any, ...]]:
    if kind.oldest_first:
        return statement.order_by(columns.received_at.asc(), columns.report_id.asc())
    return statement.order_by(columns.received_at.desc(), columns.report_id.desc())
