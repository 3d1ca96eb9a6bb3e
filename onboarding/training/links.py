"""The personal link of somebody who is trained: to the self-test, the lesson and the certificate, without an account.

It follows from the row's ids and the instance's secret, so the database does not hold it. Opening it spends nothing.
It opens one person's training and nothing else of the file, for as long as they are signed up.
"""

import uuid
from dataclasses import dataclass

from sqlalchemy import select

from maerker.database.base import session
from maerker.identity.sessions import same_token
from maerker.settings import Settings
from onboarding.training.models import Trainee


@dataclass(frozen=True)
class TraineeName:
    """Which file and whose row an address names; the proof has been checked."""

    file_id: uuid.UUID
    trainee_id: int


def trainee_path(settings: Settings, file_id: uuid.UUID, trainee_id: int) -> str:
    """`/selbsttest/<file>-<trainee>-<proof>`."""
    return f"/selbsttest/{file_id.hex}-{trainee_id}-{_proof(settings, file_id, trainee_id)}"


def read_trainee_name(settings: Settings, name: str) -> TraineeName | None:
    """Whose link this is; None for what is no such address and for a forged one. Asks no database."""
    file, _, rest = name.partition("-")
    number, _, proof = rest.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18 or len(file) != 32:
        return None
    try:
        named = TraineeName(uuid.UUID(hex=file), int(number))
    except ValueError:
        return None
    return named if same_token(proof, _proof(settings, named.file_id, named.trainee_id)) else None


def find_trainee(name: TraineeName) -> Trainee | None:
    """The person behind the link, in the scope of their file; None if their sign-up was cancelled."""
    return session().scalars(
        select(Trainee).where(Trainee.id == name.trainee_id, Trainee.cancelled_at.is_(None))
    ).one_or_none()


def whose_test(trainee: Trainee) -> str:
    """What the questions of somebody's self-test are drawn by."""
    return f"{trainee.file_id.hex}-{trainee.id}"


def _proof(settings: Settings, file_id: uuid.UUID, trainee_id: int) -> str:
    return settings.derive("training-link", file_id.hex, str(trainee_id)).hex()[:32]
