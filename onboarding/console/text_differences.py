"""A comparison of two texts for the eye: which line went, which came, and which words in it are others."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from onboarding.contracts.queries import DiffLine

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
ALIKE = 0.4
"""From this likeness on two lines count as one line that was changed, and its words are compared."""


@dataclass(frozen=True)
class ShownLine:
    """One line: `pieces` are text and whether it differs from the line it stands for."""

    kind: str
    old_number: int | None
    new_number: int | None
    pieces: tuple[tuple[str, bool], ...]


def shown_lines(lines: Sequence[DiffLine]) -> list[ShownLine]:
    """The lines in their order; old and new lines that belong together are compared word by word."""
    shown: list[ShownLine] = []
    place = 0
    while place < len(lines):
        old = _run(lines, place, "old")
        new = _run(lines, place + len(old), "new")
        if not old and not new:
            shown.append(_plain(lines[place]))
            place += 1
            continue
        shown += _compared(old, new)
        place += len(old) + len(new)
    return shown


def _compared(old: Sequence[DiffLine], new: Sequence[DiffLine]) -> list[ShownLine]:
    if len(old) != len(new):
        return [_plain(line) for line in (*old, *new)]
    pairs = [_pieces(before.text, after.text) for before, after in zip(old, new, strict=True)]
    return [
        ShownLine(line.kind, line.old_number, line.new_number, pair[side])
        for side, lines in enumerate((old, new)) for line, pair in zip(lines, pairs, strict=True)
    ]


def _pieces(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, bool], ...]]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = difflib.SequenceMatcher(a=old, b=new, autojunk=False)
    if matcher.ratio() < ALIKE:
        return ((before, False),), ((after, False),)
    steps = matcher.get_opcodes()
    return (
        tuple(("".join(old[a:b]), tag != "equal") for tag, a, b, _, _ in steps if b > a),
        tuple(("".join(new[a:b]), tag != "equal") for tag, _, _, a, b in steps if b > a),
    )


def _plain(line: DiffLine) -> ShownLine:
    return ShownLine(line.kind, line.old_number, line.new_number, ((line.text, False),))


def _run(lines: Sequence[DiffLine], start: int, kind: str) -> Sequence[DiffLine]:
    end = start
    while end < len(lines) and lines[end].kind == kind:
        end += 1
    return lines[start:end]
