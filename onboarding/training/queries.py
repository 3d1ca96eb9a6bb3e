"""Who of which Kommune is trained."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from maerker.database.base import session
from onboarding.training.models import Trainee


@dataclass(frozen=True)
class Trained:
    """How many people of a Kommune are trained, since when, and in which of its Fachbereiche."""

    number: int = 0
    last_at: datetime | None = None
    departments: frozenset[str] = frozenset()


def trained_of(file_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Trained]:
    """Counted per person (address), in one statement: took part and passed the self-test, not cancelled."""
    rows = session().execute(
        select(
            Trainee.file_id, func.count(func.distinct(func.lower(Trainee.email))),
            func.max(func.greatest(Trainee.attended_at, Trainee.test_passed_at)),
            func.array_agg(func.distinct(Trainee.department)),
        )
        .where(
            Trainee.file_id.in_(file_ids), Trainee.attended_at.is_not(None), Trainee.test_passed_at.is_not(None),
            Trainee.cancelled_at.is_(None),
        )
        .group_by(Trainee.file_id)
    )
    return {row[0]: Trained(row[1], row[2], frozenset(row[3])) for row in rows}
