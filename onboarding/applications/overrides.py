"""A gate opened without its proof: it takes a reason and two of the operator's people, and is shown for ever.

Who proposes gives the reason; another person agrees or declines. A proposal that was declined or taken back stays in
the history, and the gate stays shut; whether it is over is read from there, because nothing of it is ever deleted.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from maerker.audit.actor import Actor
from maerker.database.base import session
from maerker.errors import Invalid, NotAllowed, NotThere, Stale
from maerker.wording import gettext as _
from onboarding.applications.actions import this_file
from onboarding.applications.history import note
from onboarding.applications.models import FileEvent, FileOverride
from onboarding.applications.standing import restate, steps_now
from onboarding.steps import GATES, Step, StepNow

SHORTEST_REASON, LONGEST_REASON = 20, 2000
ENDS = ("override_declined", "override_taken_back")


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An override that waits for the second person."""

    step: Step
    reason: str
    first_by: int
    first_name: str
    first_at: datetime


def proposals() -> dict[Step, Proposal]:
    """What waits for a second person in the current file."""
    return {item.step: item for item in _waiting(session().scalars(select(FileOverride)), _ends())}


def propose_override(step: Step, reason: str, *, by: Actor, at: datetime) -> None:
    """Ask a second person to let the Kommune start without this proof. Raises Invalid, Stale."""
    session().refresh(this_file(), with_for_update=True)  # two who propose at once come one after the other
    current = _gate(step)
    words = _checked(reason, _("Bitte schreiben Sie den Grund so, dass ihn die Kommune in zehn Jahren noch versteht "
                               "(mindestens %(number)s Zeichen).", number=SHORTEST_REASON))
    if step in proposals():
        raise Stale(_("Für diesen Schritt wartet schon ein Vorschlag auf die zweite Person."))
    if current.passed:
        raise Stale(_("Dieser Schritt ist inzwischen erledigt. Eine Ausnahme ist nicht nötig."))
    row = session().get(FileOverride, (this_file().file_id, step.value))
    if row is None:
        row = FileOverride(step=step.value)
        session().add(row)
    row.reason, row.first_by, row.first_name, row.first_at = words, _person(by), by.name, at
    row.second_by, row.second_name, row.second_at = None, "", None  # of one that is spent; the history has it
    session().flush()
    note("override_proposed", by=by, at=at, step=step.value, reason=words)
    restate(at=at)


def agree_override(step: Step, *, seen: str = "", by: Actor, at: datetime) -> None:
    """The second person agrees: the gate is open, and both names stay with it. Raises NotAllowed for the first.

    `seen`: when the proposal was made that was read (ISO). Raises Stale for another one made since: nobody agrees to
    a reason that they did not read.
    """
    row = _open_row(step)
    if seen and seen != row.first_at.isoformat():
        raise Stale(_("Der Vorschlag ist inzwischen ein anderer. Bitte lesen Sie ihn noch einmal."))
    if _gate(step).passed:
        raise Stale(_("Dieser Schritt ist inzwischen erledigt. Eine Ausnahme ist nicht nötig."))
    if row.first_by == _person(by):
        raise NotAllowed(_("Sie haben die Ausnahme selbst vorgeschlagen. Zustimmen muss eine zweite Person."))
    row.second_by, row.second_name, row.second_at = by.id, by.name, at
    session().flush()
    note("override_agreed", by=by, at=at, step=step.value, reason=row.reason, first=row.first_name)
    restate(at=at)


def decline_override(step: Step, reason: str, *, by: Actor, at: datetime) -> None:
    """The second person declines with a reason, or the first one takes the proposal back."""
    row = _open_row(step)
    own = row.first_by == _person(by)
    words = reason.strip() if own else _checked(reason, _("Bitte schreiben Sie, warum Sie nicht zustimmen (mindestens "
                                                          "%(number)s Zeichen).", number=SHORTEST_REASON))
    note("override_taken_back" if own else "override_declined", by=by, at=at, step=step.value,
         reason=words[:LONGEST_REASON])
    restate(at=at)


def waiting_overrides(
    rows: Iterable[FileOverride], ends: Iterable[FileEvent]
) -> dict[tuple[uuid.UUID, Step], Proposal]:
    """Those that wait for a second person in many files, by file and step."""
    over = list(ends)
    found = {}
    for row in rows:
        mine = [event for event in over if event.file_id == row.file_id]
        for item in _waiting([row], mine):
            found[row.file_id, item.step] = item
    return found


def _waiting(rows: Iterable[FileOverride], ends: Iterable[FileEvent]) -> list[Proposal]:
    last: dict[str, datetime] = {}
    for event in ends:
        last[event.step] = max(event.at, last.get(event.step, event.at))
    return [
        Proposal(step=Step(row.step), reason=row.reason, first_by=row.first_by, first_name=row.first_name,
                 first_at=row.first_at)
        for row in rows
        if row.second_at is None and not (row.step in last and last[row.step] >= row.first_at)
    ]


def _ends() -> list[FileEvent]:
    return list(session().scalars(select(FileEvent).where(FileEvent.act.in_(ENDS))))


def _open_row(step: Step) -> FileOverride:
    row = session().scalars(
        select(FileOverride).where(FileOverride.step == step.value).with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotThere()
    if not _waiting([row], _ends()):
        raise Stale(_("Über diesen Vorschlag ist schon entschieden."))
    return row


def _gate(step: Step) -> StepNow:
    """The step as it stands. Raises NotThere for what is no gate, Invalid while the file is not on its way."""
    file = this_file()
    if step not in GATES:
        raise NotThere()
    if file.admitted_at is None or file.refused_at or file.withdrawn_at or file.started_at:
        raise Invalid(_("In dieser Akte ist zurzeit keine Ausnahme möglich."))
    return next(item for item in steps_now() if item.step is step)


def _person(by: Actor) -> int:
    if by.kind != "operator" or by.id is None:
        raise NotAllowed(_("Eine Ausnahme lassen nur Personen des Betreibers zu."))
    return by.id


def _checked(reason: str, too_short: str) -> str:
    words = reason.strip()
    if len(words) < SHORTEST_REASON:
        raise Invalid(fields={"reason": too_short})
    if len(words) > LONGEST_REASON:
        raise Invalid(fields={"reason": _("Bitte höchstens %(number)s Zeichen.", number=LONGEST_REASON)})
    return words
