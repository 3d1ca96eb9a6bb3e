"""The inside of a PDF, read part by part: enough to see what it would do, not how it looks."""

import io
from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from maerker.documents.errors import broken, encrypted, too_complex
from maerker.documents.limits import MAX_OBJECTS

# What pyHanko raises on damaged files beside its own errors.
DAMAGED = (
    PdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


def read_structure(content: bytes, *, strict: bool = False) -> PdfFileReader:
    """Open a PDF. `strict` also refuses what other programs would silently mend. Raises DocumentRefused."""
    if b"%%EOF" not in content[-2048:]:
        raise broken()
    try:
        reader = PdfFileReader(io.BytesIO(content), strict=strict)
        locked = reader.encrypted
        if not locked and "/Pages" not in reader.root:
            raise broken()
    except DAMAGED as failure:
        if b"/Encrypt" in content:
            raise encrypted() from failure
        raise broken() from failure
    if locked:
        raise encrypted()
    return reader


def every_dictionary(reader: PdfFileReader) -> Iterator[Any]:
    """Each dictionary that can be reached in the newest state of the file, once. Raises DocumentRefused."""
    waiting: list[Any] = [reader.trailer_view, reader.root]
    seen: set[tuple[int, int]] = set()
    steps = 0
    while waiting:
        item = waiting.pop()
        steps += 1
        if len(seen) > MAX_OBJECTS or steps > 20 * MAX_OBJECTS:
            raise too_complex()
        if isinstance(item, generic.IndirectObject):
            name = (item.idnum, item.generation)
            if name in seen:
                continue
            seen.add(name)
            try:
                item = item.get_object()  # type: ignore[no-untyped-call]
            except DAMAGED as failure:
                raise broken() from failure
        if isinstance(item, generic.DictionaryObject):
            yield item
            waiting.extend(item.raw_get(key) for key in item)
        elif isinstance(item, generic.ArrayObject):
            waiting.extend(item.raw_get(index) for index in range(len(item)))
