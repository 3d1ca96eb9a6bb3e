"""The promise that holds for a Kommune: what was signed, and until then what its file says.

Entries may be changed after the signature; they count again once a new version of the promise is signed.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select

from maerker.database.base import session
from maerker.database.scope import current_file
from onboarding.contracts.file_models import CopySide, CopyState, DocumentState, FileCopy, FileDocument
from onboarding.contracts.kinds import DocumentKind

LONGEST_EXTENT = 300
"""Letters that the town's own text has room for."""

@dataclass(frozen=True, kw_only=True)
class PromiseInForce:
    """Figures in working days; `departments` is empty for the whole administration. `signed`: it binds."""

    first_answer_days: int = 3
    forwarding_days: int = 3
    departments: tuple[str, ...] = ()
    signed: bool = False

    @property
    def extent_words(self) -> str:
        """The sentence under the promise on the town's help page; '' for the whole administration."""
        words = f"Das Versprechen gilt für: {', '.join(self.departments)}." if self.departments else ""
        return words if len(words) <= LONGEST_EXTENT else words[: LONGEST_EXTENT - 2].rpartition(",")[0] + " …"


def signed_promises(file_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, PromiseInForce]:
    """What the current promise of each file says whose signature was accepted, in one statement."""
    accepted = exists().where(
        FileCopy.file_id == FileDocument.file_id, FileCopy.document_id == FileDocument.id,
        FileCopy.side == CopySide.municipality, FileCopy.state == CopyState.accepted,
    )
    rows = session().execute(
        select(FileDocument.file_id, FileDocument.data["promise"]).where(
            FileDocument.file_id.in_(file_ids), FileDocument.kind == str(DocumentKind.service_promise),
            FileDocument.preview.is_(False), FileDocument.state == DocumentState.ready,
            FileDocument.superseded_at.is_(None), accepted,
        ).order_by(FileDocument.id)
    )
    return {file_id: _signed(promise or {}) for file_id, promise in rows}


def promise_in_force(given: Mapping[str, Any]) -> PromiseInForce:
    """For the current file; `given` are its entries."""
    file_id = current_file()
    return signed_promises([file_id]).get(file_id) or promise_entered(given)


def promise_entered(given: Mapping[str, Any]) -> PromiseInForce:
    """What the entries say, while nothing is signed."""
    listed = given.get("departments") or () if given.get("extent") == "departments" else ()
    return PromiseInForce(
        first_answer_days=given.get("first_answer_days") or 3, forwarding_days=given.get("forwarding_days") or 3,
        departments=tuple(listed),
    )


def _signed(promise: Mapping[str, Any]) -> PromiseInForce:
    whole = promise.get("whole_administration", True)
    return PromiseInForce(
        first_answer_days=promise.get("first_answer_days") or 3, forwarding_days=promise.get("forwarding_days") or 3,
        departments=() if whole else tuple(promise.get("departments") or ()), signed=True,
    )
