"""What visible signatures lie over: a stamp in the wrong place can hide a word, or put another in its place.

The document that was frozen here counts, whatever a stamp shows; whoever takes the signed copy should see it, though.
"""

from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from maerker.documents.errors import broken
from maerker.documents.structure import DAMAGED

Box = tuple[float, float, float, float]


def words_under_stamps(reader: PdfFileReader, original: bytes) -> tuple[str, ...]:
    """The words of our document that each visible signature lies over, one entry for each that lies over any.

    Raises DocumentRefused (broken).
    """
    try:
        with pypdfium2.PdfDocument(original) as document:
            found = [
                _words(document[number], box) for number in range(len(document)) for box in _stamps(reader, number)
            ]
    except (pypdfium2.PdfiumError, *DAMAGED) as failure:
        raise broken() from failure
    return tuple(words for words in found if words)


def _words(page: pypdfium2.PdfPage, box: Box) -> str:
    left, bottom, right, top = box
    return " ".join(page.get_textpage().get_text_bounded(left, bottom, right, top).split())


def _stamps(reader: PdfFileReader, page_number: int) -> Iterator[Box]:
    """Left, bottom, right and top of each visible signature on a page (from 0), in points."""
    page = reader.find_page_for_modification(page_number)[0].get_object()  # type: ignore[no-untyped-call]
    marks = page.get("/Annots", generic.ArrayObject())
    for index in range(len(marks)):
        mark = marks[index]
        if mark.get("/Subtype") != "/Widget":
            continue
        one, two, three, four = (float(side) for side in mark["/Rect"])
        if one != three and two != four:
            yield min(one, three), min(two, four), max(one, three), max(two, four)
