"""What testers read in a trial: the copies that would be public, in the scope of their own town alone.

A trial has a few dozen reports, so these are plain statements; nothing here is kept for anybody else.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select

from maerker.database.base import session
from tenants.reports.models import TrialPublication
from tenants.reports.public_queries import MOST_COUNTED, MOST_PINS, PAGE_SIZE, Box, Figures, Hits, Search
from tenants.reports.status import State

T = TrialPublication
AnyRow = Row[*tuple[Any, ...]]
_CARD = (
    T.number, T.category, T.state, T.removed, func.left(T.description, 260).label("description"), T.language,
    T.street, T.house_number, T.district, T.received_at, T.photos[0].label("photo"),
    func.left(T.answers[-1]["text"].astext, 220).label("answer"),
)


def find_trial_reports(search: Search, page: int) -> Hits:
    """One page of the list (from 1)."""
    wanted = _wanted(search)
    number = session().scalar(select(func.count()).select_from(T).where(*wanted)) or 0
    rows = session().execute(
        select(*_CARD).where(*wanted).order_by(*_order(search)).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    return Hits(rows, min(number, MOST_COUNTED), number > MOST_COUNTED)


def latest_trial_reports(most: int) -> Sequence[AnyRow]:
    """The newest, without removed ones."""
    return session().execute(
        select(*_CARD).where(T.removed.is_(False)).order_by(*_order(Search())).limit(most)
    ).all()


def trial_figures() -> Figures:
    """How the trial's reports stand."""
    counted: dict[State, int] = dict(session().execute(select(T.state, func.count()).group_by(T.state)).all())
    return Figures(
        open=counted.get(State.received, 0) + counted.get(State.accepted, 0),
        in_progress=counted.get(State.in_progress, 0), done=counted.get(State.done, 0),
    )


def trial_report(number: str) -> TrialPublication | None:
    """One report as the public would see it; a removed one as its stub."""
    return session().scalars(select(T).where(T.number == number)).one_or_none()


def trial_reports_in_box(search: Search, box: Box | None) -> Sequence[AnyRow]:
    """The newest with a point in this part of the map, one more than the map shows if there are more."""
    wanted = [*_wanted(search), T.lat.is_not(None)]
    if box is not None:
        wanted += [T.lat.between(box.south, box.north), T.lon.between(box.west, box.east)]
    columns = (T.number, T.state, T.category, T.street, T.house_number, T.district, T.lat, T.lon)
    return session().execute(
        select(*columns).where(*wanted).order_by(*_order(Search())).limit(MOST_PINS + 1)
    ).all()


def _wanted(search: Search) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if search.states:
        wanted.append(T.state.in_(search.states))
    if search.category:
        wanted.append(T.category == search.category)
    if search.district:
        wanted.append(T.district == search.district)
    if search.words:
        places = (T.number, T.description, T.street, T.district)
        wanted.append(or_(*(place.icontains(search.words.strip(), autoescape=True) for place in places)))
    return wanted


def _order(search: Search) -> tuple[Any, Any]:
    if search.oldest_first:
        return T.received_at.asc(), T.report_id.asc()
    return T.received_at.desc(), T.report_id.desc()
