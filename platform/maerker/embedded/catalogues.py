"""Translations: from the German texts in the code to what the running platform reads.

`translations/<language>/LC_MESSAGES/messages.po` holds each other language and is committed; the compiled `.mo`
beside it is made at set-up. After a text has changed: ``make catalogues``, then translate what it names.
"""

import hashlib
import io
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from maerker.embedded.assets import PROJECT

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"
STAMP = ".stamp"
ROOTS = ("platform", "tenants")  # the gate and the operator's console speak German alone (ADR 0022)
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2"), ("**/templates/**.jinja", "jinja2")]
OPTIONS = {"**/templates/**.html": {"silent": "false"}, "**/templates/**.jinja": {"silent": "false"}}
# The names of maerker.wording beside those that every extractor knows.
NAMES = {"lazy": None, "marked": None}
TITLE = "# Texts of Maerker in another language. Written anew by `make catalogues`; only the msgstr are typed."
# Lines of a catalogue's head that change with the day, the tool or nobody.
_LEFT_OUT = re.compile(rb'"(POT-|PO-|Generated-By|Last-T|Language-T|Report-|Project-)')


def compile_catalogues(translations: Path = TRANSLATIONS) -> bool:
    """Make the `.mo` files that the running platform reads. Returns whether anything had to be made."""
    catalogues = sorted(translations.glob("*/LC_MESSAGES/*.po"))
    stamp = hashlib.sha256(b"".join(path.read_bytes() for path in catalogues)).hexdigest()
    kept = translations / STAMP
    made = all(path.with_suffix(".mo").is_file() for path in catalogues)
    if made and kept.is_file() and kept.read_text() == stamp:
        return False
    from babel.messages.mofile import write_mo

    for path in catalogues:
        body = io.BytesIO()
        write_mo(body, read_catalogue(path))
        fresh = path.with_suffix(f".new-{os.getpid()}")
        fresh.write_bytes(body.getvalue())
        fresh.rename(path.with_suffix(".mo"))
    kept.write_text(stamp)
    return True


def source_texts(project: Path = PROJECT) -> "Catalog":
    """Every German text that the code and the templates mark for translation."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

    texts = Catalog(charset="utf-8")
    for root in ROOTS:
        found = extract_from_dir(project / root, METHODS, OPTIONS, {**DEFAULT_KEYWORDS, **NAMES})
        for name, _line, source, _comments, context in found:
            texts.add(source, locations=[(f"{root}/{Path(name).as_posix()}", 1)], context=context)
    return texts


def update_catalogues(project: Path = PROJECT, translations: Path = TRANSLATIONS) -> dict[str, int]:
    """Bring each catalogue to the texts there are now: new ones without a translation, old ones gone.

    The same texts give the same bytes: no dates, no line numbers. Returns how many are untranslated by language.
    """
    texts = source_texts(project)
    missing = {}
    for path in sorted(translations.glob("*/LC_MESSAGES/*.po")):
        catalogue = read_catalogue(path)
        catalogue.update(texts, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.write_bytes(_written(catalogue))
        missing[path.parent.parent.name] = sum(1 for _ in untranslated(catalogue))
    return missing


def read_catalogue(path: Path) -> "Catalog":
    """The catalogue of the language that the folder is named after."""
    from babel.messages.pofile import read_po

    with path.open("rb") as stream:
        return read_po(stream, locale=path.parent.parent.name)


def untranslated(catalogue: "Catalog") -> Iterator[str]:
    """The German texts that have no translation, or not for each number."""
    for message in catalogue:
        strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if message.id and not all(strings):
            yield str(message.id)


def _written(catalogue: "Catalog") -> bytes:
    from babel.messages.pofile import write_po

    catalogue.header_comment = TITLE
    body = io.BytesIO()
    write_po(body, catalogue, width=110, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    lines = body.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not _LEFT_OUT.match(line))


if __name__ == "__main__":
    for language, number in update_catalogues().items():
        print(f"{language}: " + (f"{number} texts wait for a translation" if number else "complete"))
    compile_catalogues()
    sys.exit(0)
