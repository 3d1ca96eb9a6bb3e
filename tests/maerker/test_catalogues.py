"""Every text has its translation, in the same shape: new texts cannot slip past a catalogue."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.support import Translations
from flask import Flask
from flask_babel import force_locale

from maerker.database.base import session
from maerker.embedded import catalogues
from maerker.embedded.catalogues import PROJECT, TRANSLATIONS
from maerker.web.page_cache import LANGUAGES
from maerker.wording import gettext, marked, ngettext
from tenants.categories.core import CORE_WORDS
from tenants.registry.catalogue import read_catalogue as read_municipalities
from tenants.registry.kinds import KINDS
from tenants.registry.models import CoreCategory
from tests.makers import Here

OTHERS = sorted(path.parent.parent for path in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"))
WHAT_TO_DO = "Run `make catalogues` and translate what it names."
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}")
TAG = re.compile(r"</?\w+[^>]*>")


@pytest.fixture(scope="module")
def source() -> Catalog:
    return catalogues.source_texts()


def catalogue_of(folder: Path) -> Catalog:
    return catalogues.read_catalogue(folder / "LC_MESSAGES" / "messages.po")


def pairs(catalogue: Catalog) -> list[tuple[str, str]]:
    """German and translated, form by form: the first for one, the others for more."""
    found = []
    for message in catalogue:
        if isinstance(message.id, (list, tuple)):
            found += [(message.id[min(n, 1)], form) for n, form in enumerate(message.string)]
        elif message.id:
            found.append((message.id, message.string))
    return found


def all_languages(test: Any) -> Any:
    return pytest.mark.parametrize("folder", OTHERS, ids=lambda folder: folder.name)(test)


def test_each_language_of_the_pages_has_a_catalogue() -> None:
    assert {folder.name for folder in OTHERS} == set(LANGUAGES) - {"de"}


@all_languages
def test_the_catalogue_holds_the_texts_there_are_and_no_others(folder: Path, source: Catalog) -> None:
    def texts(catalogue: Catalog) -> set[Any]:
        return {(message.id if isinstance(message.id, str) else tuple(message.id), message.context)
                for message in catalogue if message.id}

    here, there = texts(source), texts(catalogue_of(folder))
    assert not here - there, f"New texts. {WHAT_TO_DO}"
    assert not there - here, f"Texts that are no more. {WHAT_TO_DO}"


@all_languages
def test_nothing_waits_for_a_translation(folder: Path) -> None:
    catalogue = catalogue_of(folder)
    assert not list(catalogues.untranslated(catalogue)), WHAT_TO_DO
    assert not [message.id for message in catalogue if message.id and message.fuzzy]


@all_languages
def test_placeholders_and_tags_are_the_same(folder: Path) -> None:
    wrong = [
        (german, other) for german, other in pairs(catalogue_of(folder))
        if _parts(PLACEHOLDER, german) != _parts(PLACEHOLDER, other) or _parts(TAG, german) != _parts(TAG, other)
    ]
    assert not wrong


@all_languages
def test_no_german_is_left_over(folder: Path) -> None:
    """Two languages may share a word, not a sentence."""
    same = {german for german, other in pairs(catalogue_of(folder)) if german == other and " " in german.strip()}
    assert not same, same


def _parts(pattern: re.Pattern[str], words: str) -> list[str]:
    return sorted(pattern.findall(words))


def test_a_text_has_one_plural() -> None:
    """A catalogue knows a text by its singular: two plurals for one would overwrite each other."""
    plurals = defaultdict(set)
    for root in catalogues.ROOTS:
        keywords = {**DEFAULT_KEYWORDS, **catalogues.NAMES}
        for _, _, text, *_ in extract_from_dir(PROJECT / root, catalogues.METHODS, catalogues.OPTIONS, keywords):
            if isinstance(text, tuple):
                plurals[text[0]].add(text[1])
    assert not {singular: found for singular, found in plurals.items() if len(found) > 1}


@all_languages
def test_writing_a_catalogue_anew_changes_nothing(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / folder.name / "LC_MESSAGES" / "messages.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes((folder / "LC_MESSAGES" / "messages.po").read_bytes())
    catalogues.update_catalogues(translations=tmp_path)
    once = copy.read_bytes()
    catalogues.update_catalogues(translations=tmp_path)
    assert copy.read_bytes() == once
    assert str(PROJECT).encode() not in once
    assert b"Date:" not in once


def test_catalogues_are_compiled_once(tmp_path: Path) -> None:
    source = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Ort"\nmsgstr "Place"\n', encoding="utf-8")
    assert catalogues.compile_catalogues(tmp_path)
    assert Translations.load(tmp_path, ["en"]).gettext("Ort") == "Place"
    assert not catalogues.compile_catalogues(tmp_path)
    source.write_text('msgid "Ort"\nmsgstr "Spot"\n', encoding="utf-8")
    assert catalogues.compile_catalogues(tmp_path)
    assert Translations.load(tmp_path, ["en"]).gettext("Ort") == "Spot"
    source.with_suffix(".mo").unlink()
    assert catalogues.compile_catalogues(tmp_path)
    assert source.with_suffix(".mo").is_file()


def test_an_update_brings_new_texts_and_drops_old_ones(tmp_path: Path) -> None:
    project, source = tmp_path / "project", tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    (project / "tenants" / "door" / "templates" / "door").mkdir(parents=True)
    (project / "tenants" / "door" / "views.py").write_text('TITLE = marked("Neu hier")\n')
    (project / "tenants" / "door" / "templates" / "door" / "page.html").write_text("<p>{{ _('Ort') }}</p>")
    source.parent.mkdir(parents=True)
    source.write_text('msgid "Ort"\nmsgstr "Place"\n\nmsgid "Alt"\nmsgstr "Old"\n', encoding="utf-8")
    assert catalogues.update_catalogues(project, tmp_path) == {"en": 1}
    catalogue = catalogues.read_catalogue(source)
    assert catalogue["Ort"].string == "Place"
    assert list(catalogues.untranslated(catalogue)) == ["Neu hier"]
    assert "Alt" not in source.read_text(encoding="utf-8")


def test_the_categories_of_the_database_are_those_of_the_catalogue() -> None:
    with Here.world.no_scope("console"):
        rows = session().query(CoreCategory).all()
        assert {row.key: (row.name, row.hint) for row in rows} == CORE_WORDS


def test_every_kind_of_municipality_has_its_word() -> None:
    assert {municipality.kind for municipality in read_municipalities()} <= set(KINDS)


def test_a_text_in_a_table_is_translated_where_it_is_shown() -> None:
    app: Flask = Here.world.platform.app("town")
    held = marked("eingetragen")
    with app.test_request_context("/"):
        assert gettext(held) == "eingetragen"
        with force_locale("en"):
            assert gettext(held) == "entered"
            assert ngettext("1 Foto", "%(num)d Fotos", 3) == "3 photos"
            assert gettext("") == ""
