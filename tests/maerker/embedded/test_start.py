"""start.py: one clear sentence and an exit code where it cannot go on."""

import ast
import importlib.util
import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[3] / "start.py"


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """start.py as a module that works on an empty folder with the project's locks."""
    spec = importlib.util.spec_from_file_location("start_under_test", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("setup.cfg", "pyproject.toml"):
        shutil.copy(FILE.parent / name, tmp_path / name)
    shutil.copytree(FILE.parent / "config" / "locks", tmp_path / "config" / "locks")
    monkeypatch.setattr(module, "PROJECT", str(tmp_path))
    monkeypatch.setattr(module, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(module, "PYTHON", str(tmp_path / ".venv/bin/python"))
    monkeypatch.setattr(module, "STAMP", str(tmp_path / ".venv/maerker-stamp"))
    monkeypatch.setattr(module, "LOG", str(tmp_path / ".venv/set-up.log"))
    return module


def one_sentence(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    return told.strip()


def test_it_is_short_and_parses_on_old_pythons() -> None:
    source = FILE.read_text()
    assert len(source.splitlines()) < 200
    ast.parse(source, feature_version=(3, 6))


def test_it_needs_the_standard_library_only() -> None:
    imported = {
        name.name.partition(".")[0]
        for node in ast.walk(ast.parse(FILE.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (node.names if isinstance(node, ast.Import) else [ast.alias(node.module or "")])
    }
    assert imported <= sys.stdlib_module_names


def test_an_older_python_is_told(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    assert start.main([]) == 1
    assert one_sentence(capsys).startswith("Python 3.11 or newer is needed; this is ")


def test_a_missing_venv_module_is_told(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    assert start.main([]) == 1
    assert one_sentence(capsys).endswith("apt-get install python3-venv")


def test_a_full_disk_is_told(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**12, 10**12, 5 * 1024**2))
    assert start.main(["test"]) == 1
    assert one_sentence(capsys).startswith("The disk is full: ")


def test_a_disk_that_gets_full_meanwhile_is_told(
    start: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = subprocess.CompletedProcess([], 1, stdout=b"OSError: [Errno 28] No space left on device\nmore words\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)
    assert start.main([]) == 1
    assert one_sentence(capsys).startswith("The Python environment could not be made: the disk is full (see ")


def test_pip_takes_over_where_uv_fails(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run(command: list[str], **_: object) -> "subprocess.CompletedProcess[bytes]":
        ran.append(command)
        return subprocess.CompletedProcess(command, 1 if "uv" in command else 0, stdout=b"")

    monkeypatch.setattr(subprocess, "run", run)
    start.make_environment("demo")
    with_pip = [command for command in ran if command[2] == "pip"]
    assert [command[-3:] for command in with_pip[1:]] == [
        ["--require-hashes", "-r", "config/locks/demo.txt"],
        ["--no-build-isolation", "-e", "."],
    ]


def test_the_second_time_nothing_is_installed(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 0, stdout=b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert not start.up_to_date("demo")
    start.make_environment("dev")
    Path(start.PYTHON).parent.mkdir()
    Path(start.PYTHON).touch()
    assert start.up_to_date("dev")
    assert start.up_to_date("demo"), "the environment for development serves for all"
    lock = Path(start.PROJECT) / "config/locks/dev.txt"
    lock.write_text(lock.read_text() + "\n")
    assert not start.up_to_date("dev"), "another lock, another environment"
    assert start.usable(), "packages are added to the one that is there"


def test_an_environment_that_was_moved_is_made_anew(start: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], 0, stdout=b"")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    start.make_environment("dev")
    Path(start.PYTHON).parent.mkdir()
    Path(start.PYTHON).touch()
    moved = Path(start.PROJECT).with_name("moved")
    shutil.copytree(start.PROJECT, moved)
    monkeypatch.setattr(start, "PROJECT", str(moved))
    assert not start.up_to_date("dev")
    assert not start.usable()
