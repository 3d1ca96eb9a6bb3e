"""What becomes of a town's two colours on its pages, in sentences for whoever chooses them."""

from dataclasses import dataclass

from maerker.web.colours import NIGHT, WHITE, Palette, contrast, town_palette
from maerker.wording import gettext as _


@dataclass(frozen=True)
class Remark:
    """One sentence on a colour; `changed` when the pages show another shade than the one handed in."""

    sentence: str
    changed: bool


def remarks(primary: str, accent: str) -> tuple[Palette, list[Remark]]:
    """The shades that pages will show, and what there is to say. Colours as `#rrggbb`; raises ValueError otherwise."""
    primary, accent = primary.lower(), accent.lower()
    palette = town_palette(primary, accent)
    said = [_by_day(primary, palette), _by_night(primary, palette)]
    if contrast(accent, WHITE) < 1.5:
        said.append(Remark(_(
            "Die zweite Farbe %(colour)s hebt sich von hellem Grund kaum ab. Sie ist nur Schmuck und trägt nie "
            "Schrift; gut lesbar bleibt alles.", colour=accent,
        ), changed=False))
    return palette, said


def _by_day(primary: str, palette: Palette) -> Remark:
    shown = palette.light.primary
    if shown == primary:
        return Remark(_(
            "Auf hellem Grund ist %(colour)s gut zu lesen (Kontrast %(ratio)s : 1, nötig sind 4,5 : 1).",
            colour=primary, ratio=_ratio(primary, WHITE),
        ), changed=False)
    return Remark(_(
        "Auf hellem Grund ist %(colour)s für Schrift zu blass (Kontrast %(ratio)s : 1, nötig sind 4,5 : 1). Verweise "
        "und Knöpfe zeigen dort den dunkleren Ton %(shown)s; farbige Flächen behalten Ihre Farbe.",
        colour=primary, ratio=_ratio(primary, WHITE), shown=shown,
    ), changed=True)


def _by_night(primary: str, palette: Palette) -> Remark:
    shown = palette.dark.primary
    if shown == primary:
        return Remark(_(
            "In der dunklen Ansicht ist %(colour)s gut zu lesen (Kontrast %(ratio)s : 1).",
            colour=primary, ratio=_ratio(primary, NIGHT),
        ), changed=False)
    return Remark(_(
        "In der dunklen Ansicht ist %(colour)s zu dunkel (Kontrast %(ratio)s : 1). Verweise und Knöpfe zeigen dort "
        "den helleren Ton %(shown)s.", colour=primary, ratio=_ratio(primary, NIGHT), shown=shown,
    ), changed=True)


def _ratio(one: str, other: str) -> str:
    return f"{contrast(one, other):.1f}".replace(".", ",")
