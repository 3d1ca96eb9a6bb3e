"""What is taken as a photo and what is refused, with real files made by Pillow."""

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

import maerker
from maerker.images import kinds
from maerker.images.errors import BrokenImage, ImageProblem, NotAnImage, TooLarge, TooManyPixels
from maerker.images.inspection import MAX_BYTES, inspect_upload, read_upload
from maerker.images.kinds import Kind, heic_is_readable

pytestmark = [
    pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning"),
    pytest.mark.filterwarnings("ignore:Corrupt EXIF data"),
]


def picture(width: int = 400, height: int = 300) -> Image.Image:
    return Image.frombytes("RGB", (width, height), os.urandom(width * height * 3))


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def png_header_only(width: int, height: int) -> bytes:
    """A PNG of any size in a few hundred bytes, as a bomb is."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(10_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise AssertionError("a pixel was decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", refuse)


@pytest.mark.usefixtures("no_decoding")
@pytest.mark.parametrize(
    ("form", "kind", "media_type", "options"),
    [
        ("JPEG", Kind.JPEG, "image/jpeg", {}),
        ("JPEG", Kind.JPEG, "image/jpeg", {"progressive": True}),
        ("PNG", Kind.PNG, "image/png", {}),
        ("WEBP", Kind.WEBP, "image/webp", {}),
        ("WEBP", Kind.WEBP, "image/webp", {"lossless": True}),
        ("WEBP", Kind.WEBP, "image/webp", {"exif": b"Exif\x00\x00" + Image.Exif().tobytes()}),
    ],
)
def test_photos_are_known_by_their_content_without_decoding(
    form: str, kind: Kind, media_type: str, options: dict[str, object]
):
    data = encoded(picture(), form, **options)
    for upload in (data, io.BytesIO(data)):
        facts = inspect_upload(upload)
        assert (facts.kind, facts.media_type) == (kind, media_type)
        assert (facts.width, facts.height, facts.size, facts.animated) == (400, 300, len(data), False)


def test_two_pictures_in_one_jpeg_as_some_phones_write():
    data = encoded(picture(), "MPO", save_all=True, append_images=[picture(100, 100)])
    assert inspect_upload(data).kind is Kind.JPEG
    assert inspect_upload(data).width == 400


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("held", "size"), [(1, (400, 300)), (3, (400, 300)), (6, (300, 400)), (8, (300, 400))])
def test_the_size_is_that_of_the_upright_picture(form: str, held: int, size: tuple[int, int]):
    exif = Image.Exif()
    exif[0x0112] = held
    facts = inspect_upload(encoded(picture(), form, exif=exif))
    assert (facts.width, facts.height) == size


def test_damaged_exif_costs_nobody_a_photo():
    data = encoded(picture(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xffgarbage")
    assert inspect_upload(data).width == 400


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_animations_are_named_as_such(form: str):
    data = encoded(picture(50, 50), form, save_all=True, append_images=[picture(50, 50)], duration=100)
    assert inspect_upload(data).animated


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "leer"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "SVG"),
        (b"\xef\xbb\xbf<SVG onload=alert(1)>", "SVG"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "PDF"),
        (b"\n\n   %PDF-1.4", "PDF"),
        (b"<!DOCTYPE html><title>x</title>", "Internetseite"),
        (b"<script>alert(1)</script>", "Internetseite"),
        (b"  <HTML lang=de>", "Internetseite"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", "Video"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "Bildformat"),
        (encoded(picture(9, 9), "GIF"), "Bildformat"),
        (encoded(picture(9, 9), "BMP"), "Bildformat"),
        (encoded(picture(9, 9), "TIFF"), "Bildformat"),
        (b"PK\x03\x04 a Word document", "kein Foto"),
        (b"GPS 51.75, 14.33", "kein Foto"),
        (b"\xff\xd8", "kein Foto"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "kein Foto"),
    ],
)
def test_other_files_are_refused_by_what_they_are(data: bytes, word: str):
    with pytest.raises(NotAnImage) as refused:
        inspect_upload(data)
    assert word in refused.value.explanation


def test_heic_without_the_extra_says_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kinds, "heic_is_readable", lambda: False)
    with pytest.raises(NotAnImage) as refused:
        inspect_upload(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00heicmif1")
    assert "HEIC" in refused.value.explanation
    assert "JPEG" in refused.value.explanation


@pytest.mark.skipif(not heic_is_readable(), reason="the extra heic (pillow-heif) is not installed")
def test_heic_with_the_extra():
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = encoded(picture(), "HEIF")
    facts = inspect_upload(data)
    assert (facts.kind, facts.media_type, facts.width, facts.height) == (Kind.HEIF, "image/heic", 400, 300)
    for cut in (40, len(data) // 2, len(data) - 1):
        with pytest.raises(BrokenImage):
            inspect_upload(data[:cut])


def test_every_refusal_has_a_sentence():
    for refusal in (TooLarge(), TooManyPixels(), BrokenImage()):
        assert refusal.status == 422
        assert refusal.explanation.endswith(".")
        assert "Bitte" in refusal.explanation


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kept", [0.01, 0.3, 0.5, 0.9, 0.999])
def test_a_transfer_that_broke_off_is_noticed(form: str, kept: float):
    data = encoded(picture(), form)
    with pytest.raises(BrokenImage):
        inspect_upload(data[: max(12, int(len(data) * kept))])


@pytest.mark.parametrize(("form", "after_the_picture"), [("JPEG", 0), ("PNG", 4), ("WEBP", 0)])
def test_every_single_cut_is_noticed(form: str, after_the_picture: int):
    """Only the checksum of PNG's empty end mark may be missing."""
    data = encoded(picture(12, 12), form)
    for length in range(len(data) - after_the_picture):
        with pytest.raises(ImageProblem):
            inspect_upload(data[:length])


