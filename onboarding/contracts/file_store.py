"""Files of a joining file's documents in the storage: what was made, what came back signed, pictures of their pages.

Each name carries the file it belongs to; whoever asks works in the scope of that file.
"""

import uuid
from datetime import datetime
from typing import BinaryIO

from maerker.database.scope import current_file
from maerker.errors import NotThere
from maerker.settings import Settings
from maerker.storage.interface import FileMissing
from maerker.storage.keys import StorageKey
from maerker.storage.store import storage_of

PDF, PNG, ZIP = "application/pdf", "image/png", "application/zip"


def new_name(kind: str) -> str:
    """A name that nobody can guess: `made/…`, `signed/…`."""
    return f"{kind}/{uuid.uuid4().hex}"


def page_name(file: str, page: int) -> str:
    """The picture of one page of a stored document; pages count from 1."""
    return f"{file}-pages/{page}.png"


def keep(settings: Settings, name: str, content: bytes, content_type: str) -> None:
    """Keep a file of the current joining file for good."""
    storage_of(settings).put(_key(name), content, content_type)


def read(settings: Settings, name: str) -> bytes:
    """A file of the current joining file. Raises NotThere."""
    try:
        return storage_of(settings).get(_key(name))
    except (FileMissing, ValueError):
        raise NotThere() from None


def open_file(settings: Settings, name: str) -> BinaryIO:
    """As `read`, as a stream that the caller closes."""
    try:
        return storage_of(settings).open(_key(name))
    except (FileMissing, ValueError):
        raise NotThere() from None


def is_kept(settings: Settings, name: str) -> bool:
    return storage_of(settings).exists(_key(name))


def old_names(settings: Settings, before: datetime) -> list[str]:
    """The names of the current joining file's files that were written before that moment."""
    return list(storage_of(settings).old_names(current_file(), "documents", before))


def erase(settings: Settings, name: str) -> None:
    """Remove a file of the current joining file; nothing happens if it is gone."""
    storage_of(settings).delete(_key(name))


def _key(name: str) -> StorageKey:
    return StorageKey(current_file(), "documents", name)
