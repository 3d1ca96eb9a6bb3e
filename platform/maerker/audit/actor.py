"""Who does something: given to each action as `by=`, written to each event and audit row."""

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person or the system itself. `departments` are the ids of the person's own Fachbereiche."""

    kind: Literal["citizen", "staff", "operator", "joining", "system"]
    id: int | None = None
    name: str = ""
    permissions: frozenset[str] = frozenset()
    departments: frozenset[int] = field(default_factory=frozenset)


CITIZEN = Actor(kind="citizen")
SYSTEM = Actor(kind="system")
