"""Why an uploaded document is not taken: a code for the record, a sentence for the person who sent it."""

from maerker.documents.limits import MAX_PAGES
from maerker.errors import Invalid
from maerker.wording import gettext as _
from maerker.wording import marked


class DocumentRefused(Invalid):
    """A file was not taken. `code` is one word that stays the same in every language; `explanation` is the sentence
    that says what is wrong and what to do, in the language of whoever reads it."""

    title = marked("Dieses Dokument können wir nicht annehmen")

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code

    def __reduce__(self) -> tuple[type["DocumentRefused"], tuple[str, str]]:
        return DocumentRefused, (self.code, self.explanation)


def broken() -> DocumentRefused:
    return DocumentRefused(
        "broken",
        _("Diese Datei ist beschädigt oder wurde nicht vollständig übertragen. Bitte laden Sie sie noch einmal hoch."),
    )


def encrypted() -> DocumentRefused:
    return DocumentRefused(
        "encrypted",
        _("Dieses PDF ist verschlüsselt oder mit einem Kennwort geschützt. Bitte laden Sie es ohne Schutz hoch."),
    )


def page_too_large() -> DocumentRefused:
    return DocumentRefused(
        "page_too_large",
        _("Eine Seite dieses PDFs ist größer als zwei Meter. Bitte scannen Sie das Dokument im Format A4."),
    )


def too_many_pixels() -> DocumentRefused:
    return DocumentRefused(
        "too_many_pixels",
        _("Ein Bild in dieser Datei hat zu viele Bildpunkte. Bitte scannen Sie mit 300 dpi und laden Sie neu hoch."),
    )


def too_complex() -> DocumentRefused:
    return DocumentRefused(
        "too_complex",
        _("Dieses PDF ist ungewöhnlich umfangreich. Bitte drucken Sie es als neues PDF und laden Sie dieses hoch."),
    )


def too_many_pages(pages: int) -> DocumentRefused:
    return DocumentRefused(
        "too_many_pages",
        _(
            "Dieses PDF hat %(pages)d Seiten; angenommen werden höchstens %(most)d. "
            "Bitte laden Sie nur das Dokument selbst hoch.",
            pages=pages,
            most=MAX_PAGES,
        ),
    )
