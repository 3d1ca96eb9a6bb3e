"""A town's arms as they may stand on every page: a picture that does nothing and fetches nothing.

Of an SVG what draws is kept, by a list of what is allowed, and written anew; scripts, events, links, foreign
content and styles that reach out are left away. A PNG is drawn anew, small, and put into an SVG. `/wappen` is
delivered in a sandbox besides.
"""

import base64
import binascii
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from PIL import Image

from maerker.errors import Invalid
from maerker.wording import gettext as _

LARGEST_SVG = 400 * 1024
LARGEST_PNG = 3 * 1024 * 1024
MOST_PIXELS = 16_000_000
HEIGHT = 512
_MOST_COPIES = 24


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink href"
_ELEMENTS = _names(
    "svg g defs title desc path rect circle ellipse line polyline polygon use symbol clipPath mask linearGradient"
    " radialGradient stop pattern text tspan style image"
)
_ATTRIBUTES = _names(
    "id class d x y x1 y1 x2 y2 cx cy r rx ry fx fy width height points viewBox preserveAspectRatio transform"
    " gradientTransform gradientUnits patternTransform patternUnits patternContentUnits clipPathUnits maskUnits"
    " maskContentUnits spreadMethod offset fill fill-opacity fill-rule clip-rule clip-path mask stroke stroke-width"
    " stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity"
    " stop-color stop-opacity color display visibility overflow style type font-family font-size font-weight"
    " font-style text-anchor letter-spacing"
)
_REACHES_OUT = re.compile(
    r"@|\\|<|//|expression|javascript|behavior|binding|(?:image|image-set|cross-fade|src)\s*\("
    r"|url\s*\(\s*(?![\"']?#)",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:px|pt|mm|cm|in)?\s*")
_LONGEST_LENGTH = 40
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=\s]+)")
_BEGINS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


