"""Templates compiled at set-up: all of them are there, read and never written, and none is older than its source."""

from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from jinja2.bccache import BytecodeCache

from maerker.web.compiled import COMPILED, CompiledTemplates, TemplateCompiler
from tests.makers import Here

PAGE = "seite.html"


def environment(folder: Path, cache: BytecodeCache) -> Environment:
    return Environment(loader=FileSystemLoader(folder), bytecode_cache=cache, autoescape=True)


def never(*_: Any, **__: Any) -> Any:
    raise AssertionError("A template was compiled by a process that serves people.")


@pytest.fixture
def compiled(tmp_path: Path) -> Path:
    """A folder with a template, and what the set-up made of it."""
    (tmp_path / PAGE).write_text("Straße {{ name }}")
    environment(tmp_path, TemplateCompiler(tmp_path)).get_template(PAGE)
    return tmp_path


@pytest.mark.parametrize("name", ["town", "bare", "joining", "console"])
def test_no_application_compiles_a_template(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    used = Here.world.platform.app(name).jinja_env
    fresh = used.overlay(cache_size=400)
    monkeypatch.setattr(fresh, "compile", never)
    names = fresh.list_templates(extensions=["html", "jinja"])
    assert "maerker/mail.txt.jinja" in names
    for template in names:
        fresh.get_template(template)


def test_what_was_compiled_is_taken(compiled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    serving = environment(compiled, CompiledTemplates(compiled))
    monkeypatch.setattr(serving, "compile", never)
    assert serving.get_template(PAGE).render(name="& Gasse") == "Straße &amp; Gasse"


def test_a_changed_template_is_compiled_anew_and_nothing_is_written(compiled: Path) -> None:
    (compiled / PAGE).write_text("Platz {{ name }}")
    before = {path: path.read_bytes() for path in compiled.iterdir()}
    assert environment(compiled, CompiledTemplates(compiled)).get_template(PAGE).render(name="8") == "Platz 8"
    assert {path: path.read_bytes() for path in compiled.iterdir()} == before


@pytest.mark.parametrize("kept", [b"", b"j2", 5, 40, -3], ids=["empty", "short", "head", "middle", "end"])
def test_a_damaged_file_is_passed_over(compiled: Path, kept: bytes | int) -> None:
    (made,) = [path for path in compiled.iterdir() if path.name != PAGE]
    made.write_bytes(kept if isinstance(kept, bytes) else made.read_bytes()[:kept])
    assert environment(compiled, CompiledTemplates(compiled)).get_template(PAGE).render(name="9") == "Straße 9"


def test_without_a_set_up_there_is_still_a_page(tmp_path: Path) -> None:
    (tmp_path / PAGE).write_text("Weg {{ name }}")
    serving = environment(tmp_path, CompiledTemplates(tmp_path / "nirgends"))
    assert serving.get_template(PAGE).render(name="1") == "Weg 1"


def test_the_folder_is_no_part_of_what_is_served() -> None:
    assert not COMPILED.is_relative_to(COMPILED.parent / "static")
