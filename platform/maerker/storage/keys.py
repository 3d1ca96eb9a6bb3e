"""Names of stored files. Each carries its town, so that no name can lead to another town's file."""

import re
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

Area = Literal["photos", "documents"]
AREAS: frozenset[str] = frozenset(get_args(Area))

_LONGEST = 200
_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_NAME = re.compile(rf"{_PART}(/{_PART})*")


@dataclass(frozen=True)
class StorageKey:
    """Where one file of one town lies.

    `tenant` is the town's checked id, taken from the scope and never from a request. `name` is ASCII, at most 200
    characters, parts separated by `/` (`8f.../page.jpg`); a part never begins with a dot, so that neither `..` nor
    a hidden name can be written. Raises ValueError (TypeError for a tenant that is no UUID).
    """

    tenant: UUID
    area: Area
    name: str

    def __post_init__(self) -> None:
        checked_tenant(self.tenant)
        checked_area(self.area)
        if len(self.name) > _LONGEST or not _NAME.fullmatch(self.name):
            raise ValueError("not the name of a stored file")

    @property
    def path(self) -> str:
        """`<tenant>/<area>/<name>`: the same in a folder and in an object store."""
        return f"{self.tenant}/{self.area}/{self.name}"


def checked_tenant(tenant: UUID) -> UUID:
    """The town's id, if it really is one; a string could hold a path."""
    if not isinstance(tenant, UUID):
        raise TypeError("a town is named by its UUID")
    return tenant


def checked_area(area: str) -> str:
    if area not in AREAS:
        raise ValueError(f"there is no storage area {area!r}")
    return area
