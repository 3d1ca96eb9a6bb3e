"""When which Kommune starts, by month and week: several may start together, and it is seen which do."""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, Text, cast, select

from maerker.calendar.deadlines import is_working_day
from maerker.clock import BERLIN
from maerker.database.base import session
from onboarding.applications.models import FileEntry, JoiningFile
from onboarding.applications.queries import facts_of_all
from onboarding.applications.start import state_calendar
from onboarding.steps import gates_open
from tenants.registry.models import Municipality

_COLUMNS: tuple[Any, ...] = (JoiningFile, Municipality.name)


@dataclass(frozen=True, kw_only=True)
class Start:
    """One Kommune's start: fixed for a moment, over, or only wished for a day. `gates`: what is still open then."""

    file_id: uuid.UUID
    name: str
    day: date
    starts_at: datetime | None = None
    started: bool = False
    gates: tuple[str, ...] = ()

    @property
    def wished(self) -> bool:
        return self.starts_at is None


@dataclass(frozen=True)
class Day:
    """A day of the calendar. `works`: whether administrations work on it."""

    day: date
    works: bool
    in_month: bool
    starts: list[Start]


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday, with its number (ISO 8601)."""

    number: int
    days: list[Day]

    @property
    def starts(self) -> list[Start]:
        return [start for day in self.days for start in day.starts if not start.wished]


def month(first: date) -> list[Week]:
    """The weeks of a month, whole: the days around it belong to them. In a fixed number of statements."""
    begin = first - timedelta(days=first.weekday())
    after = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    end = after + timedelta(days=-after.weekday() % 7)
    on: dict[date, list[Start]] = defaultdict(list)
    for start in (*starts_between(begin, end), *_wishes(begin, end)):
        on[start.day].append(start)
    calendar = state_calendar()
    days = [begin + timedelta(days=n) for n in range((end - begin).days)]
    made = [Day(day, is_working_day(day, calendar), day.month == first.month, on[day]) for day in days]
    return [Week(made[n].day.isocalendar().week, made[n:n + 7]) for n in range(0, len(made), 7)]


def starts_between(begin: date, end: date) -> list[Start]:
    """Fixed starts of the days from `begin` up to, but without, `end`; in their order."""
    return _starts(_all().where(JoiningFile.starts_at >= _midnight(begin), JoiningFile.starts_at < _midnight(end)))


def coming(at: datetime, most: int = 100) -> list[Start]:
    """The starts still to come."""
    return _starts(_all().where(JoiningFile.starts_at > at, JoiningFile.started_at.is_(None)).limit(most))


def _all() -> Select[Any]:
    return select(*_COLUMNS).join(Municipality, Municipality.id == JoiningFile.municipality_id)


def others_starting(day: date, *, besides: uuid.UUID) -> list[str]:
    """Which other Kommunen start on a day. The table is asked itself: inside one file's scope models show that file."""
    files = JoiningFile.__table__
    return list(session().scalars(
        select(Municipality.name).join(files, files.c.municipality_id == Municipality.id).where(
            files.c.starts_at >= _midnight(day), files.c.starts_at < _midnight(day + timedelta(days=1)),
            files.c.file_id != besides, files.c.refused_at.is_(None), files.c.withdrawn_at.is_(None),
        ).order_by(Municipality.name)
    ))


def _starts(statement: Select[Any]) -> list[Start]:
    rows = session().execute(
        statement.where(JoiningFile.refused_at.is_(None), JoiningFile.withdrawn_at.is_(None))
        .order_by(JoiningFile.starts_at, Municipality.name)
    ).all()
    facts = facts_of_all(file for file, _name in rows if file.started_at is None)
    return [
        Start(
            file_id=file.file_id, name=name, day=file.starts_at.astimezone(BERLIN).date(), starts_at=file.starts_at,
            started=file.started_at is not None,
            gates=tuple(step.rule.label for step in gates_open(facts[file.file_id])) if file.file_id in facts else (),
        )
        for file, name in rows if file.starts_at is not None
    ]


def _wishes(begin: date, end: date) -> list[Start]:
    days = [f'"{begin + timedelta(days=n)}"' for n in range((end - begin).days)]  # as JSON writes them
    rows = session().execute(
        select(JoiningFile.file_id, Municipality.name, FileEntry.value)
        .join(Municipality, Municipality.id == JoiningFile.municipality_id)
        .join(FileEntry, FileEntry.file_id == JoiningFile.file_id)
        .where(
            FileEntry.key == "wished_start", cast(FileEntry.value, Text).in_(days), JoiningFile.starts_at.is_(None),
            JoiningFile.started_at.is_(None), JoiningFile.refused_at.is_(None), JoiningFile.withdrawn_at.is_(None),
        ).order_by(Municipality.name)
    )
    return [Start(file_id=row[0], name=row[1], day=date.fromisoformat(row[2])) for row in rows]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN)
