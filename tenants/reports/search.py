"""What is typed into a search box, as PostgreSQL's full-text search asks it."""

import re

FROM_SO_MANY = 3
"""Letters from which a word may be the beginning of a longer one; shorter ones would find nearly everything."""
MOST_PARTS = 12
_PART = re.compile(r'(?P<not>-?)(?:"(?P<phrase>[^"]*)"|(?P<bare>[^\s"]+))')
_WORD = re.compile(r"[^\W_]+")


def as_query(words: str) -> str:
    """'Thiemstr. 12' -> 'Thiemstr:* & 12': every word must occur, longer ones at least as a beginning.

    As search engines understand it: `"..."` the words as they stand, `-word` without it, `OR` one or the other. For
    `to_tsquery('german', ...)`, which brings words to their stem. Only letters and digits are taken over, so nothing
    else that is typed is read as an operator. '' if there is no word at all: that finds nothing.
    """
    query, link = "", ""
    for part in list(_PART.finditer(words))[:MOST_PARTS]:
        if part["bare"] == "OR" and query:
            link = " | "
            continue
        term = _phrase(part["phrase"]) if part["bare"] is None else _beginnings(part["bare"])
        if term:
            query += f"{link if query else ''}{'!' if part['not'] else ''}({term})"
            link = " & "
    return query


def _phrase(words: str) -> str:
    return " <-> ".join(_WORD.findall(words)[:MOST_PARTS])


def _beginnings(words: str) -> str:
    typed = _WORD.findall(words)[:MOST_PARTS]
    return " & ".join(f"{word}:*" if len(word) >= FROM_SO_MANY and not word.isdigit() else word for word in typed)
