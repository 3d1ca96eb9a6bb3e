"""A town's two colours, made safe to read.

A town hands in the colours of its flag; some are light, some are dark. From them the shades of every page are
computed, so that text and marks keep the contrast WCAG 2.1 asks for (4.5:1 for text, 3:1 for marks), by day and by
night. A town can choose its colours freely and cannot make its pages unreadable.
"""

import colorsys
import re
from collections.abc import Sequence
from dataclasses import dataclass

HEX = re.compile(r"#[0-9a-fA-F]{6}")
WHITE = "#ffffff"
INK = "#10131a"
NIGHT = "#13161d"
NIGHT_SURFACE = "#1b1f28"
# The grounds of messages, as css/tokens.css has them (a test compares): information, success, warning, danger, neutral.
MESSAGES = ("#e7f3f9", "#e6f4ec", "#fff3d9", "#fdecea", "#eceef2")
MESSAGES_BY_NIGHT = ("#12303f", "#123222", "#392a0b", "#43191a", "#2a2f3a")


@dataclass(frozen=True)
class Shades:
    """The colours of one scheme (day or night), each as ``#rrggbb``.

    ``primary`` is for links and the main button, ``band`` for the coloured areas, ``accent`` for ornaments,
    ``tint`` and ``tint_strong`` for quiet backgrounds, ``paper`` for the page, ``surface`` for cards.
    """

    primary: str
    primary_strong: str
    on_primary: str
    band: str
    on_band: str
    accent: str
    tint: str
    tint_strong: str
    paper: str
    surface: str


@dataclass(frozen=True)
class Palette:
    """A town's colours by day and by night."""

    light: Shades
    dark: Shades


def town_palette(primary: str, accent: str) -> Palette:
    """The shades of a town from its main colour and its second colour.

    Both as ``#rrggbb``. Raises ValueError for anything else, since the result is written into a style sheet.
    """
    for colour in (primary, accent):
        if not HEX.fullmatch(colour):
            raise ValueError(f"not a colour of the form #rrggbb: {colour!r}")
    return Palette(light=_by_day(primary.lower(), accent.lower()), dark=_by_night(primary.lower(), accent.lower()))


def contrast(one: str, other: str) -> float:
    """How well two colours stand apart, from 1 (the same) to 21 (black on white); WCAG 2.1, relative luminance."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(colour: str, other: str, share: float) -> str:
    """A blend of two colours; ``share`` (0 to 1) of the second."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _by_day(primary: str, accent: str) -> Shades:
    tint_strong = mix(primary, WHITE, 0.84)
    readable = _on_all(MESSAGES, _until_readable(primary, tint_strong, 5.0, lighter=False), lighter=False)
    band, on_band = _band(primary)
    return Shades(
        primary=readable,
        primary_strong=mix(readable, INK, 0.3),
        on_primary=WHITE,
        band=band,
        on_band=on_band,
        accent=accent,
        tint=mix(primary, WHITE, 0.93),
        tint_strong=tint_strong,
        paper=mix(primary, WHITE, 0.97),
        surface=WHITE,
    )


def _by_night(primary: str, accent: str) -> Shades:
    tint_strong = mix(primary, NIGHT_SURFACE, 0.84)
    readable = _on_all(MESSAGES_BY_NIGHT, _until_readable(primary, tint_strong, 5.0, lighter=True), lighter=True)
    band, on_band = _band(mix(primary, NIGHT, 0.3))
    return Shades(
        primary=readable,
        primary_strong=mix(readable, WHITE, 0.35),
        on_primary=INK,
        band=band,
        on_band=on_band,
        accent=accent,
        tint=mix(primary, NIGHT_SURFACE, 0.86),
        tint_strong=tint_strong,
        paper=mix(primary, NIGHT, 0.97),
        surface=mix(primary, NIGHT_SURFACE, 0.95),
    )


def _on_all(grounds: Sequence[str], colour: str, *, lighter: bool) -> str:
    """A link may stand in any message: each ground takes the colour a little further, if it must."""
    for ground in grounds:
        colour = _until_readable(colour, ground, 4.6, lighter=lighter)
    return colour


def _until_readable(colour: str, background: str, wanted: float, *, lighter: bool) -> str:
    """The colour itself if it can be read on the background, else the nearest shade of the same hue that can."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in _channels(colour)))
    end = 1.0 if lighter else 0.0
    for step in range(41):
        red, green, blue = colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / 40, saturation)
        shade = "#" + "".join(f"{round(channel * 255):02x}" for channel in (red, green, blue))
        if contrast(shade, background) >= wanted:
            return shade
    return WHITE if lighter else INK


def _band(colour: str) -> tuple[str, str]:
    """A coloured area and the colour of the text on it; a middling colour is darkened a little for white text."""
    if contrast(WHITE, colour) >= 4.5 or contrast(INK, colour) < 4.5:
        return _until_readable(colour, WHITE, 4.5, lighter=False), WHITE
    return colour, INK


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
