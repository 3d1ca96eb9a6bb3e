"""The command: texts are loaded once, checked before they are written or released."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from maerker.database.base import session
from onboarding.contracts.actions import BEGINS_WITH, discard_draft
from onboarding.contracts.command import texts
from onboarding.contracts.kinds import DocumentKind
from onboarding.contracts.queries import texts_of
from onboarding.contracts.versions import TextState
from tests.makers import Here
from tests.onboarding.contracts.console import ANKE, AT

KIND = DocumentKind.training_certificate


@pytest.fixture(autouse=True)
def _nothing_stays() -> Iterator[None]:
    """The first texts are there; drafts that a test writes are put aside, so that no other test meets them."""
    assert run("load").exit_code == 0
    before, _ = newest()
    yield
    with Here.world.platform.app("console").app_context():
        for row in texts_of(KIND):
            if row.version > before:
                discard_draft(KIND, row.version, by=ANKE, at=AT)
        session().commit()


def run(*words: str) -> Result:
    return CliRunner().invoke(texts, list(words), obj=Here.world.platform)


def newest() -> tuple[int, str]:
    with Here.world.platform.app("console").app_context():
        row = texts_of(KIND)[0]
        session().rollback()
        return row.version, str(row.state)


def a_file(folder: Path, words: str) -> str:
    path = folder / "text.typ"
    path.write_text(f"{BEGINS_WITH}\n#show: house\n{words}\n", encoding="utf-8")
    return str(path)


def test_a_text_is_loaded_once_drafted_and_checked(tmp_path: Path) -> None:
    assert run("load").output == "0 texts taken.\n"
    before, _ = newest()
    said = f"Bescheinigt wird die Teilnahme, Wortlaut {before}."
    drafted = run("draft", KIND, a_file(tmp_path, said), "--note", "Kürzer.")
    assert drafted.output == f"training_certificate: version {before + 1} is a draft.\n"
    sample = tmp_path / "sample.pdf"
    assert run("check", KIND, "--version", str(before + 1), "--to", str(sample)).exit_code == 0
    assert sample.read_bytes().startswith(b"%PDF-")
    assert f"training_certificate\t{before + 1}\tdraft\tSchulungsnachweis" in run("list").output
    assert newest() == (before + 1, "draft")


def test_what_does_not_become_a_document_is_not_written(tmp_path: Path) -> None:
    before = newest()
    refused = run("draft", KIND, a_file(tmp_path, "#unbekannt()"), "--note", "Kaputt.")
    assert refused.exit_code == 1
    assert "unbekannt" in refused.output
    assert newest() == before


def test_a_refusal_is_said_on_the_line(tmp_path: Path) -> None:
    refused = run("draft", KIND, a_file(tmp_path, "Wort."), "--note", " ")
    assert (refused.exit_code, "was sich ändert" in refused.output) == (1, True)
    assert run("release", KIND, "9999").exit_code == 1
    assert run("check", KIND, "--version", "9999").exit_code == 1


def test_a_release_is_checked_first_and_then_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    class Undone:
        """A session whose end is undone: a released text would be in use in every later test."""

        commit = staticmethod(lambda: session().rollback())

    monkeypatch.setattr("onboarding.contracts.command.session", Undone)
    with Here.world.platform.app("console").app_context():
        version = next(row.version for row in texts_of(KIND) if row.state is TextState.draft)
    assert run("release", KIND, str(version)).output == f"training_certificate: version {version} is in force.\n"
