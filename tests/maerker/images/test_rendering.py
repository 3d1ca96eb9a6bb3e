"""What is made of a photo: sizes, upright, and nothing left of place, time and camera."""

import io
import os
import struct

import pytest
from PIL import Image, ImageCms

from maerker.images.errors import BrokenImage, NotAnImage, TooManyPixels
from maerker.images.inspection import inspect_upload
from maerker.images.kinds import heic_is_readable
from maerker.images.rendering import LONGEST_SIDE, RenderedImage, Size, render_photo

pytestmark = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")

SECRETS = (b"Cottbus, Altmarkt 21", b"SerialNumber4711", b"xpacket", b"GPS", b"Exif", b"ICC_PROFILE", b"photoshop")


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def opened(rendered: RenderedImage) -> Image.Image:
    image = Image.open(io.BytesIO(rendered.data))
    image.load()
    return image


def telling_exif(held: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = "Cottbus, Altmarkt 21"
    exif[0x0112] = held
    exif.get_ifd(0x8769)[0xA431] = "SerialNumber4711"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 45.0, 28.8), 3: "E", 4: (14.0, 19.0, 44.4)})
    return exif


def quarters(width: int = 640, height: int = 480) -> Image.Image:
    """Upper left red, upper right green, lower left blue, lower right white."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height // 2))
    image.paste("lime", (width // 2, 0, width, height // 2))
    image.paste("blue", (0, height // 2, width // 2, height))
    return image


def corners(image: Image.Image) -> list[str]:
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white", (0, 0, 0): "black"}
    width, height = image.size
    points = [(5, 5), (width - 6, 5), (5, height - 6), (width - 6, height - 6)]
    found = (image.convert("RGB").getpixel(point) for point in points)
    return [names[tuple(round(value / 255) for value in pixel)] for pixel in found]  # type: ignore[union-attr]


def segments(jpeg: bytes) -> list[int]:
    """The markers before the first scan."""
    found, position = [], 2
    while jpeg[position + 1] != 0xDA:
        found.append(jpeg[position + 1])
        position += 2 + struct.unpack(">H", jpeg[position + 2 : position + 4])[0]
    return found


def all_of(data: bytes) -> tuple[RenderedImage, ...]:
    made = render_photo(data)
    return (*made.sizes.values(), made.original)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_left_of_place_time_and_camera(form: str):
    options: dict[str, object] = {"exif": telling_exif(6)}
    options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<?xpacket begin?><x:xmpmeta>Cottbus, Altmarkt 21</x:xmpmeta><?xpacket end?>"
    if form == "JPEG":
        options |= {"comment": b"Cottbus, Altmarkt 21", "xmp": xmp}
    if form == "WEBP":
        options["xmp"] = xmp
    data = encoded(quarters(), form, **options)
    assert b"Cottbus, Altmarkt 21" in data
    for rendered in all_of(data):
        assert not [secret for secret in SECRETS if secret in rendered.data]
        assert set(segments(rendered.data)) <= {0xE0, 0xDB, 0xC0, 0xC2, 0xC4}
        image = opened(rendered)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}


def test_text_in_a_png_does_not_survive():
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Comment", "Cottbus, Altmarkt 21")
    text.add_itxt("XML:com.adobe.xmp", "Cottbus, Altmarkt 21")
    data = encoded(quarters(), "PNG", pnginfo=text)
    for rendered in all_of(data):
        assert b"Cottbus" not in rendered.data


def test_what_hangs_behind_the_picture_does_not_survive():
    data = encoded(quarters(), "JPEG") + b"<script>alert(1)</script>%PDF-1.7 PK\x03\x04"
    for rendered in all_of(data):
        assert rendered.data.endswith(b"\xff\xd9")
        assert b"<script>" not in rendered.data


@pytest.mark.parametrize(
    ("original", "full", "page", "thumb"),
    [
        ((4000, 3000), (2048, 1536), (1024, 768), (320, 240)),
        ((1500, 3000), (1024, 2048), (512, 1024), (160, 320)),
        ((800, 600), (800, 600), (800, 600), (320, 240)),
        ((100, 40), (100, 40), (100, 40), (100, 40)),
        ((1, 1), (1, 1), (1, 1), (1, 1)),
        ((5000, 1), (2048, 1), (1024, 1), (320, 1)),
    ],
)
@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_three_sizes_never_enlarged(
    form: str,
    original: tuple[int, int],
    full: tuple[int, int],
    page: tuple[int, int],
    thumb: tuple[int, int],
):
    sizes = render_photo(encoded(Image.new("RGB", original, "red"), form)).sizes
    assert list(sizes) == [Size.FULL, Size.PAGE, Size.THUMB]
    assert [(one.width, one.height) for one in sizes.values()] == [full, page, thumb]
    for size, rendered in sizes.items():
        assert opened(rendered).size == (rendered.width, rendered.height)
        assert max(rendered.width, rendered.height) <= LONGEST_SIDE[size]
        assert rendered.media_type == "image/jpeg"
        assert rendered.data.startswith(b"\xff\xd8\xff")
        assert opened(rendered).info["progressive"]


def test_the_original_keeps_its_size():
    rendered = render_photo(encoded(quarters(3000, 2500), "JPEG")).original
    assert (rendered.width, rendered.height) == (3000, 2500)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("held", range(1, 9))
def test_however_the_camera_was_held_the_picture_is_upright(form: str, held: int):
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quarters().transpose(undo[held]) if held in undo else quarters()
    data = encoded(stored, form, exif=telling_exif(held))
    for rendered in all_of(data):
        assert corners(opened(rendered)) == ["red", "green", "blue", "white"]
        assert rendered.width > rendered.height


def test_transparency_becomes_paper():
    clear = quarters().convert("RGBA")
    clear.putalpha(0)
    assert corners(opened(render_photo(encoded(clear, "PNG")).sizes[Size.PAGE])) == ["white"] * 4
    palette = quarters().convert("P", palette=Image.Palette.ADAPTIVE)
    assert corners(opened(render_photo(encoded(palette, "PNG")).original)) == ["red", "green", "blue", "white"]


@pytest.mark.parametrize("mode", ["L", "1", "LA", "P", "I;16", "CMYK"])
def test_every_colour_mode_becomes_a_plain_jpeg(mode: str):
    image = Image.new("L", (64, 64), 255)
    image.paste(0, (0, 0, 64, 32))
    if mode == "I;16":
        image = Image.frombytes("I;16", (64, 64), b"".join(bytes([v, v]) for v in image.tobytes()))
    data = encoded(image if mode == "I;16" else image.convert(mode), "JPEG" if mode == "CMYK" else "PNG")
    for rendered in all_of(data):
        assert opened(rendered).mode == "RGB"
        assert corners(opened(rendered)) == ["black", "black", "white", "white"]


def test_sixteen_bit_greys_keep_their_steps():
    steps = [0, 64, 128, 192]
    image = Image.frombytes("I;16", (64, 16), b"".join(struct.pack("<H", steps[x // 16] * 257) for x in range(64)) * 16)
    rendered = opened(render_photo(encoded(image, "PNG")).original).convert("L")
    for n, step in enumerate(steps):
        assert abs(rendered.getpixel((n * 16 + 8, 8)) - step) < 6  # type: ignore[operator]


def test_colours_of_a_wide_profile_become_srgb():
    """In Lab's own profile the same numbers mean other colours: without the conversion they would come out wrong."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    swapped = a_profile_with_red_and_green_swapped()
    red = encoded(Image.new("RGB", (64, 64), "red"), "JPEG", icc_profile=swapped, quality=100)
    pixel = opened(render_photo(red).original).getpixel((30, 30))
    assert pixel[1] > 200 > 60 > pixel[0]  # type: ignore[index]
    unfit = encoded(Image.new("RGB", (64, 64), "red"), "JPEG", icc_profile=lab)
    assert corners(opened(render_photo(unfit).original)) == ["red"] * 4
    garbage = encoded(Image.new("RGB", (64, 64), "red"), "JPEG", icc_profile=os.urandom(300))
    assert corners(opened(render_photo(garbage).original)) == ["red"] * 4


