"""All joining files as the operator looks at them: who waits for whom, since when, in which step.

Reads the copies `step`, `turn` and `turn_since` that each act rewrites, so that a thousand files answer as ten.
"""

import enum
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, false, func, literal, or_, select

from maerker.clock import BERLIN
from maerker.database.base import session
from onboarding.applications.entries import as_day
from onboarding.applications.kommunen import folded
from onboarding.applications.models import FileEntry, FilePerson, JoiningFile
from onboarding.steps import Side, Step
from tenants.registry.models import Municipality, MunicipalityArea

PER_PAGE = 50


class Show(enum.StrEnum):
    """Which files: on their way, in operation, over (refused or withdrawn), or every one."""

    running = "running"
    started = "started"
    ended = "ended"
    all = "all"


class Phase(enum.StrEnum):
    """Where a file is as a whole."""

    running = "running"
    started = "started"
    refused = "refused"
    withdrawn = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What somebody wants to see. `days`: waiting at least so long. An empty text is no filter."""

    words: str = ""
    step: str = ""
    side: str = ""
    district: str = ""
    days: int = 0
    show: Show = Show.running
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """One file in the list."""

    file_id: uuid.UUID
    reference: str
    name: str
    name_dsb: str
    kind: str
    district_name: str
    ars: str
    phase: Phase
    step: Step
    side: Side
    since: datetime
    applied_at: datetime
    wished_start: date | None
    starts_at: datetime | None
    started_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether somebody is waited for at all."""
        return self.side is not Side.nobody

    def days(self, at: datetime) -> int:
        """For how many days it has been waited, by the calendar of Berlin."""
        return (at.astimezone(BERLIN).date() - self.since.astimezone(BERLIN).date()).days


@dataclass(frozen=True)
class Pipeline:
    """One page of the list."""

    lines: list[FileLine]
    number: int
    page: int
    pages: int


@dataclass(frozen=True)
class StepCount:
    """How many files on their way stand at a step, and who is waited for there."""

    step: Step
    municipality: int
    operator: int
    nobody: int

    @property
    def number(self) -> int:
        return self.municipality + self.operator + self.nobody


@dataclass(frozen=True)
class Counts:
    """The figures beside the list, of all files whatever is chosen."""

    shows: dict[Show, int]
    steps: list[StepCount]
    sides: dict[Side, int]


PHASE: ColumnElement[str] = case(
    (JoiningFile.refused_at.is_not(None), literal(Phase.refused.value)),
    (JoiningFile.withdrawn_at.is_not(None), literal(Phase.withdrawn.value)),
    (JoiningFile.started_at.is_not(None), literal(Phase.started.value)),
    else_=literal(Phase.running.value),
)
_OF_SHOW = {
    Show.running: frozenset({Phase.running}), Show.started: frozenset({Phase.started}),
    Show.ended: frozenset({Phase.refused, Phase.withdrawn}), Show.all: frozenset(Phase),
}
_COLUMNS: tuple[Any, ...] = (
    JoiningFile.file_id, JoiningFile.reference, Municipality.name, Municipality.name_dsb, Municipality.kind,
    Municipality.district_name, Municipality.ars, PHASE.label("phase"), JoiningFile.step, JoiningFile.turn,
    JoiningFile.turn_since, JoiningFile.applied_at,
    select(FileEntry.value).where(FileEntry.file_id == JoiningFile.file_id, FileEntry.key == "wished_start")
    .correlate(JoiningFile).scalar_subquery().label("wished_start"),
    JoiningFile.starts_at, JoiningFile.started_at,
)


def phase_of(file: JoiningFile) -> Phase:
    """Where one file is; the same rule as `PHASE` for the database."""
    if file.refused_at is not None:
        return Phase.refused
    if file.withdrawn_at is not None:
        return Phase.withdrawn
    return Phase.started if file.started_at is not None else Phase.running


def pipeline(choice: Choice, *, at: datetime) -> Pipeline:
    """Fifty files, those that wait longest first; where nobody is waited for comes last."""
    chosen = _chosen(choice, at)
    number = session().scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-number // PER_PAGE))
    page = min(max(1, choice.page), pages)
    rows = session().execute(chosen.limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Pipeline([_line(row) for row in rows], number, page, pages)


def every_line(choice: Choice, *, at: datetime) -> Iterator[FileLine]:
    """All files of a choice, for a list to take out."""
    return (_line(row) for row in session().execute(_chosen(choice, at)))


def counts() -> Counts:
    """How many files stand where, in one statement."""
    rows = session().execute(
        select(PHASE.label("phase"), JoiningFile.step, JoiningFile.turn, func.count())
        .group_by("phase", JoiningFile.step, JoiningFile.turn)
    ).all()
    running = [(step, side, number) for phase, step, side, number in rows if phase == Phase.running]
    return Counts(
        {show: sum(row[3] for row in rows if row[0] in phases) for show, phases in _OF_SHOW.items()},
        [StepCount(step, *(_sum(running, step, side) for side in Side)) for step in Step],
        {side: sum(number for _, one, number in running if one == side) for side in Side},
    )


def districts() -> list[str]:
    """The Landkreise that have a Kommune with a file."""
    return list(session().scalars(
        select(Municipality.district_name).join(JoiningFile, JoiningFile.municipality_id == Municipality.id)
        .where(Municipality.district_name != "").distinct().order_by(Municipality.district_name)
    ))


def _chosen(choice: Choice, at: datetime) -> Select[Any]:
    file = JoiningFile
    statement: Select[Any] = select(*_COLUMNS).join(Municipality, Municipality.id == file.municipality_id).where(
        PHASE.in_([phase.value for phase in _OF_SHOW[choice.show]])
    )
    if choice.step:
        statement = statement.where(file.step == choice.step)
    if choice.side:
        statement = statement.where(file.turn == choice.side)
    if choice.district:
        statement = statement.where(Municipality.district_name == choice.district)
    if choice.days:
        statement = statement.where(
            file.turn_since <= at - timedelta(days=choice.days), file.turn != Side.nobody.value
        )
    for word in choice.words.split()[:8]:
        statement = statement.where(_has(word))
    return statement.order_by(file.turn == Side.nobody.value, file.turn_since, file.reference)


def _has(word: str) -> ColumnElement[bool]:
    """Whether a word stands in the name, the seat, a Gemeinde, the reference or the people of a file."""
    forms = [form for form in folded(word) if form]
    if not forms:
        return false()
    person = exists().where(
        FilePerson.file_id == JoiningFile.file_id, FilePerson.removed_at.is_(None), _contains(FilePerson.folded, forms)
    )
    member = exists().where(
        MunicipalityArea.municipality_id == Municipality.id, _contains(MunicipalityArea.folded, forms)
    )
    reference = func.translate(func.lower(JoiningFile.reference), "-", " ")
    return or_(_contains(Municipality.folded, forms), _contains(reference, forms), person, member)


def _contains(text: Any, forms: list[str]) -> ColumnElement[bool]:
    return or_(*(func.strpos(text, form) > 0 for form in forms))


def _sum(rows: list[tuple[str, str, int]], step: Step, side: Side) -> int:
    return sum(number for one, turn, number in rows if one == step and turn == side)


def _line(row: Any) -> FileLine:
    return FileLine(
        file_id=row[0], reference=row[1], name=row[2], name_dsb=row[3], kind=row[4], district_name=row[5], ars=row[6],
        phase=Phase(row[7]), step=Step(row[8]), side=Side(row[9]), since=row[10], applied_at=row[11],
        wished_start=as_day(row[12]), starts_at=row[13], started_at=row[14],
    )
