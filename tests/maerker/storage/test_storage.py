"""Stored files: bound to their town, whole or not there, and gone when deleted."""

import io
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maerker.storage.interface import FileMissing, Storage
from maerker.storage.keys import StorageKey
from maerker.storage.local import LocalStorage

COTTBUS = UUID("11111111-1111-4111-8111-111111111111")
PEITZ = UUID("22222222-2222-4222-8222-222222222222")


def a_key(name: str = "8f3c/page.jpg", tenant: UUID = COTTBUS) -> StorageKey:
    return StorageKey(tenant, "photos", name)


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_can_be_read(storage: Storage):
    storage.put(a_key(), b"one", "image/jpeg")
    storage.put(a_key("stream.jpg"), io.BytesIO(b"two"), "image/jpeg")
    assert storage.exists(a_key())
    assert storage.get(a_key()) == b"one"
    with storage.open(a_key("stream.jpg")) as stream:
        assert stream.read() == b"two"


def test_a_second_put_replaces_the_whole_file(storage: LocalStorage):
    storage.put(a_key(), b"a longer first text", "image/jpeg")
    storage.put(a_key(), b"short", "image/jpeg")
    assert storage.get(a_key()) == b"short"
    assert len(files_below(storage.root)) == 1


def test_another_town_sees_nothing_under_the_same_name(storage: Storage):
    storage.put(a_key(), b"of Cottbus", "image/jpeg")
    foreign = a_key(tenant=PEITZ)
    assert not storage.exists(foreign)
    with pytest.raises(FileMissing):
        storage.get(foreign)
    storage.delete(foreign)
    assert storage.get(a_key()) == b"of Cottbus"


@pytest.mark.parametrize("key", [a_key(), a_key("8f3c"), a_key("8f3c/page.jpg/deeper")])
def test_a_missing_file_has_one_name(storage: Storage, key: StorageKey):
    storage.put(a_key("8f3c/page.jpg") if key != a_key() else a_key("other"), b"x", "image/jpeg")
    with pytest.raises(FileMissing) as missing:
        storage.open(key)
    assert missing.value.key == key
    with pytest.raises(FileMissing):
        storage.get(key)
    assert not storage.exists(key)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../x", "a/../x", "a/..", "/etc/passwd", "a//b", "a/", ".hidden", "a/.hidden", "a\\b", "a\x00b",
        "a\n", "a b", "ä.jpg", "a" * 201, "C:x", f"../../{PEITZ}/photos/x", "%2e%2e/x", "a/./b", "~root",
    ],
)  # fmt: skip
def test_no_name_leads_elsewhere(name: str):
    with pytest.raises(ValueError, match="not the name"):
        StorageKey(COTTBUS, "photos", name)


@given(st.text(max_size=40))
def test_every_accepted_name_stays_inside_its_town_and_area(name: str):
    try:
        key = StorageKey(COTTBUS, "documents", name)
    except ValueError:
        return
    inside = os.path.normpath(f"/root/{COTTBUS}/documents") + "/"
    assert os.path.normpath(f"/root/{key.path}").startswith(inside)


def test_a_town_is_an_id_and_an_area_one_of_the_known():
    with pytest.raises(TypeError):
        StorageKey("../other", "photos", "x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="area"):
        StorageKey(COTTBUS, "../photos", "x")  # type: ignore[arg-type]


def test_delete_is_for_good_and_can_be_repeated(storage: LocalStorage):
    storage.put(a_key("8f3c/page.jpg"), b"x", "image/jpeg")
    storage.put(a_key("8f3c/thumb.jpg"), b"x", "image/jpeg")
    storage.delete(a_key("8f3c/page.jpg"))
    storage.delete(a_key("8f3c/page.jpg"))
    assert storage.exists(a_key("8f3c/thumb.jpg"))
    storage.delete(a_key("8f3c/thumb.jpg"))
    assert not (storage.root / str(COTTBUS) / "photos" / "8f3c").exists()
    storage.delete(a_key("never/there"))


def test_only_the_services_own_user_may_read(storage: LocalStorage):
    storage.put(a_key(), b"x", "image/jpeg")
    for path in storage.root.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


class Breaking(io.RawIOBase):
    """A stream that breaks off in the middle, as a lost upload does."""

    def __init__(self) -> None:
        self.parts = [b"half"]

    def readable(self) -> bool:
        return True

    def read(self, _size: int = -1) -> bytes:
        if not self.parts:
            raise ConnectionError("gone")
        return self.parts.pop()


def test_a_broken_write_leaves_the_old_file_and_no_remnant(storage: LocalStorage):
    storage.put(a_key(), b"old", "image/jpeg")
    with pytest.raises(ConnectionError):
        storage.put(a_key(), Breaking(), "image/jpeg")  # type: ignore[arg-type]
    assert storage.get(a_key()) == b"old"
    assert len(files_below(storage.root)) == 1


def test_the_file_is_on_disk_before_it_has_its_name(storage: LocalStorage, monkeypatch: pytest.MonkeyPatch):
    seen: list[str] = []
    real_flush, real_rename = os.fsync, Path.replace

    def flush(opened: int) -> None:
        seen.append("folder" if stat.S_ISDIR(os.fstat(opened).st_mode) else "file")
        real_flush(opened)

    def rename(self: Path, target: Path) -> Path:
        seen.append("name")
        return real_rename(self, target)

    storage.put(a_key("8f3c/first.jpg"), b"x", "image/jpeg")
    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(Path, "replace", rename)
    storage.put(a_key("8f3c/second.jpg"), b"x", "image/jpeg")
    assert seen == ["file", "name", "folder"]
    seen.clear()
    storage.put(a_key("new/third.jpg"), b"x", "image/jpeg")
    assert seen == ["folder", "file", "name", "folder"]


def test_remnants_of_killed_writers_are_found_by_age(storage: LocalStorage):
    storage.put(a_key(), b"x", "image/jpeg")
    folder = storage.root / str(COTTBUS) / "photos" / "8f3c"
    now = datetime(2026, 11, 22, tzinfo=UTC)
    for name, age in ((".old.unfinished", timedelta(days=2)), (".young.unfinished", timedelta(minutes=1))):
        (folder / name).write_bytes(b"half a photo")
        os.utime(folder / name, ((now - age).timestamp(),) * 2)
    assert storage.remove_unfinished(before=now - timedelta(days=1)) == 1
    assert {path.name for path in files_below(folder)} == {"page.jpg", ".young.unfinished"}


def test_writers_and_deleters_in_one_folder_do_not_disturb_each_other(storage: LocalStorage):
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for _ in range(60):
                storage.put(a_key(f"same/{name}"), b"x", "image/jpeg")
                storage.delete(a_key(f"same/{name}"))
            storage.put(a_key(f"same/{name}"), name.encode(), "image/jpeg")
        except BaseException as failure:
            failures.append(failure)

    threads = [Thread(target=work, args=(str(uuid4()),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(files_below(storage.root)) == 4
