"""The first look at an uploaded document: is it a PDF or a picture, whole, harmless and of sensible size?

The content alone decides; the name and the media type that a browser sends mean nothing.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

import pypdfium2  # type: ignore[import-untyped]

from maerker.documents.errors import DocumentRefused, broken, page_too_large, too_many_pages, too_many_pixels
from maerker.documents.harmless import check_harmless
from maerker.documents.limits import MAX_BYTES, MAX_PAGES, MAX_SIDE_IN_POINTS
from maerker.documents.structure import read_structure
from maerker.images.errors import ImageProblem, TooManyPixels
from maerker.images.inspection import open_picture
from maerker.images.kinds import Kind
from maerker.images.structure import check_jpeg
from maerker.wording import gettext as _


class UploadKind(StrEnum):
    """What can be taken."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


@dataclass(frozen=True)
class Upload:
    """What is known of a file that was taken: `size` in bytes, `sha256` in hexadecimal figures."""

    kind: UploadKind
    pages: int
    size: int
    sha256: str
    encrypted: bool = False

    @property
    def media_type(self) -> str:
        return "application/pdf" if self.kind is UploadKind.PDF else f"image/{self.kind}"


def inspect_upload(content: bytes) -> Upload:
    """Say what document this is. Raises DocumentRefused, with its sentence, where it cannot be taken.

    Codes: empty, too_large, not_a_document, broken, encrypted, too_many_pages, page_too_large, too_complex,
    javascript, launch, form_script, embedded_files, media, too_many_pixels.
    """
    kind = recognise(content)
    if kind is UploadKind.PDF:
        pages = _pages_of_pdf(content)
    else:
        _check_picture(content, kind)
        pages = 1
    return Upload(kind, pages, len(content), hashlib.sha256(content).hexdigest())


def recognise(content: bytes) -> UploadKind:
    """The kind of a file, by its first bytes. Raises DocumentRefused: empty, too_large, not_a_document."""
    if not content:
        raise DocumentRefused("empty", _("Diese Datei ist leer. Bitte wählen Sie eine andere aus."))
    if len(content) > MAX_BYTES:
        raise DocumentRefused(
            "too_large",
            _("Diese Datei ist größer als 20 MB. Bitte scannen Sie mit geringerer Auflösung, zum Beispiel 300 dpi."),
        )
    if content.startswith(b"%PDF-"):
        return UploadKind.PDF
    if content.startswith(b"\xff\xd8\xff"):
        return UploadKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return UploadKind.PNG
    raise DocumentRefused(
        "not_a_document", _("Diese Datei ist weder ein PDF noch ein Bild. Bitte laden Sie ein PDF, JPEG oder PNG hoch.")
    )


def _pages_of_pdf(content: bytes) -> int:
    structure = read_structure(content)
    try:
        with pypdfium2.PdfDocument(content) as document:
            pages = len(document)
            if pages > MAX_PAGES:
                raise too_many_pages(pages)
            sides = [side for number in range(pages) for side in document.get_page_size(number)]
    except pypdfium2.PdfiumError as failure:
        raise broken() from failure
    if not pages:
        raise broken()
    if max(sides) > MAX_SIDE_IN_POINTS:
        raise page_too_large()
    check_harmless(structure)
    return pages


def _check_picture(content: bytes, kind: UploadKind) -> None:
    try:
        with open_picture(content, Kind.JPEG if kind is UploadKind.JPEG else Kind.PNG) as picture:
            if kind is UploadKind.JPEG:
                check_jpeg(content)
            else:
                picture.verify()
    except TooManyPixels as failure:
        raise too_many_pixels() from failure
    except (ImageProblem, OSError, SyntaxError, ValueError) as failure:
        raise broken() from failure
