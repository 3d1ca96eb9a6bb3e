"""An uploaded or generated document as pictures of its pages, so that two can be compared side by side on a screen."""

import io
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image, ImageOps
from pypdfium2 import raw

from maerker.documents.errors import broken, page_too_large, too_many_pages, too_many_pixels
from maerker.documents.inspection import UploadKind, recognise
from maerker.documents.limits import MAX_PAGES, MAX_PIXELS_ON_A_PAGE, MAX_SIDE_IN_POINTS
from maerker.images.errors import ImageProblem, TooManyPixels
from maerker.images.inspection import open_picture
from maerker.images.kinds import Kind

# A page is never drawn taller than this many times its width: a till roll is drawn narrower instead.
_TALLEST = 4


def page_images(content: bytes, *, width: int = 1240) -> list[bytes]:
    """Each page as PNG, `width` pixels wide (1240 is A4 at 150 dpi). A picture file is one page.

    Raises DocumentRefused for what `inspect_upload` would refuse at once, and where drawing would fill the memory.
    """
    return list(each_page_image(content, width=width))


def each_page_image(content: bytes, *, width: int = 1240) -> Iterator[bytes]:
    """As `page_images`, one at a time: sixty pages need not be in memory together."""
    kind = recognise(content)
    if kind is UploadKind.PDF:
        yield from _pages_of_pdf(content, width)
    else:
        yield _page_of_picture(content, Kind.JPEG if kind is UploadKind.JPEG else Kind.PNG, width)


def _pages_of_pdf(content: bytes, width: int) -> Iterator[bytes]:
    try:
        with pypdfium2.PdfDocument(content) as document:
            document.init_forms()  # without it visible signatures are not drawn
            if len(document) > MAX_PAGES:
                raise too_many_pages(len(document))
            for number in range(len(document)):
                yield _drawn(document[number], width)
    except pypdfium2.PdfiumError as failure:
        raise broken() from failure


def _drawn(page: pypdfium2.PdfPage, width: int) -> bytes:
    try:
        across, down = page.get_size()
        if not (0 < across <= MAX_SIDE_IN_POINTS and 0 < down <= MAX_SIDE_IN_POINTS):
            raise page_too_large()
        for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]):
            columns, rows = picture.get_px_size()
            if columns * rows > MAX_PIXELS_ON_A_PAGE:
                raise too_many_pixels()
        scale = min(width / across, width * _TALLEST / down)
        return _png(page.render(scale=scale).to_pil())
    finally:
        page.close()


def _page_of_picture(content: bytes, kind: Kind, width: int) -> bytes:
    try:
        with open_picture(content, kind) as picture:
            picture.draft("RGB", (width, width * _TALLEST))  # a JPEG is then decoded at a fraction of its size
            upright = ImageOps.exif_transpose(picture).convert("RGB")
    except TooManyPixels as failure:
        raise too_many_pixels() from failure
    except (ImageProblem, OSError, SyntaxError, ValueError) as failure:
        raise broken() from failure
    scale = min(width / upright.width, width * _TALLEST / upright.height)
    size = max(1, round(upright.width * scale)), max(1, round(upright.height * scale))
    return _png(upright.resize(size, Image.Resampling.LANCZOS))


def _png(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=6)
    return stream.getvalue()
