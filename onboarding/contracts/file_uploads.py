"""What somebody uploads as a signed copy, before anything reads it: cheap looks that a web process can afford.

The worker looks closely later (`file_checks.py`). Bytes are kept as they came; several pictures become one ZIP file
in which each of them lies unchanged.
"""

import hashlib
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from maerker.documents.limits import MAX_BYTES
from maerker.errors import Invalid
from maerker.wording import gettext as _
from onboarding.contracts.file_models import CopyWay
from onboarding.contracts.file_store import PDF, ZIP

MAX_PICTURES = 10
LONGEST_NAME = 120
_BEGINNINGS = ((b"%PDF-", PDF), (b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))
_ENDINGS = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png", ZIP: "zip"}


@dataclass(frozen=True)
class UploadedFile:
    """One file of a form: the name the browser gave, and its bytes."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Packed:
    """What is kept: one file with its hash (SHA-256, hex). `name` is for people, never for the storage."""

    name: str
    content: bytes
    content_type: str
    sha256: str


def pack(files: Sequence[UploadedFile], way: CopyWay) -> Packed:
    """One PDF, or up to ten pictures of pages in their order. Raises Invalid with a sentence for `files`."""
    given = [one for one in files if one.name or one.content]
    if not given:
        raise _wrong(_("Bitte wählen Sie eine Datei aus."))
    if sum(len(one.content) for one in given) > MAX_BYTES:
        raise _wrong(_("Zusammen sind es mehr als 20 MB. Bitte scannen Sie mit geringerer Auflösung, etwa 200 dpi."))
    kinds = [kind_of(one.content) for one in given]
    if "" in kinds:
        name = _short(given[kinds.index("")].name)
        raise _wrong(_("%(name)s ist weder ein PDF noch ein Bild (JPEG, PNG).", name=name))
    if way is CopyWay.electronic and kinds != [PDF]:
        raise _wrong(_("Elektronisch unterschrieben ist immer genau ein PDF."))
    if len(given) == 1:
        return _packed(_short(given[0].name), given[0].content, kinds[0])
    if PDF in kinds:
        raise _wrong(_("Bitte senden Sie entweder ein PDF mit allen Seiten oder ein Bild für jede Seite."))
    if len(given) > MAX_PICTURES:
        raise _wrong(_("Bitte senden Sie höchstens %(most)s Bilder, oder ein PDF mit allen Seiten.", most=MAX_PICTURES))
    return _packed(_("Seiten.zip"), _zipped(given, kinds), ZIP)


def kind_of(content: bytes) -> str:
    """The media type by the first bytes; '' for what is not taken."""
    return next((kind for beginning, kind in _BEGINNINGS if content.startswith(beginning)), "")


def pieces(content: bytes, content_type: str) -> list[bytes]:
    """What was uploaded, file by file, unchanged."""
    if content_type != ZIP:
        return [content]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [packed.read(name) for name in packed.namelist()]


def ending(content_type: str) -> str:
    """'pdf': how the name of a downloaded file ends."""
    return _ENDINGS.get(content_type, "bin")


def _zipped(files: Sequence[UploadedFile], kinds: Sequence[str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as packed:
        for number, (one, kind) in enumerate(zip(files, kinds, strict=True), start=1):
            packed.writestr(zipfile.ZipInfo(f"Seite-{number:02d}.{_ENDINGS[kind]}"), one.content)
    return stream.getvalue()


def _packed(name: str, content: bytes, content_type: str) -> Packed:
    return Packed(name, content, content_type, hashlib.sha256(content).hexdigest())


def _short(name: str) -> str:
    plain = "".join(char for char in name.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()
    return plain[-LONGEST_NAME:] or _("Die Datei")


def _wrong(sentence: str) -> Invalid:
    return Invalid(fields={"files": sentence})
