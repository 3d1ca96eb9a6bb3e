"""How a town's name stands in a sentence."""

from maerker.wording import gettext as _

_WITH_ARTICLE = ("Amt", "Landkreis", "Verbandsgemeinde")


def in_town(name: str, kind: str) -> str:
    """'in Cottbus', 'im Amt Peitz', 'in der Verbandsgemeinde Liebenwerda', 'im Landkreis Spree-Neiße'.

    `kind` is one of `registry.kinds`; it is said where the name alone would mean the city of that name.
    """
    own = next((word for word in _WITH_ARTICLE if name.startswith(f"{word} ")), "")
    if own or kind in _WITH_ARTICLE:
        full = name if own else f"{kind} {name}"
        return _("in der %(town)s", town=full) if "Verbandsgemeinde" in (own, kind) else _("im %(town)s", town=full)
    return _("in %(town)s", town=name)
