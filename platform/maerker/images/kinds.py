"""What a file is, by its first bytes. The name and the media type that a browser sends mean nothing."""

import re
from enum import StrEnum
from importlib.util import find_spec

from maerker.images.errors import NotAnImage
from maerker.wording import gettext as _


class Kind(StrEnum):
    """The formats that are taken, by their names in Pillow."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIF = "HEIF"


_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1")
_HTML = re.compile(rb"<!doctype\s+html|<(html|head|body|script|iframe)[\s>]", re.IGNORECASE)


def heic_is_readable() -> bool:
    """Whether this instance has the extra for HEIC (`pillow-heif`), the format of many phones."""
    return find_spec("pillow_heif") is not None


def recognise(data: bytes) -> Kind:
    """The format of a photo. Raises NotAnImage, saying what the file seems to be instead."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Kind.PNG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Kind.WEBP
    if _is_heic(data) and heic_is_readable():
        return Kind.HEIF
    raise _not_an_image(data)


def _is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS


def _not_an_image(data: bytes) -> NotAnImage:
    head = data[:4096]
    if not data:
        return NotAnImage(_("Diese Datei ist leer. Bitte wählen Sie ein Foto aus."))
    if b"%PDF-" in head[:1024]:
        return NotAnImage(_("Das ist ein PDF-Dokument. Bitte laden Sie ein Foto als JPEG, PNG oder WebP hoch."))
    if b"<svg" in head.lower():
        return NotAnImage(_("Das ist eine SVG-Grafik. Bitte laden Sie ein Foto als JPEG, PNG oder WebP hoch."))
    if _HTML.search(head):
        return NotAnImage(
            _("Das ist eine Internetseite, kein Foto. Bitte laden Sie ein Foto als JPEG, PNG oder WebP hoch.")
        )
    if _is_heic(data):
        return NotAnImage(
            _("Fotos im Format HEIC können hier nicht gelesen werden. Bitte speichern Sie das Foto als JPEG.")
        )
    if data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis"):
        return NotAnImage(_("Das ist ein Video. Bitte laden Sie ein Foto als JPEG, PNG oder WebP hoch."))
    if data.startswith((b"GIF8", b"BM", b"II*\x00", b"MM\x00*")) or data[4:8] == b"ftyp":
        return NotAnImage(
            _("Dieses Bildformat wird nicht angenommen. Bitte speichern Sie das Foto als JPEG, PNG oder WebP.")
        )
    return NotAnImage(_("Diese Datei ist kein Foto. Bitte laden Sie ein Foto als JPEG, PNG oder WebP hoch."))