class ArmsRefused(Invalid):
    """The file cannot be used as arms; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, fields={"arms": sentence})


@dataclass(frozen=True)
class CleanArms:
    """Arms as they are kept. `left_away`: parts of the file were not allowed and are gone."""

    svg: str
    left_away: bool


def clean_arms(content: bytes) -> CleanArms:
    """Make arms of an uploaded file, SVG or PNG; the content decides. Raises ArmsRefused."""
    if content.startswith(_BEGINS[0]):
        return CleanArms(_from_png(content), left_away=False)
    if not content.strip():
        raise ArmsRefused(_("Die Datei ist leer."))
    if len(content) > LARGEST_SVG:
        raise ArmsRefused(_("Die Datei ist größer als 400 KB. Bitte speichern Sie das Wappen als einfaches SVG."))
    if b"<svg" not in content[:20_000] and b":svg" not in content[:20_000]:
        raise ArmsRefused(_("Das ist weder ein SVG noch ein PNG. Bitte wählen Sie eine solche Datei."))
    writer = _Writer()
    try:
        writer.read(content)
    except (expat.ExpatError, UnicodeError, ValueError, LookupError):
        raise ArmsRefused(
            _("Die SVG-Datei ist beschädigt oder ungewöhnlich aufgebaut. Bitte exportieren Sie sie neu.")
        ) from None
    if not writer.draws:
        raise ArmsRefused(_("In dieser SVG-Datei ist nichts gezeichnet."))
    return CleanArms("".join(writer.out), left_away=writer.left_away)


def _from_png(content: bytes) -> str:
    if len(content) > LARGEST_PNG:
        raise ArmsRefused(_("Die Datei ist größer als 3 MB. Bitte verkleinern Sie das Bild."))
    try:
        with Image.open(io.BytesIO(content), formats=("PNG",)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ArmsRefused(_("Das Bild hat zu viele Bildpunkte. Eine Höhe von 512 Punkten genügt."))
            picture = opened.convert("RGBA")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise ArmsRefused(_("Die PNG-Datei ist beschädigt. Bitte speichern Sie sie neu.")) from None
    picture.thumbnail((2 * HEIGHT, HEIGHT))
    drawn = io.BytesIO()
    picture.save(drawn, "PNG", optimize=True)
    coded = base64.b64encode(drawn.getvalue()).decode()
    width, height = picture.size
    return (
        f'<svg xmlns="{_SVG}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{coded}"/></svg>'
    )


@dataclass
class _Writer:
    """Reads an SVG part by part and writes what is allowed. Nothing is expanded: entities stop it."""

    out: list[str] = field(default_factory=list)
    left_away: bool = False
    draws: bool = False
    copies: int = 0
    skipped: int = 0
    styles: list[str] = field(default_factory=list)
    in_style: bool = False
    is_open: bool = False

    def read(self, content: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.words
        parser.EntityDeclHandler = self.refuse
        parser.Parse(content, True)

    def refuse(self, *_args: Any) -> None:
        raise ValueError("entities")

    def start(self, full_name: str, given: Mapping[str, str]) -> None:
        namespace, _between, name = full_name.rpartition(" ")
        if not self.is_open and (name != "svg" or namespace not in ("", _SVG)):
            raise ValueError("no svg")
        if self.skipped or namespace not in ("", _SVG) or name not in _ELEMENTS or not self._may_come(name, given):
            self.left_away = self.left_away or (not self.skipped and namespace in ("", _SVG) and name != "metadata")
            self.skipped += 1
            return
        if name == "style":
            self.in_style, self.styles = True, []
            return
        kept = self._attributes(name, given)
        if not self.is_open:
            kept = {"xmlns": _SVG, **_with_view_box(kept)}
            self.is_open = True
        self.draws = self.draws or name in ("path", "rect", "circle", "ellipse", "polygon", "polyline", "line", "image")
        self.out.append(f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in kept.items())}>")

    def end(self, full_name: str) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        name = full_name.rpartition(" ")[2]
        if name == "style":
            self._close_style()
            return
        self.out.append(f"</{name}>")

    def words(self, words: str) -> None:
        if self.in_style:
            self.styles.append(words)
        elif self.is_open and not self.skipped:
            self.out.append(escape(words))

    def _close_style(self) -> None:
        rules = _without_comments("".join(self.styles))
        self.in_style = False
        if _REACHES_OUT.search(rules):
            self.left_away = True
        else:
            self.out.append(f"<style>{escape(rules)}</style>")

    def _may_come(self, name: str, given: Mapping[str, str]) -> bool:
        if self.in_style:
            return False
        target = _target(given)
        if name == "use":
            self.copies += 1
            if self.copies > _MOST_COPIES:
                raise ValueError("too many copies")
            return target.startswith("#")
        return name != "image" or _is_picture(target)

    def _attributes(self, name: str, given: Mapping[str, str]) -> dict[str, str]:
        kept = {}
        for key, value in given.items():
            if key in _ATTRIBUTES and not _REACHES_OUT.search(value):
                kept[key] = value
            elif key in ("href", _XLINK) and (name in ("use", "image") or _target(given).startswith("#")):
                kept["href"] = _target(given)
            elif " " not in key and key not in ("version", "enable-background", "baseProfile"):
                self.left_away = True
        return kept


def _with_view_box(kept: dict[str, str]) -> dict[str, str]:
    """The outermost element scales with its place: a view box instead of a size of its own."""
    width, height = (_LENGTH.fullmatch(kept.pop(name, "")[:_LONGEST_LENGTH]) for name in ("width", "height"))
    if "viewBox" not in kept:
        if width is None or height is None:
            raise ValueError("no size")
        kept["viewBox"] = f"0 0 {width[1]} {height[1]}"
    return kept


def _target(given: Mapping[str, str]) -> str:
    """Where an element points. Of the new spelling and the old one beside it the new one counts, as in browsers."""
    return given.get("href", given.get(_XLINK, ""))


def _without_comments(rules: str) -> str:
    """The rules of a style, in one pass: a comment that never ends swallows the rest, as in browsers."""
    first, *opened = rules.split("/*")
    return first + "".join(part.partition("*/")[2] for part in opened)


def _is_picture(address: str) -> bool:
    """Whether a picture inside of the picture is a PNG or JPEG that lies in the file itself."""
    found = _PICTURE.fullmatch(address)
    if found is None:
        return False
    try:
        return base64.b64decode(found[1], validate=False).startswith(_BEGINS)
    except binascii.Error:
        return False
