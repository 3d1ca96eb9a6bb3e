"""The documents name what is there: their links lead somewhere, the files, commands and settings they name exist."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from maerker.settings import DATABASE_ROLES, Settings
from onboarding.command import command_line

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TEMPLATES = [str(path.relative_to(ROOT)) for path in ROOT.glob("*/**/templates") if ".venv" not in path.parts]
PLACES = ("", "platform", "tenants", "platform/maerker", "tenants/desk", "tests", "onboarding", *TEMPLATES)
FILE = re.compile(r"`((?:[\w.-]+/)+[\w-]+\.(?:py|html|md|cfg|toml|conf|example|json))`")


def a_page(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=a_page)
def test_links_lead_to_files(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    lost = [to for to in targets if not to.startswith("http") and not (page.parent / to).exists()]
    assert lost == [], f"{a_page(page)}: these links lead nowhere"


@pytest.mark.parametrize("page", PAGES, ids=a_page)
def test_named_files_exist(page: Path) -> None:
    named = FILE.findall(page.read_text(encoding="utf-8"))
    lost = sorted(name for name in set(named) if not any((ROOT / place / name).exists() for place in PLACES))
    assert lost == [], f"{a_page(page)}: there are no such files; say where the thing is now"


@pytest.mark.parametrize("page", PAGES, ids=a_page)
def test_named_settings_exist(page: Path) -> None:
    known = {f"MAERKER_{item.name.upper()}" for item in fields(Settings)} | {"MAERKER_NEW_PASSWORD"}
    known |= {f"MAERKER_DATABASE_PASSWORD_{role.upper()}" for role in DATABASE_ROLES}
    named = set(re.findall(r"\bMAERKER_[A-Z_]+[A-Z]\b", page.read_text(encoding="utf-8")))
    lost = sorted(name for name in named - known if not any(other.startswith(f"{name}_") for other in known))
    assert lost == [], f"{a_page(page)}: there are no such settings"


@pytest.mark.parametrize("page", PAGES, ids=a_page)
def test_named_commands_exist(page: Path) -> None:
    named = set(re.findall(r"(?:`|bin/|^ +)maerker ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    lost = sorted(named - set(command_line.commands))
    assert lost == [], f"{a_page(page)}: `maerker` has no such command"
