"""What every store of files can do, whether a folder or an object store."""

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO, Protocol
from uuid import UUID

from maerker.storage.keys import Area, StorageKey


class FileMissing(LookupError):
    """There is no such file (any more). A door answers 404, a job that deletes is content."""

    def __init__(self, key: StorageKey) -> None:
        super().__init__(key.path)
        self.key = key


class Storage(Protocol):
    """Files of towns. Every call names the town, by its key or its id."""

    def put(self, key: StorageKey, data: bytes | BinaryIO, content_type: str) -> None:
        """Keep a file for good: when this returns, it survives a power cut. Replaces an older one as a whole."""

    def get(self, key: StorageKey) -> bytes:
        """The whole file. Raises FileMissing."""

    def open(self, key: StorageKey) -> BinaryIO:
        """The file as a stream, to be closed by the caller. Raises FileMissing."""

    def exists(self, key: StorageKey) -> bool: ...

    def delete(self, key: StorageKey) -> None:
        """Remove a file for good. Nothing happens if it is gone already: jobs are tried again."""

    def old_names(self, tenant: UUID, area: Area, before: datetime) -> Iterator[str]:
        """The names of a town's files in one area that were written before that moment."""

    def remove_unfinished(self, before: datetime) -> int:
        """Remove what writers that were killed left behind before that moment; how many it were."""
