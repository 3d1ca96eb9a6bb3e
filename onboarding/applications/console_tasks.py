"""What the operator is waited for, computed from the proofs of all files on their way; nothing of it is ticked off."""

import enum
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from maerker.database.base import session
from maerker.wording import marked
from onboarding.applications.console_queries import PHASE, Phase
from onboarding.applications.models import FileEvent, FileOverride, JoiningFile
from onboarding.applications.overrides import ENDS, waiting_overrides
from onboarding.applications.queries import facts_of_all
from onboarding.steps import RULE_OF, Side, Step, StepNow, steps
from tenants.registry.models import Municipality


class TaskKind(enum.StrEnum):
    """What is to be done."""

    admit = "admit"
    override = "override"
    check = "check"
    countersign = "countersign"
    provision = "provision"
    fix_start = "fix_start"


TASK_LABELS = {
    TaskKind.admit: marked("Anträge prüfen"), TaskKind.override: marked("Über Ausnahmen entscheiden"),
    TaskKind.check: marked("Unterschriebene Dokumente prüfen"),
    TaskKind.countersign: marked("Verträge gegenzeichnen"), TaskKind.provision: marked("Bereiche anlegen"),
    TaskKind.fix_start: marked("Starttermine festlegen"),
}
_PAGES = {TaskKind.admit: "", TaskKind.check: "/dokumente", TaskKind.countersign: "/dokumente",
          TaskKind.provision: "/einrichtung", TaskKind.fix_start: "/start"}
_OF_STEP = {Step.application: TaskKind.admit, Step.set_up: TaskKind.provision, Step.start_date: TaskKind.fix_start}


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do in one file. `about`: the step or the document; `page`: where it is done."""

    kind: TaskKind
    file_id: uuid.UUID
    reference: str
    name: str
    about: str
    since: datetime
    page: str
    by_other: str = ""
    first_by: int = 0


def tasks() -> dict[TaskKind, list[Task]]:
    """Everything that waits for the operator, the longest waiting first. As many statements for one file as for 1,000.
    """
    rows = [(file, name) for file, name in session().execute(
        select(JoiningFile, Municipality.name).join(Municipality, Municipality.id == JoiningFile.municipality_id)
        .where(PHASE.in_([Phase.running.value]), JoiningFile.confirmed_at.is_not(None))
    )]
    facts = facts_of_all(file for file, _name in rows)
    found: dict[TaskKind, list[Task]] = {kind: [] for kind in TaskKind}
    names = {file.file_id: (file.reference, name) for file, name in rows}
    for file, name in rows:
        for task in _of_file(file, name, steps(facts[file.file_id])):
            found[task.kind].append(task)
    found[TaskKind.override].extend(_overrides(names))
    return {kind: sorted(items, key=lambda item: item.since) for kind, items in found.items()}


def _of_file(file: JoiningFile, name: str, now: Iterable[StepNow]) -> Iterator[Task]:
    for step in now:
        if step.side is Side.operator:
            kind = _kind(step)
            yield Task(
                kind=kind, file_id=file.file_id, reference=file.reference, name=name, about=step.rule.label,
                since=step.since or file.applied_at, page=f"/akten/{file.file_id}{_PAGES[kind]}",
            )


def _kind(step: StepNow) -> TaskKind:
    if step.step in _OF_STEP:
        return _OF_STEP[step.step]
    signed = step.document is not None and any(
        copy.side == Side.municipality and copy.state == "accepted" for copy in step.document.copies)
    return TaskKind.countersign if signed else TaskKind.check


def _overrides(names: dict[uuid.UUID, tuple[str, str]]) -> Iterator[Task]:
    rows = session().scalars(select(FileOverride).where(FileOverride.second_at.is_(None))).all()
    ends = session().scalars(select(FileEvent).where(
        FileEvent.act.in_(ENDS), FileEvent.file_id.in_({row.file_id for row in rows})))
    for (file_id, step), proposal in waiting_overrides(rows, ends).items():
        if file_id in names:
            reference, name = names[file_id]
            yield Task(
                kind=TaskKind.override, file_id=file_id, reference=reference, name=name, about=RULE_OF[step].label,
                since=proposal.first_at, page=f"/akten/{file_id}/ausnahme/{step.value}",
                by_other=proposal.first_name, first_by=proposal.first_by,
            )
