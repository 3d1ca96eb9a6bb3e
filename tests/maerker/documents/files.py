"""Files as people upload them: scans, PDFs of other programs, and what should never be taken."""

import io
from collections.abc import Callable

import pypdfium2
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.crypt import StandardSecurityHandler
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer


def a_picture(form: str = "JPEG", size: tuple[int, int] = (620, 877), **options: object) -> bytes:
    stream = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(stream, form, **options)
    return stream.getvalue()


def a_scan(pages: int = 2) -> bytes:
    """A PDF as a scanner makes it: a picture on each page."""
    sheets = [Image.linear_gradient("L").resize((248, 351)).convert("RGB") for _ in range(pages)]
    stream = io.BytesIO()
    sheets[0].save(stream, "PDF", save_all=True, append_images=sheets[1:], resolution=30)
    return stream.getvalue()


def blank_pdf(*, pages: int = 1, width: float = 595, height: float = 842) -> bytes:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(width, height)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def changed(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The file with one more revision, in which `change` was done."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def on_the_first_page(key: str, value: generic.PdfObject) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        page[pdf_name(key)] = value
        writer.update_container(page)

    return change


def in_the_root(key: str, value: generic.PdfObject) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.root[pdf_name(key)] = value
        writer.update_root()

    return change


def action(kind: str, **more: str) -> generic.DictionaryObject:
    entries = {pdf_name(f"/{name}"): pdf_string(value) for name, value in more.items()}
    return generic.DictionaryObject({pdf_name("/S"): pdf_name(kind), **entries})


def note(subtype: str, **more: generic.PdfObject) -> generic.ArrayObject:
    box = generic.ArrayObject(generic.NumberObject(number) for number in (10, 10, 60, 60))
    entries = {pdf_name(f"/{name}"): value for name, value in more.items()}
    return generic.ArrayObject(
        [
            generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Annot"),
                    pdf_name("/Subtype"): pdf_name(subtype),
                    pdf_name("/Rect"): box,
                    **entries,
                }
            )
        ]
    )


def encrypted(pdf: bytes, password: str = "") -> bytes:
    """Locked; without `password` everybody can read it, and it is encrypted nevertheless."""
    writer: PdfFileWriter = copy_into_new_writer(PdfFileReader(io.BytesIO(pdf), strict=False))
    handler = StandardSecurityHandler.build_from_pw("owner", desired_user_pass=password)
    writer._assign_security_handler(handler)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
