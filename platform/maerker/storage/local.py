"""Files in a folder of this machine: the default, and what the demo and the tests use."""

import os
import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from maerker.storage.interface import FileMissing
from maerker.storage.keys import Area, StorageKey, checked_area, checked_tenant

_UNFINISHED = ".unfinished"
_ATTEMPTS = 5


class LocalStorage:
    """Keeps files under `root`, readable for the service's own user only.

    A file is written beside its place, flushed to the disk, and only then given its name; the folder's entry is
    flushed too. So a file is there as a whole or not at all, and a citizen who saw the success page finds the photo
    after a power cut. The media type has no place in a folder: who serves a file knows it from the file's row.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, key: StorageKey, data: bytes | BinaryIO, content_type: str) -> None:  # noqa: ARG002
        path = self._path(key)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                _make_folder(path.parent)
                part = path.parent / f".{secrets.token_hex(8)}{_UNFINISHED}"
                opened = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                break
            except (FileNotFoundError, FileExistsError):  # another process removed the empty folder at this very moment
                if attempt == _ATTEMPTS:
                    raise
        try:
            with os.fdopen(opened, "wb") as stream:
                if isinstance(data, bytes):
                    stream.write(data)
                else:
                    shutil.copyfileobj(data, stream, 1024 * 1024)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def get(self, key: StorageKey) -> bytes:
        with self.open(key) as stream:
            return stream.read()

    def open(self, key: StorageKey) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise FileMissing(key) from None

    def exists(self, key: StorageKey) -> bool:
        return self._path(key).is_file()

    def delete(self, key: StorageKey) -> None:
        path = self._path(key)
        try:
            path.unlink()
        except (FileNotFoundError, NotADirectoryError):
            return
        _flush_folder(path.parent)
        self._remove_empty_folders(path.parent, self.root / str(key.tenant) / key.area)

    def old_names(self, tenant: UUID, area: Area, before: datetime) -> Iterator[str]:
        folder = self.root / str(checked_tenant(tenant)) / checked_area(area)
        for path in folder.rglob("*"):
            try:
                if path.is_file() and not path.name.startswith(".") and path.stat().st_mtime < before.timestamp():
                    yield path.relative_to(folder).as_posix()
            except FileNotFoundError:  # removed at this very moment
                continue

    def remove_unfinished(self, before: datetime) -> int:
        """Remove what a process that was killed while writing left behind before that moment; how many it were.

        Such a remnant has no row and no deletion date, yet may show a person: a periodic job calls this.
        """
        removed = 0
        for path in self.root.rglob(f".*{_UNFINISHED}"):
            try:
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
            except FileNotFoundError:  # finished or given up at this very moment
                continue
        return removed

    def _path(self, key: StorageKey) -> Path:
        return self.root / key.path

    @staticmethod
    def _remove_empty_folders(folder: Path, stop: Path) -> None:
        while folder != stop:
            try:
                folder.rmdir()
            except OSError:  # not empty, or gone
                return
            folder = folder.parent


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each entry flushed to the disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    try:
        opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:  # removed as a whole meanwhile
        return
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
