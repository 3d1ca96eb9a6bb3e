"""Who may do what, as one page: `python -m onboarding.permission_table` prints docs/permissions.md.

Read from the tables of rights and from the addresses of the applications themselves, so that it cannot be wrong.
"""

import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from maerker.application import Kind, create_application
from maerker.settings import Settings
from maerker.web.access import PUBLIC, SIGNED_IN, access_of
from onboarding.application import CONSOLE, JOINING
from onboarding.operators import permissions as operators
from tenants.application import BARE_HOST, TOWN
from tenants.reports import permissions as town
from tenants.reports.status import MOVES

HEAD = """# Who may do what

Written by `make permissions` from the code (`onboarding/permission_table.py`); a test compares. Every view says
`@public`, `@signed_in` or `@may(...)` (`maerker/web/access.py`); one that says nothing stops the start.

- Whose account has no date of training has neither the right `release` nor `answer`, whatever the role.
- Who lacks `see_all_reports` reaches the reports of own departments; any other report is a 404.
- `/redaktion/<number>/<verb>` takes the right of the move as well (second table).
"""


def page() -> str:
    """The whole page as Markdown."""
    moves = [(f"{move.label} (`{verb}`)", str(town.needed_for(verb))) for verb, move in MOVES.items()]
    parts = [
        HEAD, "## Rights of a town's staff\n", _table("right", _sentences(town.Permission), town.ROLE_PERMISSIONS),
        "## Moves of a report\n", _table("move", moves, town.ROLE_PERMISSIONS),
        "## Addresses of a town, for its staff\n", _table("address", _demanding(TOWN), town.ROLE_PERMISSIONS),
        "## Rights at the operator's console\n",
        _table("right", _sentences(operators.OperatorPermission), operators.ROLE_PERMISSIONS),
        "## Addresses of the console, for the operator's people\n",
        _table("address", _demanding(CONSOLE), operators.ROLE_PERMISSIONS),
    ]
    for kind in (TOWN, BARE_HOST, JOINING, CONSOLE):
        rules = (f"- {rule}" for rule, access in _routes(kind) if access == PUBLIC)
        parts += [f"## Open to anyone: the application `{kind.name}`\n", *rules, ""]
    return "\n".join(parts).rstrip() + "\n"


def _table(what: str, rows: Iterable[tuple[str, str]], rights: Mapping[Any, frozenset[Any]]) -> str:
    """`rows` are a label and the right it takes."""
    lines = [f"| {what} | takes | {' | '.join(rights)} |", "|---|---|" + "---|" * len(rights)]
    for label, needed in rows:
        cells = ("yes" if needed == SIGNED_IN or needed in held else "" for held in rights.values())
        lines.append(f"| {label} | {needed} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _sentences(permissions: type[StrEnum]) -> list[tuple[str, str]]:
    """What each right means for people (the sentence under it in the source), and its name."""
    found = re.findall(r'(\w+) = "\1"\n\s+"""(.+?)"""', inspect.getsource(permissions))
    return [(sentence, name) for name, sentence in found]


def _demanding(kind: Kind) -> list[tuple[str, str]]:
    return [(rule, access) for rule, access in _routes(kind) if access != PUBLIC]


def _routes(kind: Kind) -> list[tuple[str, str]]:
    """Address with its methods, and what it takes, in the order of the addresses. Asks no database."""
    app = create_application(Settings(secret_key="0" * 32, database_url="postgresql:///nowhere"), kind)
    methods: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for rule in app.url_map.iter_rules():
        methods[rule.rule, access_of(app, rule.endpoint) or ""] |= (rule.methods or set()) - {"HEAD", "OPTIONS"}
    return [(f"`{rule}` {', '.join(sorted(methods[rule, access]))}", access) for rule, access in sorted(methods)]


if __name__ == "__main__":
    sys.stdout.write(page())
