"""A text is tried in a process of its own: it becomes a document, or the message with its line."""

import subprocess
from typing import Any

import pytest

from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.packaged import packaged_text
from onboarding.contracts.text_trials import Trial, try_text

KIND = DocumentKind.service_promise


def test_the_text_that_comes_with_the_platform_becomes_a_document() -> None:
    trial = try_text(KIND, packaged_text(KIND).source)
    assert trial.is_good
    assert trial.pdf.startswith(b"%PDF-")


def test_a_mistake_is_named_with_its_line_and_the_lines_around() -> None:
    lines = packaged_text(KIND).source.splitlines()
    lines.insert(20, "#nichtbekannt(1)")
    trial = try_text(KIND, "\n".join(lines))
    assert not trial.is_good
    assert trial.line == 21
    shown = trial.lines_around("\r\n".join(lines))
    assert [number for number, _, _ in shown] == [19, 20, 21, 22, 23]
    assert [text for _, text, here in shown if here] == ["#nichtbekannt(1)"]


def test_a_text_that_reads_files_or_has_another_layout_is_refused() -> None:
    trial = try_text(KIND, packaged_text(KIND).source + '\n#import "/etc/passwd": *\n')
    assert "import" in trial.problem
    assert trial.pdf == b""


def test_a_text_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_long(*_given: Any, **options: Any) -> Any:
        raise subprocess.TimeoutExpired("python", options["timeout"])

    monkeypatch.setattr(subprocess, "run", too_long)
    assert try_text(KIND, "x").problem == "stopped after 10 seconds"


def test_a_process_that_dies_is_a_problem_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        subprocess, "run", lambda *_given, **_options: subprocess.CompletedProcess([], -9, b"", b"")
    )
    assert "too much time or memory" in try_text(KIND, "x").problem


def test_the_process_gets_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, str] = {}

    def keep(*_given: Any, **options: Any) -> subprocess.CompletedProcess[bytes]:
        seen.update(options["env"])
        return subprocess.CompletedProcess([], 0, b"%PDF-", b"")

    monkeypatch.setenv("MAERKER_SECRET_KEY", "geheim")
    monkeypatch.setattr(subprocess, "run", keep)
    assert try_text(KIND, "x") == Trial(pdf=b"%PDF-")
    assert "PATH" in seen
    assert "MAERKER_SECRET_KEY" not in seen
