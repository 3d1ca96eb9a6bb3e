"""What the operator is waited for, computed from the proofs of all files on their way; nothing of it is ticked off."""

import enum
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all

from maerker.database.base import session
from maerker.wording import marked
from onboarding.applications.console_queries import PHASE, Phase
from onboarding.applications.models import FileEvent, FileOverride, JoiningFile
from onboarding.applications.overrides import ENDS, waiting_overrides
from onboarding.applications.queries import facts_of_all
from onboarding.contracts.file_models import CopySide, CopyState, FileCopy, FileDocument
from onboarding.contracts.kinds import DocumentKind
from onboarding.steps import GATES, RULE_OF, Side, SignedCopy, Step, StepNow, steps
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

    Applications and places to make are seen at the file's own row. The steps are computed for those files alone in
    which something signed waits or nothing keeps the start from being fixed.
    """
    found: dict[TaskKind, list[Task]] = {kind: [] for kind in TaskKind}
    for task in (*_plain_tasks(), *_computed_tasks(), *_overrides()):
        found[task.kind].append(task)
    return {kind: sorted(items, key=lambda item: item.since) for kind, items in found.items()}


_RUNNING = (PHASE.in_([Phase.running.value]), JoiningFile.confirmed_at.is_not(None))
_HEAD: tuple[Any, ...] = (JoiningFile.file_id, JoiningFile.reference, Municipality.name)
_DATED: tuple[Any, ...] = (*_HEAD, JoiningFile.confirmed_at, JoiningFile.admitted_at)
_WHOLE: tuple[Any, ...] = (JoiningFile, Municipality.name)


def _plain_tasks() -> Iterator[Task]:
    rows = session().execute(
        select(*_DATED)
        .join(Municipality, Municipality.id == JoiningFile.municipality_id)
        .where(*_RUNNING, or_(JoiningFile.admitted_at.is_(None), JoiningFile.provisioned_at.is_(None)))
    )
    for file_id, reference, name, confirmed_at, admitted_at in rows:
        kind, step = (TaskKind.admit, Step.application) if admitted_at is None else (TaskKind.provision, Step.set_up)
        yield Task(
            kind=kind, file_id=file_id, reference=reference, name=name, about=RULE_OF[step].label,
            since=admitted_at or confirmed_at, page=f"/akten/{file_id}{_PAGES[kind]}",
        )


def _computed_tasks() -> Iterator[Task]:
    statement: Select[Any] = select(*_WHOLE).join(Municipality, Municipality.id == JoiningFile.municipality_id)
    rows = session().execute(statement.where(
        *_RUNNING, JoiningFile.admitted_at.is_not(None), or_(_something_signed(), _may_be_fixed()))).all()
    if not rows:
        return
    facts = facts_of_all(file for file, _name in rows)
    for file, name in rows:
        for task in _of_file(file, name, steps(facts[file.file_id])):
            if task.kind not in (TaskKind.admit, TaskKind.provision):
                yield task


def _something_signed() -> ColumnElement[bool]:
    """A copy that is being looked at, or an agreement that the Kommune alone has signed."""
    waits = select(FileCopy.file_id).where(FileCopy.state.in_([CopyState.checking, CopyState.to_confirm]))
    agreement = select(FileDocument.file_id).where(
        FileDocument.superseded_at.is_(None), FileDocument.kind == DocumentKind.data_processing_agreement.value,
        _accepted(CopySide.municipality), ~_accepted(CopySide.operator),
    )
    return or_(JoiningFile.file_id.in_(waits), JoiningFile.file_id.in_(agreement))


def _accepted(side: CopySide) -> ColumnElement[bool]:
    return exists().where(
        FileCopy.file_id == FileDocument.file_id, FileCopy.document_id == FileDocument.id, FileCopy.side == side,
        FileCopy.state == CopyState.accepted,
    )


def _may_be_fixed() -> ColumnElement[bool]:
    """No date yet, and as many proofs and exceptions as there are gates. Counted once for all files, not for each."""
    signed = select(FileDocument.file_id, FileDocument.kind).distinct().where(
        FileDocument.superseded_at.is_(None), FileDocument.kind.in_([RULE_OF[step].document for step in GATES]),
        _accepted(CopySide.municipality),
    )
    let_off = select(FileOverride.file_id, FileOverride.step).where(FileOverride.second_at.is_not(None))
    passed = union_all(signed, let_off).subquery()
    enough = select(passed.c.file_id).group_by(passed.c.file_id).having(func.count() >= len(GATES))
    return and_(JoiningFile.starts_at.is_(None), JoiningFile.file_id.in_(enough))


def _of_file(file: JoiningFile, name: str, now: Iterable[StepNow]) -> Iterator[Task]:
    for step in now:
        waiting = _waiting_copy(step)  # it can be checked whatever its step still waits for
        if step.side is Side.operator or waiting is not None:
            kind = _kind(step)
            yield Task(
                kind=kind, file_id=file.file_id, reference=file.reference, name=name, about=step.rule.label,
                since=step.since or (waiting.uploaded_at if waiting else file.applied_at),
                page=f"/akten/{file.file_id}{_PAGES[kind]}",
            )


def _waiting_copy(step: StepNow) -> SignedCopy | None:
    copies = step.document.copies if step.document is not None else ()
    return next((copy for copy in copies if copy.state in (CopyState.checking, CopyState.to_confirm)), None)


def _kind(step: StepNow) -> TaskKind:
    if step.step in _OF_STEP:
        return _OF_STEP[step.step]
    signed = step.document is not None and any(
        copy.side == Side.municipality and copy.state == "accepted" for copy in step.document.copies)
    return TaskKind.countersign if signed else TaskKind.check


def _overrides() -> Iterator[Task]:
    rows = session().scalars(select(FileOverride).where(FileOverride.second_at.is_(None))).all()
    if not rows:
        return
    ids = {row.file_id for row in rows}
    ends = session().scalars(select(FileEvent).where(FileEvent.act.in_(ENDS), FileEvent.file_id.in_(ids)))
    heads = session().execute(
        select(*_HEAD).join(Municipality, Municipality.id == JoiningFile.municipality_id)
        .where(*_RUNNING, JoiningFile.file_id.in_(ids))
    )
    names = {file_id: (reference, name) for file_id, reference, name in heads}
    for (file_id, step), proposal in waiting_overrides(rows, ends).items():
        if file_id in names:
            reference, name = names[file_id]
            yield Task(
                kind=TaskKind.override, file_id=file_id, reference=reference, name=name, about=RULE_OF[step].label,
                since=proposal.first_at, page=f"/akten/{file_id}/ausnahme/{step.value}",
                by_other=proposal.first_name, first_by=proposal.first_by,
            )
