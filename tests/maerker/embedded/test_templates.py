"""Compiling the templates: once, and again when one has changed."""

from pathlib import Path

import pytest

from maerker.embedded import templates
from maerker.embedded.problem import EmbeddedProblem
from maerker.embedded.templates import STAMP, keep_templates_compiled


def test_the_templates_are_compiled_once_and_again_when_something_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "compiled"
    assert keep_templates_compiled(folder)
    assert len(list(folder.iterdir())) > 200
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}, "another user serves than sets up"
    assert not keep_templates_compiled(folder)

    (folder / STAMP).write_text("of an older release")
    monkeypatch.setattr(templates.sys, "executable", "false")
    with pytest.raises(EmbeddedProblem, match="cannot be compiled: no reason given"):
        keep_templates_compiled(folder)
    assert len(list(folder.iterdir())) > 200, "what is there stays until there is something new"
    assert list(tmp_path.iterdir()) == [folder]


def test_a_template_counts_wherever_it_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "tenants" / "desk" / "templates" / "desk" / "inbox.html"
    page.parent.mkdir(parents=True)
    page.write_text("Posteingang")
    monkeypatch.setattr(templates, "PROJECT", tmp_path)
    before = templates._stamp()
    assert templates._stamp() == before
    page.write_text("Posteingänge")
    assert templates._stamp() != before
