"""How the Kommunen stand to a change, for the operator: who agreed, objected or said nothing; who released anew."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from maerker.calendar.deadlines import local_day
from maerker.database.base import session
from maerker.errors import NotThere
from onboarding.applications.models import JoiningFile
from onboarding.contracts.file_models import ChangeAnswer
from onboarding.contracts.models import PlatformChange, Subprocessor, SubprocessorChange
from onboarding.contracts.platform_releases import released_once, released_since
from onboarding.contracts.subprocessor_answers import last_day_of, with_agreement
from onboarding.operators.models import OperatorAudit
from tenants.registry.models import Municipality


@dataclass(frozen=True)
class Counts:
    """How many Kommunen answered what."""

    agreed: int = 0
    objected: int = 0
    silent: int = 0

    @property
    def asked(self) -> int:
        return self.agreed + self.objected + self.silent


@dataclass(frozen=True)
class AnswerLine:
    """One Kommune's answer. `last_day`: until then it may object."""

    file_id: uuid.UUID
    reference: str
    name: str
    answer: str
    reason: str
    notified_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    effective_from: datetime | None
    last_day: date


@dataclass(frozen=True)
class ReleaseLine:
    """A Kommune that has to release the processing anew; `released_at` once it has."""

    file_id: uuid.UUID
    reference: str
    name: str
    released_at: datetime | None


def the_change(change_id: int) -> SubprocessorChange:
    """An announced change of a sub-processor. Raises NotThere."""
    change = session().get(SubprocessorChange, change_id)
    if change is None:
        raise NotThere()
    return change


def the_platform_change(change_id: int) -> PlatformChange:
    """An essential change that was declared. Raises NotThere."""
    change = session().get(PlatformChange, change_id)
    if change is None:
        raise NotThere()
    return change


def rows_by_id(rows: Iterable[Subprocessor]) -> Mapping[int | None, Subprocessor]:
    """The register by id, for the names in a change."""
    return {row.id: row for row in rows}


def counts_of(changes: Iterable[SubprocessorChange]) -> Mapping[int, Counts]:
    """The answers to each of these changes, in one statement."""
    found: dict[int, dict[str, int]] = {change.id: {} for change in changes}
    rows = session().execute(
        select(ChangeAnswer.change_id, ChangeAnswer.answer, func.count())
        .where(ChangeAnswer.change_id.in_(found)).group_by(ChangeAnswer.change_id, ChangeAnswer.answer)
    )
    for change_id, answer, number in rows:
        found[change_id][answer] = number
    return {change_id: Counts(**given) for change_id, given in found.items()}


def answer_lines(change: SubprocessorChange) -> list[AnswerLine]:
    """Every Kommune that was told of the change: objections first, then silence, then consent, by name."""
    rows = session().execute(
        select(ChangeAnswer, JoiningFile.reference, Municipality.name)
        .join(JoiningFile, JoiningFile.file_id == ChangeAnswer.file_id)
        .join(Municipality, Municipality.id == JoiningFile.municipality_id)
        .where(ChangeAnswer.change_id == change.id).order_by(func.lower(func.unaccent(Municipality.name)))
    )
    lines = [
        AnswerLine(
            row.file_id, reference, name, row.answer, row.reason, row.notified_at, row.answered_at, row.answered_by,
            row.effective_from, last_day_of(change, row.notified_at),
        )
        for row, reference, name in rows
    ]
    order = ("objected", "silent", "agreed")
    return sorted(lines, key=lambda line: order.index(line.answer))


def number_with_agreement() -> int:
    """How many Kommunen have an agreement that both sides signed."""
    return session().scalar(select(func.count()).select_from(with_agreement())) or 0


def number_to_release_again(at: datetime) -> int:
    """How many Kommunen would have to release the processing anew, were a change declared now."""
    return len(released_once(before=at))


def release_lines(change: PlatformChange) -> list[ReleaseLine]:
    """Every Kommune that has to release anew because of this change; those that have not come first."""
    concerned, done = released_once(before=change.declared_at), released_since(change)
    rows = session().execute(
        select(JoiningFile.file_id, JoiningFile.reference, Municipality.name)
        .join(Municipality, Municipality.id == JoiningFile.municipality_id)
        .where(JoiningFile.file_id.in_(concerned)).order_by(func.lower(func.unaccent(Municipality.name)))
    )
    lines = [ReleaseLine(file_id, reference, name, done.get(file_id)) for file_id, reference, name in rows]
    return sorted(lines, key=lambda line: line.released_at is not None)


def reasons_of_removal() -> Mapping[int, str]:
    """Why certificates were taken off the trust list, by the number of the entry; it stands in the record."""
    rows = session().scalars(select(OperatorAudit.details).where(OperatorAudit.act == "trust_anchor_removed"))
    return {int(details["anchor"]): str(details.get("reason", "")) for details in rows if "anchor" in details}


def days_left(last_day: date, at: datetime) -> int:
    """Days until a period is over, today not counted; 0 on its last day, below 0 afterwards."""
    return (last_day - local_day(at)).days
