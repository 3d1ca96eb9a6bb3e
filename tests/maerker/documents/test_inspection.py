"""Which uploads are taken, and which sentence is said about those that are not."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string

import maerker
from maerker.documents import limits
from maerker.documents.errors import DocumentRefused
from maerker.documents.inspection import Upload, UploadKind, inspect_upload
from maerker.errors import Invalid
from tests.maerker.documents.authority import a_document, signed
from tests.maerker.documents.files import (
    a_picture,
    a_scan,
    action,
    blank_pdf,
    changed,
    encrypted,
    in_the_root,
    note,
    on_the_first_page,
)

pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


def code_of(content: bytes) -> str:
    with pytest.raises(DocumentRefused) as caught:
        inspect_upload(content)
    assert isinstance(caught.value, Invalid)
    assert caught.value.status == 422
    assert caught.value.explanation.endswith(".")
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "kind", "pages", "media_type"),
    [
        (a_document(), UploadKind.PDF, 1, "application/pdf"),
        (signed(), UploadKind.PDF, 1, "application/pdf"),
        (a_scan(3), UploadKind.PDF, 3, "application/pdf"),
        (blank_pdf(pages=limits.MAX_PAGES), UploadKind.PDF, limits.MAX_PAGES, "application/pdf"),
        (a_picture("JPEG"), UploadKind.JPEG, 1, "image/jpeg"),
        (a_picture("JPEG", progressive=True), UploadKind.JPEG, 1, "image/jpeg"),
        (a_picture("PNG"), UploadKind.PNG, 1, "image/png"),
    ],
)
def test_documents_and_pictures_are_taken(content: bytes, kind: UploadKind, pages: int, media_type: str) -> None:
    upload = inspect_upload(content)
    assert upload == Upload(kind, pages, len(content), hashlib.sha256(content).hexdigest(), encrypted=False)
    assert upload.media_type == media_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"Sehr geehrte Damen und Herren", "not_a_document"),
        (b"PK\x03\x04 a word document", "not_a_document"),
        (b"<html><body>%PDF-1.7</body></html>", "not_a_document"),
        (b"GIF89a" + bytes(100), "not_a_document"),
        (a_scan() + bytes(limits.MAX_BYTES), "too_large"),
        (b"%PDF-1.7\n", "broken"),
        (b"%PDF-1.7\n" + bytes(500) + b"\nstartxref\n7\n%%EOF", "broken"),
        (a_scan()[: len(a_scan()) // 2], "broken"),
        (a_document()[:-200], "broken"),
        (a_picture("JPEG")[:2000], "broken"),
        (a_picture("PNG")[:-40], "broken"),
        (b"\xff\xd8\xff" + bytes(100), "broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "broken"),
        (blank_pdf(pages=limits.MAX_PAGES + 1), "too_many_pages"),
        (blank_pdf(width=14_000, height=14_000), "page_too_large"),
        (blank_pdf(height=6_000), "page_too_large"),
        (encrypted(a_scan(), "geheim"), "encrypted"),
        (encrypted(a_scan()), "encrypted"),
        (a_picture("PNG", size=(9_000, 9_000)), "too_many_pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_a_document_is_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


FILE = generic.StreamObject({pdf_name("/Type"): pdf_name("/EmbeddedFile")}, stream_data=b"MZ")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (in_the_root("/OpenAction", action("/JavaScript", JS="app.alert(1)")), "javascript"),
        (
            on_the_first_page("/AA", generic.DictionaryObject({pdf_name("/O"): action("/JavaScript", JS="1")})),
            "javascript",
        ),
        (on_the_first_page("/Annots", note("/Link", A=action("/JavaScript", JS="1"))), "javascript"),
        (in_the_root("/OpenAction", action("/Launch", F="cmd.exe")), "launch"),
        (on_the_first_page("/Annots", note("/Link", A=action("/Launch", F="/bin/sh"))), "launch"),
        (on_the_first_page("/Annots", note("/Link", A=action("/SubmitForm", F="https://example.org"))), "launch"),
        (on_the_first_page("/Annots", note("/Link", A=action("/GoToR", F="other.pdf"))), "launch"),
        (in_the_root("/AcroForm", generic.DictionaryObject({pdf_name("/XFA"): pdf_string("<x/>")})), "form_script"),
        (on_the_first_page("/Annots", note("/FileAttachment")), "embedded_files"),
        (in_the_root("/AF", FILE), "embedded_files"),
        (
            in_the_root("/Names", generic.DictionaryObject({pdf_name("/EmbeddedFiles"): generic.DictionaryObject()})),
            "embedded_files",
        ),
        (on_the_first_page("/Annots", note("/RichMedia")), "media"),
        (on_the_first_page("/Annots", note("/Movie")), "media"),
    ],
)
def test_what_would_do_something_by_itself_is_refused(change: object, code: str) -> None:
    assert code_of(changed(a_scan(), change)) == code


def test_a_chain_of_actions_is_followed() -> None:
    first = action("/URI", URI="https://example.org")
    first[pdf_name("/Next")] = generic.ArrayObject([action("/JavaScript", JS="1")])
    assert code_of(changed(a_scan(), in_the_root("/OpenAction", first))) == "javascript"


def test_links_to_pages_are_no_harm() -> None:
    link = note("/Link", A=action("/URI", URI="https://maerker.example.de"))
    assert inspect_upload(changed(a_scan(), on_the_first_page("/Annots", link))).pages == 2


def test_a_script_that_was_replaced_later_does_not_count() -> None:
    with_script = changed(a_scan(), in_the_root("/OpenAction", action("/JavaScript", JS="1")))
    without = changed(with_script, in_the_root("/OpenAction", action("/URI", URI="https://example.org")))
    assert inspect_upload(without).kind is UploadKind.PDF


def test_a_file_of_very_many_parts_is_refused_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maerker.documents.structure.MAX_OBJECTS", 5)
    assert code_of(a_scan(4)) == "too_complex"


def test_the_sentence_names_pages_and_limit() -> None:
    with pytest.raises(DocumentRefused, match=r"hat 61 Seiten; angenommen werden höchstens 60"):
        inspect_upload(blank_pdf(pages=61))


def test_a_refusal_can_be_handed_from_process_to_process() -> None:
    import pickle

    copy = pickle.loads(pickle.dumps(DocumentRefused("broken", "Kaputt.")))
    assert (copy.code, copy.explanation) == ("broken", "Kaputt.")


def test_doors_read_limits_and_refusals_without_the_heavy_libraries() -> None:
    script = (
        "import sys, maerker.documents.errors, maerker.documents.limits;"
        "print([name for name in ('typst', 'pyhanko', 'pypdfium2', 'cryptography', 'PIL') if name in sys.modules])"
    )
    environment = {"PYTHONPATH": str(Path(maerker.__file__).parents[1])}
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("part", range(40))
def test_damage_anywhere_is_refused_or_taken_but_never_a_fault(part: int) -> None:
    damaged = bytearray(a_document())
    position = 40 + part * (len(damaged) - 50) // 40
    damaged[position : position + 3] = b"\xff\x00<"
    try:
        pages = inspect_upload(bytes(damaged)).pages
    except DocumentRefused:
        pages = 1
    assert pages == 1
