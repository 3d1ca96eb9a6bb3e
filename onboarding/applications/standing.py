"""The copy of where a file stands, rewritten by each act in the same transaction."""

from datetime import datetime

from sqlalchemy import select

from maerker.database.base import session
from maerker.database.scope import current_file
from onboarding.applications.models import JoiningFile
from onboarding.applications.queries import facts_of
from onboarding.steps import StepNow, steps, turn


def steps_now() -> tuple[StepNow, ...]:
    """The steps of the current file, computed anew."""
    return steps(facts_of(_file()))


def restate(*, at: datetime) -> StepNow:
    """Compute where the current file stands and keep the answer with it. Called at the end of every act."""
    session().flush()
    file = _file()
    first = turn(steps(facts_of(file)))
    if (file.step, file.turn) != (first.step, first.side):
        file.step, file.turn = first.step, first.side
        file.turn_since = first.since or at
        session().flush()
    return first


def _file() -> JoiningFile:
    return session().scalars(select(JoiningFile).where(JoiningFile.file_id == current_file())).one()
