"""Who works for one Kommune: the register of sub-processors, with the changes that are in effect for it.

Nothing takes effect for a Kommune that objects, so Annex IV may differ from one Kommune to the next.
"""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import or_, select

from maerker.database.base import session
from onboarding.contracts.file_models import ChangeAnswer
from onboarding.contracts.models import Subprocessor, SubprocessorChange
from onboarding.contracts.rows import Subprocessing


def subprocessors_for(file_id: uuid.UUID, at: datetime) -> tuple[Subprocessing, ...]:
    """Who works for this Kommune at a moment, as Annex IV of its agreement names them.

    A change counts for it once it is in effect for it: it agreed, or was silent until the end of its own period. A
    Kommune that was never asked (it had no agreement then) has the register as it stands.
    """
    waiting = select(ChangeAnswer.change_id).where(
        ChangeAnswer.file_id == file_id, or_(ChangeAnswer.effective_from.is_(None), ChangeAnswer.effective_from > at)
    )
    return who_works(without=set(session().scalars(waiting)), at=at)


def who_works(*, without: Collection[int] = (), at: datetime | None = None) -> tuple[Subprocessing, ...]:
    """The register, as if the changes `without` had not been completed; with `at`, as it stood then."""
    rows = session().scalars(select(Subprocessor).order_by(Subprocessor.number, Subprocessor.version)).all()
    changes = session().scalars(
        select(SubprocessorChange).order_by(SubprocessorChange.completed_at, SubprocessorChange.id)
    ).all()
    announced = {change.subprocessor_id for change in changes}
    done = [change for change in changes if change.completed_at and (at is None or change.completed_at <= at)]
    kept = in_force((row.id for row in rows if row.id not in announced), done, without=without)
    return tuple(
        Subprocessing(name=row.name, seat=row.seat, country=row.country, service=row.service, data=row.data,
                      since=row.since)
        for row in rows if row.id in kept
    )


def in_force(
    entered: Iterable[int], completed: Iterable[SubprocessorChange], *, without: Collection[int] = ()
) -> set[int]:
    """The rows that stand, from those entered without announcement and the changes in the order of their completion.

    Where a change had no effect, the one who was to go stands in the place of the one who was to come, so that a
    later change of that place ends the right one.
    """
    stands: dict[int, int | None] = {row_id: row_id for row_id in entered}
    for change in completed:
        former = stands.pop(change.replaces_id, None) if change.replaces_id is not None else None
        place = change.subprocessor_id if change.subprocessor_id is not None else change.replaces_id
        if place is None:
            continue
        if change.id in without:
            stands[place] = former
        elif change.subprocessor_id is not None:
            stands[place] = change.subprocessor_id
    return {row_id for row_id in stands.values() if row_id is not None}

