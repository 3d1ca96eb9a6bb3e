"""A version of the text of a document, as it is handed from the tables to the one who makes documents; states."""

import enum
from dataclasses import dataclass
from datetime import datetime

from onboarding.contracts.kinds import DocumentKind


class TextState(enum.StrEnum):
    """Where a version stands: worked on, in force, or followed by another."""

    draft = "draft"
    released = "released"
    retired = "retired"


class SubprocessorState(enum.StrEnum):
    """Whether a sub-processor works already, still, or no more."""

    planned = "planned"
    active = "active"
    ended = "ended"


@dataclass(frozen=True, kw_only=True)
class TextVersion:
    """The Typst source of one version. Only a draft carries the mark of a draft."""

    kind: DocumentKind
    version: int
    source: str
    state: TextState = TextState.draft
    released_at: datetime | None = None

    @property
    def is_draft(self) -> bool:
        return self.state is TextState.draft

    @property
    def words(self) -> str:
        """'2' or '1 (Entwurf)'."""
        return f"{self.version} (Entwurf)" if self.is_draft else str(self.version)