def a_profile_with_red_and_green_swapped() -> bytes:
    """sRGB's own profile with the tags of red and green exchanged: a colour space nobody has, easy to tell apart."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmpZ").replace(b"gXYZ", b"rXYZ").replace(b"tmpZ", b"gXYZ")


def test_of_an_animation_the_first_picture():
    other = Image.new("RGB", (640, 480), "black")
    for form in ("PNG", "WEBP"):
        data = encoded(quarters(), form, save_all=True, append_images=[other], duration=100)
        assert corners(opened(render_photo(data).sizes[Size.FULL])) == ["red", "green", "blue", "white"]


def test_damage_inside_of_a_whole_shell_is_found_here():
    data = encoded(Image.frombytes("RGB", (64, 64), os.urandom(64 * 64 * 3)), "JPEG")
    tables, frame = data.index(b"\xff\xdb"), data.index(b"\xff\xc0")
    without_tables = data[:tables] + data[frame:]
    assert inspect_upload(without_tables).width == 64
    with pytest.raises(BrokenImage):
        render_photo(without_tables)


def test_refusals_are_those_of_the_first_look():
    with pytest.raises(NotAnImage):
        render_photo(b"%PDF-1.7")
    with pytest.raises(TooManyPixels):
        render_photo(encoded(Image.new("1", (10_000, 5_001)), "PNG"))


def test_the_same_photo_gives_the_same_bytes():
    data = encoded(quarters(), "JPEG", exif=telling_exif(6))
    assert render_photo(data) == render_photo(data)


@pytest.mark.skipif(not heic_is_readable(), reason="the extra heic (pillow-heif) is not installed")
def test_heic_with_the_extra():
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = encoded(quarters(), "HEIF", exif=telling_exif(6).tobytes())
    rendered = render_photo(data).sizes[Size.PAGE]
    assert b"Cottbus" not in rendered.data
    assert (rendered.width, rendered.height) == (480, 640)
