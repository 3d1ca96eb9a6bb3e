"""What is made of a photo, in a job: upright, in sRGB, without a trace of where, when and with what it was taken."""

import io
from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageCms

from maerker.images.errors import BrokenImage
from maerker.images.inspection import inspect_upload, open_picture, orientation


class Size(StrEnum):
    """The sizes that pages use, largest first."""

    FULL = "full"
    PAGE = "page"
    THUMB = "thumb"


LONGEST_SIDE = {Size.FULL: 2048, Size.PAGE: 1024, Size.THUMB: 320}
_QUALITY = {Size.FULL: 85, Size.PAGE: 82, Size.THUMB: 78}
_QUALITY_OF_ORIGINAL = 92

_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class RenderedImage:
    """A JPEG that may be shown: its bytes, and its size in pixels."""

    data: bytes
    width: int
    height: int
    media_type: str = "image/jpeg"


@dataclass(frozen=True)
class RenderedPhoto:
    """`original`: the photo in its own size, re-encoded, which is kept apart. `sizes`: what pages show of it, the
    longest side at most 2048, 1024 and 320 pixels; never enlarged."""

    original: RenderedImage
    sizes: dict[Size, RenderedImage]


def render_photo(data: bytes) -> RenderedPhoto:
    """Everything that is made of a photo, which is decoded once.

    Raises what `inspect_upload` raises; BrokenImage also for a file that is damaged inside.
    """
    picture = _decoded(data)
    original = _as_jpeg(picture, _QUALITY_OF_ORIGINAL, progressive=False)  # half of the time, 4 % more bytes
    sizes = {}
    for size in Size:
        picture.thumbnail((LONGEST_SIDE[size],) * 2, Image.Resampling.LANCZOS, reducing_gap=3.0)
        sizes[size] = _as_jpeg(picture, _QUALITY[size], progressive=True)
    return RenderedPhoto(original, sizes)


def _decoded(data: bytes) -> Image.Image:
    """The picture's pixels: RGB, upright, with nothing attached."""
    kind = inspect_upload(data).kind
    try:
        with open_picture(data, kind) as image:
            picture = _in_eight_bits(image)
            turn = orientation(image)
            profile = image.info.get("icc_profile")
        picture = _in_srgb(_on_white(picture), profile)
    except (BrokenImage, MemoryError):
        raise
    except Exception as failure:  # Pillow's decoders raise nearly anything on damaged files
        raise BrokenImage from failure
    if turn in _UPRIGHT:
        picture = picture.transpose(_UPRIGHT[turn])
    picture.info = {}  # a JPEG comment would be written again from here
    return picture


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Decode; palettes, bitmaps and 16-bit greys become modes that can be scaled and coloured."""
    image.load()
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in ("L", "RGB", "CMYK"):
        return image.copy()
    return image.convert("RGB")


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _in_srgb(picture: Image.Image, profile: object) -> Image.Image:
    """Colours as the camera meant them, for screens; a profile that cannot be read is dropped."""
    if isinstance(profile, bytes) and profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return picture.convert("RGB")


def _as_jpeg(picture: Image.Image, quality: int, *, progressive: bool) -> RenderedImage:
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality, progressive=progressive, optimize=True)
    return RenderedImage(stream.getvalue(), picture.width, picture.height)
