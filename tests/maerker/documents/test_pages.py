"""Pages as pictures: all of them, in one width, upright, with visible signatures; bombs are not drawn."""

import io

import pytest
from PIL import Image, ImageChops

from maerker.documents.errors import DocumentRefused
from maerker.documents.pages import each_page_image, page_images
from tests.maerker.documents.authority import a_document
from tests.maerker.documents.files import a_picture, a_scan, blank_pdf, encrypted
from tests.maerker.documents.test_signatures import signed_otherwise

pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


def opened(png: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return picture.convert("RGB")


def code_of(content: bytes) -> str:
    with pytest.raises(DocumentRefused) as caught:
        page_images(content)
    return caught.value.code


def test_each_page_is_one_picture_as_wide_as_asked() -> None:
    pages = page_images(a_scan(3), width=300)
    assert [opened(page).width for page in pages] == [300, 300, 300]


def test_a_document_is_drawn_with_its_text() -> None:
    (page,) = page_images(a_document())
    picture = opened(page)
    assert picture.width == 1240
    assert abs(picture.height - 1754) <= 2
    darkest, brightest = picture.convert("L").getextrema()
    assert darkest < 60
    assert brightest == 255


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_picture_file_is_one_page(form: str) -> None:
    (page,) = page_images(a_picture(form, size=(2480, 3508)), width=620)
    assert opened(page).size == (620, 877)


def test_a_small_picture_is_drawn_as_wide_as_the_others() -> None:
    (page,) = page_images(a_picture("PNG", size=(100, 141)), width=620)
    assert opened(page).width == 620


def test_a_photo_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = page_images(a_picture("JPEG", size=(400, 200), exif=exif), width=200)
    assert opened(page).size == (200, 400)


def test_pages_come_one_at_a_time() -> None:
    pages = each_page_image(a_scan(2), width=100)
    assert opened(next(pages)).width == 100
    assert opened(next(pages)).width == 100
    assert next(pages, None) is None


def test_a_long_strip_is_drawn_narrower_and_not_longer() -> None:
    (page,) = page_images(blank_pdf(width=20, height=5_000), width=400)
    assert max(opened(page).size) <= 1600


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"text", "not_a_document"),
        (b"%PDF-1.7\nnothing\n%%EOF", "broken"),
        (encrypted(a_scan(), "geheim"), "broken"),
        (blank_pdf(width=14_000, height=14_000), "page_too_large"),
        (blank_pdf(pages=61), "too_many_pages"),
        (a_picture("PNG", size=(9_000, 9_000)), "too_many_pixels"),
        (a_picture("JPEG")[:900], "broken"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_drawn_is_refused(content: bytes, code: str) -> None:
    assert code_of(content) == code


def test_a_huge_picture_inside_a_small_page_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maerker.documents.pages.MAX_PIXELS_ON_A_PAGE", 1_000)
    assert code_of(a_scan()) == "too_many_pixels"


def test_a_visible_signature_is_drawn() -> None:
    (before,) = page_images(a_document(), width=400)
    (after,) = page_images(signed_otherwise(a_document(), box=(170, 330, 420, 380)), width=400)
    assert opened(before).size == opened(after).size
    changed_part = ImageChops.difference(opened(before), opened(after)).getbbox()
    assert changed_part is not None
    left, top, right, bottom = (side * 595 / 400 for side in changed_part)
    assert 165 < left < right < 425
    assert 842 - 385 < top < bottom < 842 - 325
