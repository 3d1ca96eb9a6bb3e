"""What the operator's people do with texts and registers goes into their record."""

from datetime import datetime
from typing import Any

from maerker.audit.actor import Actor
from maerker.database.base import session
from onboarding.operators.models import OperatorAudit


def note(act: str, *, by: Actor, at: datetime, **details: Any) -> None:
    """Append one act to the operator's record. Who has no account there (a command, a job) is named in the details."""
    kept = {key: value for key, value in details.items() if value not in ("", None)}
    account_id = by.id if by.kind == "operator" else None
    if account_id is None:
        kept["by"] = by.name or by.kind
    session().add(OperatorAudit(at=at, account_id=account_id, act=act, details=kept))
    session().flush()
