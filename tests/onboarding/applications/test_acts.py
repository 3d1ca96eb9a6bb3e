"""The history speaks German: each act that any part of joining notes has its sentence."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.applications.acts import ACTS, told
from onboarding.applications.models import FileEvent

ROOT = Path(__file__).parents[3]
HISTORY = "onboarding.applications.history"


def noted() -> dict[str, str]:
    """Every act that is given to the `note` of the files' history, with the file it stands in."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "onboarding").rglob("*.py")):
        tree = ast.parse(path.read_text())
        names = {
            alias.asname or alias.name for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module == HISTORY
            for alias in node.names if alias.name == "note"
        }
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names:
                for act in _strings(call.args[0], tree):
                    found[act] = str(path.relative_to(ROOT))
    return found


def _strings(node: ast.expr, tree: ast.Module) -> list[str]:
    """The names an argument can be: a word, one of two by a condition, or what was given to a name before."""
    if isinstance(node, ast.IfExp):
        return [*_strings(node.body, tree), *_strings(node.orelse, tree)]
    if isinstance(node, ast.Name):
        return [
            act for given in ast.walk(tree) if isinstance(given, ast.Assign)
            if any(isinstance(target, ast.Name) and target.id == node.id for target in given.targets)
            for act in _strings(given.value, tree)
        ]
    return [str(node.value)] if isinstance(node, ast.Constant) else []


def test_every_act_has_a_sentence() -> None:
    acts = noted()
    assert len(acts) > 10
    silent = {act: place for act, place in acts.items() if act not in ACTS}
    assert not silent, f"{silent}: say in onboarding/applications/acts.py what people read."


def test_no_sentence_is_for_an_act_that_nobody_notes() -> None:
    source = "".join(path.read_text() for path in (ROOT / "onboarding").rglob("*.py") if path.name != "acts.py")
    unused = [act for act in ACTS if f'"{act}"' not in source]
    assert not unused, f"{unused}: nothing notes these acts any more."


@pytest.mark.parametrize("act", sorted(ACTS))
def test_a_sentence_can_be_said_even_without_details(act: str) -> None:
    event = FileEvent(act=act, at=datetime(2026, 3, 2, 8, tzinfo=UTC), step="", by_kind="system", by_id=None,
                      by_name="", details={})
    words = told(event)
    assert words.sentence
    assert words.sentence != "Es wurde etwas an der Akte geändert."
    assert "%(" not in words.sentence
    assert words.who == "Die Plattform"


def test_details_are_worded() -> None:
    event = FileEvent(
        act="roles_changed", at=datetime(2026, 3, 2, 8, tzinfo=UTC), step="", by_kind="joining", by_id=1,
        by_name="Karla Nagel", details={"person": "Jan Nowak", "before": ["press"], "after": ["technical", "privacy"]},
    )
    words = told(event)
    assert words.sentence == "Jan Nowak steht jetzt für: Technik, Datenschutz (vorher: Presse)."
    assert (words.who, words.side) == ("Karla Nagel", "Kommune")
