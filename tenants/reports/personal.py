"""Words in a report that may be about a person, for the eye of whoever releases it. A hint, never a verdict."""

import re
from dataclasses import dataclass

MOST_SHOWN = 6
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("address", re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[a-zA-Z]{2,}")),
    ("phone", re.compile(r"(?<![\w.])(?:\+49|0049|0)[\s/()-]?[1-9](?:[\s/()-]{0,2}\d){5,12}(?!\w)")),
    ("plate", re.compile(r"\b[A-ZÄÖÜ]{1,3}(?:-|\s)[A-Z]{1,2}\s?\d{1,4}[EH]?\b")),
    ("name", re.compile(r"\b(?:Herrn?|Frau|Familie|Fam\.)\s+(?:(?:Dr|Prof)\.\s+)*[A-ZÄÖÜ][\w-]+")),
)


@dataclass(frozen=True)
class Mark:
    """A piece of the text: `kind` is address, phone, plate or name."""

    kind: str
    words: str


def personal_marks(text: str) -> list[Mark]:
    """Mail addresses, telephone numbers, number plates and names with a title that stand in a text, each once."""
    found = {Mark(kind, match.group().strip()): None for kind, pattern in _KINDS for match in pattern.finditer(text)}
    return list(found)[:MOST_SHOWN]
