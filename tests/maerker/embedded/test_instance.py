"""The folder of one instance: one user at a time, private secrets, and nothing else removed by --fresh."""

import os
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from maerker.embedded.instance import Instance
from maerker.embedded.problem import EmbeddedProblem


def test_a_second_instance_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with (
        Instance(tmp_path / "data").locked(),
        pytest.raises(EmbeddedProblem, match="Another instance is already running on the data in"),
        Instance(tmp_path / "data").locked(),
    ):
        pass
    with Instance(tmp_path / "data").locked():
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(EmbeddedProblem, match="The disk is full"), Instance(tmp_path).locked():
        pass


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(EmbeddedProblem, match="is not a folder"), Instance(tmp_path / "data").locked():
        pass


def test_the_secret_is_made_once_and_readable_by_its_user_alone(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    secret = instance.secret_key()
    assert len(secret) == 64
    assert instance.secret_key() == Instance(tmp_path).secret_key() == secret
    assert instance.secrets.stat().st_mode & 0o777 == 0o600


def test_fresh_removes_what_instances_write_and_leaves_the_rest(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    secret = instance.secret_key()
    for folder in (instance.postgres, instance.mails, instance.logs, tmp_path / "files"):
        folder.mkdir()
    for file in (instance.card, instance.loading, tmp_path / "letter.txt"):
        file.write_text("x")
    instance.note_environment({"MAERKER_DEMO": "1"})
    instance.clear()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert instance.secret_key() != secret


def test_sockets_lie_in_a_short_private_folder_and_leave_nothing_behind(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 90)
    deep.mkdir()
    with Instance(deep).socket_folder() as killed:
        assert len(os.fsencode(killed / ".s.PGSQL.5432")) < 100
        assert killed.stat().st_mode & 0o077 == 0
        with Instance(deep).socket_folder() as folder:  # as after a kill -9: the link of the first is still there
            assert not killed.exists()
            assert folder.is_dir()
    assert not folder.exists()
    assert list(deep.iterdir()) == []


def test_the_noted_environment_can_be_read_by_a_shell(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    value = "it's $HOME & more"
    instance.note_environment({"MAERKER_OPERATOR_NAME": value})
    instance.note_environment({"MAERKER_OPERATOR_NAME": value})
    told = os.popen(f"set -a; . {instance.environment}; printf %s \"$MAERKER_OPERATOR_NAME\"").read()
    assert told == value
    assert instance.environment.stat().st_mode & 0o777 == 0o600
