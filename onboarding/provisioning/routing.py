"""Which department a category is asked of at first, read from the departments' names. The town corrects it itself."""

from collections.abc import Sequence

from onboarding.provisioning.actions import NewDepartment
from onboarding.provisioning.slugs import folded

# Category -> parts of a department's name (folded), the best first.
_WORDS: dict[str, tuple[str, ...]] = {
    "roads": ("strassenunterhalt", "strassen", "tiefbau", "verkehrsflaechen", "bauhof", "stadthof", "bauverwaltung",
              "bauamt", "bau"),
    "street_light": ("beleuchtung", "licht", "strassen", "tiefbau", "bauhof", "bauverwaltung", "bauamt", "bau"),
    "traffic_signs": ("strassenverkehr", "verkehrsbehoerde", "verkehr", "ordnung", "tiefbau", "bauamt", "bau"),
    "barriers": ("strassen", "tiefbau", "verkehr", "bauverwaltung", "bauamt", "bau", "soziales"),
    "winter": ("bauhof", "stadthof", "strassenreinigung", "strassen", "tiefbau", "bau"),
    "green": ("gruen", "bauhof", "stadthof", "umwelt", "bau"),
    "waste": ("abfall", "umwelt", "bauhof", "stadthof", "ordnung"),
    "vandalism": ("ordnung", "gebaeude", "immobilien", "bauhof", "stadthof"),
    "posters": ("ordnung", "strassenverkehr", "gewerbe"),
    "noise_odour": ("umwelt", "immissionsschutz", "ordnung"),
}
WHOLE = "Verwaltung"


def departments_for(names: Sequence[str], mailbox: str) -> list[NewDepartment]:
    """The departments a file names, each with the categories that its name speaks of.

    Where a file names none, one department for the whole administration reads the editors' mailbox and is asked
    about everything: a small Amt starts like that.
    """
    if not names:
        return [NewDepartment(WHOLE, mailbox=mailbox, categories=tuple(_WORDS))]
    unique = list(dict.fromkeys(names))
    asked: dict[str, list[str]] = {name: [] for name in unique}
    for category, words in _WORDS.items():
        found = _speaks_of(unique, words)
        if found:
            asked[found].append(category)
    return [NewDepartment(name, categories=tuple(asked[name])) for name in unique]


def _speaks_of(names: Sequence[str], words: Sequence[str]) -> str:
    return next((name for word in words for name in names if word in folded(name)), "")
