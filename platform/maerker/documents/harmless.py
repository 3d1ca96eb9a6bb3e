"""Whether a PDF would do something by itself: run a script, start a program, carry files along.

Paper that was scanned and declarations that were signed do nothing; what does is refused whole, for no part of an
uploaded document is ever taken out or changed.
"""

from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from maerker.documents.errors import DocumentRefused
from maerker.documents.structure import DAMAGED, every_dictionary
from maerker.wording import gettext as _

_SCRIPTS = {"/JavaScript", "/Rendition"}
_PROGRAMS = {"/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR"}
_MEDIA = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}


def check_harmless(reader: PdfFileReader) -> None:
    """Raises DocumentRefused: javascript, launch, form_script, embedded_files, media."""
    for dictionary in every_dictionary(reader):
        code = _danger(dictionary)
        if code:
            raise DocumentRefused(code, _sentence(code))


def _danger(dictionary: Any) -> str | None:
    kind = _name(dictionary, "/S")
    if kind in _SCRIPTS or "/JS" in dictionary:
        return "javascript"
    if kind in _PROGRAMS:
        return "launch"
    if "/XFA" in dictionary:
        return "form_script"
    subtype = _name(dictionary, "/Subtype")
    if subtype == "/FileAttachment" or "/EmbeddedFiles" in dictionary or _name(dictionary, "/Type") == "/EmbeddedFile":
        return "embedded_files"
    return "media" if subtype in _MEDIA else None


def _name(dictionary: Any, key: str) -> str:
    try:
        value = dictionary.get(key, "")
    except DAMAGED:
        return ""
    return value if isinstance(value, str) else ""


def _sentence(code: str) -> str:
    advice = _("Bitte drucken Sie es als neues PDF und laden Sie dieses hoch.")
    return {
        "javascript": _("Dieses PDF enthält ein Programm (JavaScript).") + " " + advice,
        "launch": _("Dieses PDF würde beim Öffnen andere Dateien oder Adressen aufrufen.") + " " + advice,
        "form_script": _("Dieses PDF ist ein Formular, das sich selbst verändert (XFA).") + " " + advice,
        "embedded_files": _("In diesem PDF stecken weitere Dateien. Bitte laden Sie nur das Dokument selbst hoch."),
        "media": _("Dieses PDF enthält Ton, Film oder bewegliche Teile.") + " " + advice,
    }[code]