def test_a_changed_bit_in_a_png_is_noticed():
    data = bytearray(encoded(picture(), "PNG"))
    data[len(data) // 2] ^= 1
    with pytest.raises(BrokenImage):
        inspect_upload(bytes(data))


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(lambda: png_header_only(30_000, 30_000), id="30,000 x 30,000"),
        pytest.param(lambda: png_header_only(2**31 - 1, 2**31 - 1), id="the largest PNG"),
        pytest.param(lambda: png_header_only(10_000, 5_001), id="just over 50 megapixels"),
        pytest.param(lambda: png_header_only(50_000_001, 1), id="one long line"),
        pytest.param(lambda: encoded(Image.new("1", (30_000, 30_000)), "PNG"), id="made by Pillow"),
        pytest.param(lambda: a_webp_of(b"VP8X"), id="WebP with a huge canvas"),
        pytest.param(lambda: a_webp_of(b"VP8L"), id="lossless WebP"),
        pytest.param(lambda: a_webp_of(b"VP8 "), id="plain WebP"),
    ],
)
def test_bombs_are_refused_by_their_header(bomb: Callable[[], bytes], no_decoding: None):
    data = bomb()
    assert len(data) < 300_000
    with pytest.raises(TooManyPixels):
        inspect_upload(data)


def a_webp_of(chunk: bytes) -> bytes:
    bodies = {
        b"VP8X": b"\x00" * 4 + (16_000).to_bytes(3, "little") * 2,
        b"VP8L": b"\x2f" + (16_000 | 16_000 << 14).to_bytes(4, "little") + b"\x00" * 5,
        b"VP8 ": b"\x10\x00\x00\x9d\x01\x2a" + (16_000).to_bytes(2, "little") * 2,
    }
    body = bodies[chunk]
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBP" + chunk + struct.pack("<I", len(body)) + body


def test_fifty_megapixels_are_still_taken():
    assert inspect_upload(encoded(Image.new("1", (10_000, 5_000)), "PNG")).width == 10_000


def test_a_text_chunk_that_unpacks_to_gigabytes_is_refused():
    body = b"Comment\x00\x00" + zlib.compress(bytes(200_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    whole = encoded(picture(10, 10), "PNG")
    with pytest.raises(BrokenImage):
        inspect_upload(whole[:33] + chunk + whole[33:])


def test_more_than_fifteen_megabytes_are_not_even_read():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.given += size
            return b"\xff" * size

    endless = Endless()
    with pytest.raises(TooLarge):
        read_upload(endless)  # type: ignore[arg-type]
    assert endless.given == MAX_BYTES + 1
    whole = encoded(picture(), "JPEG")
    with pytest.raises(TooLarge):
        inspect_upload(whole + bytes(MAX_BYTES + 1 - len(whole)))
    assert inspect_upload(whole + bytes(MAX_BYTES - len(whole))).size == MAX_BYTES


def test_a_jpeg_of_a_thousand_scans_is_refused():
    data = encoded(picture(16, 16), "JPEG", progressive=True)
    scan = data.index(b"\xff\xda")
    following = data.index(b"\xff\xc4", scan)
    with pytest.raises(BrokenImage):
        inspect_upload(data[:following] + data[scan:following] * 1000 + data[following:])


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0<script>alert(1)</script>",
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n<svg/>",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"RIFF\x16\x00\x00\x00WEBPJUNK" + bytes(20),
    ],
)
def test_a_photos_first_bytes_alone_are_not_a_photo(data: bytes):
    with pytest.raises(BrokenImage):
        inspect_upload(data)


@settings(max_examples=300)
@given(st.data())
def test_no_damage_leads_to_anything_but_a_sentence(data: st.DataObject):
    whole = bytearray(data.draw(st.sampled_from(SMALL)))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        facts = inspect_upload(bytes(whole))
    except ImageProblem:
        return
    assert 0 < facts.width * facts.height <= 50_000_000


SMALL = [
    encoded(picture(16, 12), "JPEG", exif=Image.Exif()),
    encoded(picture(16, 12), "PNG"),
    encoded(picture(16, 12), "WEBP"),
    encoded(picture(16, 12), "WEBP", lossless=True),
]


def test_the_web_process_loads_neither_colour_management_nor_heif():
    script = (
        "import sys, io; from PIL import Image; import maerker.images.inspection as look; stream = io.BytesIO();"
        "Image.new('RGB', (9, 9)).save(stream, 'JPEG'); look.inspect_upload(stream.getvalue());"
        "print([name for name in ('PIL.ImageCms', 'pillow_heif', 'numpy') if name in sys.modules])"
    )
    environment = {"PYTHONPATH": str(Path(maerker.__file__).parents[1])}
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert answer.stdout.strip() == "[]"
