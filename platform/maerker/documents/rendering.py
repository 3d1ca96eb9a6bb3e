"""A document as people print, sign and keep it: one template and what is filled in become one PDF."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

if TYPE_CHECKING:
    from typst import PDFStandard

_LAYOUT = Path(__file__).parent / "layout"
_STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]

# A template takes the common layout and nothing else. Typst itself would ask the network for a package, so whatever
# could name one is refused before it runs: an import from elsewhere, and the ways to build one out of pieces.
_ALLOWED_IMPORT = re.compile(r'import\s+"/house\.typ"')
_IMPORTS = re.compile(r"\b(?:import|include)\b")
_FORBIDDEN = re.compile(r"\b(eval|std|plugin)\b")


class RenderingProblem(Exception):
    """A template does not become a document. The text is Typst's own, in English, for whoever writes the template."""


def render_pdf(source: str, data: Mapping[str, Any], *, made_at: datetime) -> bytes:
    """The document as PDF that can be archived for decades (PDF/A-3a) and read aloud to a blind person (PDF/UA-1).

    `source` is Typst, begins with ``#import "/house.typ": *`` and reads `data` (JSON values); `data["title"]` is the
    title. The same source, data and moment give the same bytes. Raises RenderingProblem, with Typst's message, also
    where the template would read a file or fetch a package.
    """
    if made_at.tzinfo is None:
        raise ValueError("made_at needs a time zone")
    if not isinstance(data.get("title"), str) or not data["title"].strip():
        raise RenderingProblem('the data has no "title"')
    _check_source(source)
    try:
        compiler = typst.Compiler(
            source.encode(),
            root=_LAYOUT,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, sort_keys=True, allow_nan=False)},
        )
        pdf = compiler.compile(
            format="pdf", pdf_standards=_STANDARDS, timestamp=int(made_at.astimezone(UTC).timestamp())
        )
    except typst.TypstError as failure:
        raise RenderingProblem(_message(failure)) from failure
    if not isinstance(pdf, bytes):
        raise RenderingProblem("Typst made something else than one PDF")
    return pdf


def _check_source(source: str) -> None:
    found = _FORBIDDEN.search(source)
    if found:
        raise RenderingProblem(f"a template cannot use {found.group()!r}")
    if len(_IMPORTS.findall(source)) != len(_ALLOWED_IMPORT.findall(source)):
        raise RenderingProblem('a template can import "/house.typ" and nothing else')


def _message(failure: typst.TypstError) -> str:
    hints = "".join(f"\nhint: {hint}" for hint in failure.hints)
    return f"{failure.message}{_place(failure)}{hints}"


def _place(failure: typst.TypstError) -> str:
    """', line 7' where Typst says it; its own drawing of the place would show folders of this machine."""
    line = re.search(r"\.typ:(\d+):", failure.diagnostic or "")
    return f", line {line.group(1)}" if line else ""


@cache
def _fonts() -> typst.Fonts:
    """The fonts inside Typst alone: a font of the machine would make other bytes on another machine."""
    return typst.Fonts(include_system_fonts=False)
