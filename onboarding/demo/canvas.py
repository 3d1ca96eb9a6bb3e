"""What the demo's photos are painted with: noise, surfaces in perspective, rough shapes, light and grain.

Everything is drawn by Pillow from a seeded ``random.Random``, so the same seed gives the same picture. Points are
pixels of a picture of ``SIZE``, y grows downwards; colours are (red, green, blue).
"""

import math
from collections.abc import Sequence
from io import BytesIO
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

SIZE = (1600, 1200)
Colour = tuple[int, int, int]
Point = tuple[float, float]


def grain(chance: Random, size: tuple[int, int]) -> Image.Image:
    """White noise, grey, one value for each pixel."""
    return Image.frombytes("L", size, chance.randbytes(size[0] * size[1]))


def clouds(chance: Random, size: tuple[int, int], first: int = 6, octaves: int = 5) -> Image.Image:
    """Fractal noise: `first` cells across the picture, then twice as many for each finer octave.

    Put together at a quarter of the size: what is finer than that comes from `grain`.
    """
    small = (max(8, size[0] // 4), max(8, size[1] // 4))
    result = Image.new("L", small, 128)
    for octave in range(octaves):
        cells = first * 2**octave
        layer = grain(chance, (cells, max(2, cells * size[1] // size[0]))).resize(small, Image.Resampling.BICUBIC)
        result = Image.blend(result, layer, 0.5 if octave == 0 else 0.42)
    return ImageOps.autocontrast(result, cutoff=1).resize(size, Image.Resampling.BILINEAR)


def surface(chance: Random, size: tuple[int, int], dark: Colour, light: Colour, rough: float = 0.45) -> Image.Image:
    """A textured area between two colours; `rough` (0 to 1) is the share of fine grain."""
    fine = grain(chance, (size[0] // 2, size[1] // 2)).resize(size, Image.Resampling.BILINEAR)
    return ImageOps.colorize(Image.blend(clouds(chance, size), fine, rough), dark, light)


def sky(chance: Random, size: tuple[int, int], top: Colour, bottom: Colour, cloudy: float = 0.4) -> Image.Image:
    """A sky from its top colour to the horizon's, with soft clouds."""
    slope = ImageOps.colorize(Image.linear_gradient("L").resize(size), top, bottom)
    veil = clouds(chance, size, 3, 5)
    light = Image.new("RGB", size, tuple(min(255, part + 45) for part in bottom))
    return Image.composite(light, slope, veil.point(lambda value: int(max(0, value - 90) * cloudy * 1.5)))


def lay(picture: Image.Image, texture: Image.Image, corners: Sequence[Point]) -> None:
    """Lay a texture into the picture, its corners (top left, top right, bottom right, bottom left) as given."""
    left, top = max(0, int(min(x for x, _ in corners))), max(0, int(min(y for _, y in corners)))
    right, bottom = min(SIZE[0], int(max(x for x, _ in corners)) + 1), min(SIZE[1], int(max(y for _, y in corners)) + 1)
    moved = [(x - left, y - top) for x, y in corners]
    width, height = texture.size
    source = [(0.0, 0.0), (float(width), 0.0), (float(width), float(height)), (0.0, float(height))]
    size = (right - left, bottom - top)
    turned = texture.transform(
        size, Image.Transform.PERSPECTIVE, _perspective(moved, source), Image.Resampling.BILINEAR
    )
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).polygon(moved, fill=255)
    picture.paste(turned, (left, top), mask)


def _perspective(goal: Sequence[Point], source: Sequence[Point]) -> list[float]:
    """The eight coefficients of Pillow's PERSPECTIVE for four pairs of points, by elimination."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(goal, source, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda index: abs(rows[index][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for index in range(8):
            if index != column:
                factor = rows[index][column] / rows[column][column]
                rows[index] = [a - factor * b for a, b in zip(rows[index], rows[column], strict=True)]
    return [rows[index][8] / rows[index][index] for index in range(8)]


def blob(chance: Random, centre: Point, radius: Point, rough: float = 0.16, points: int = 44) -> list[Point]:
    """A rough round outline: a hole, a puddle, a heap, a crown of leaves."""
    waves = [(chance.uniform(0.2, 1), chance.uniform(0, 6.3), count) for count in (2, 3, 5, 7, 11)]
    outline = []
    for step in range(points):
        angle = step / points * 2 * math.pi
        swing = sum(weight * math.sin(angle * count + shift) for weight, shift, count in waves) / len(waves)
        factor = 1 + rough * (2 * swing + chance.uniform(-0.5, 0.5))
        x, y = radius[0] * factor * math.cos(angle), radius[1] * factor * math.sin(angle)
        outline.append((centre[0] + x, centre[1] + y))
    return outline


def _soft(outline: Sequence[Point], blur: float, strength: int) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """A shape's mask with soft edges and the box of the picture it covers; very soft ones are drawn small."""
    margin = int(blur * 3) + 2
    left = max(0, int(min(x for x, _ in outline)) - margin)
    top = max(0, int(min(y for _, y in outline)) - margin)
    right = max(left + 8, min(SIZE[0], int(max(x for x, _ in outline)) + margin))
    bottom = max(top + 8, min(SIZE[1], int(max(y for _, y in outline)) + margin))
    factor = 6 if blur > 5 else 1
    small = Image.new("L", (-(-(right - left) // factor), -(-(bottom - top) // factor)), 0)
    ImageDraw.Draw(small).polygon([((x - left) / factor, (y - top) / factor) for x, y in outline], fill=strength)
    small = small.filter(ImageFilter.GaussianBlur(blur / factor))
    return small.resize((right - left, bottom - top), Image.Resampling.BILINEAR), (left, top, right, bottom)


def mask_of(outline: Sequence[Point], blur: float = 1.2) -> Image.Image:
    """A mask of the picture's size with one soft shape."""
    whole = Image.new("L", SIZE, 0)
    mask, box = _soft(outline, blur, 255)
    whole.paste(mask, box)
    return whole


def fill(picture: Image.Image, outline: Sequence[Point], texture: Image.Image | Colour, blur: float = 1.2) -> None:
    """Fill a shape with a colour or a texture; one of another size than the picture is stretched to the shape."""
    mask, box = _soft(outline, blur, 255)
    if isinstance(texture, tuple):
        picture.paste(texture, box, mask)
    elif texture.size == picture.size:
        picture.paste(texture.crop(box), box, mask)
    else:
        picture.paste(texture.resize(mask.size, Image.Resampling.BILINEAR), box, mask)


def shade(picture: Image.Image, outline: Sequence[Point], strength: int = 130, blur: float = 24) -> None:
    """A soft shadow in the form of the outline; `strength` from 0 to 255."""
    mask, box = _soft(outline, blur, strength)
    picture.paste((18, 18, 24), box, mask)


def glow(picture: Image.Image, centre: Point, radius: float, colour: Colour, strength: int = 160) -> None:
    """A soft light around a point."""
    disc = Image.radial_gradient("L").resize((int(radius * 2), int(radius * 2)))
    light = disc.point(lambda value: max(0, 255 - int(value * 1.42)) * strength // 255)
    mask = Image.new("L", picture.size, 0)
    mask.paste(light, (int(centre[0] - radius), int(centre[1] - radius)))
    picture.paste(ImageChops.add(picture, Image.new("RGB", picture.size, colour)), (0, 0), mask)


def round_bar(picture: Image.Image, start: Point, end: Point, width: int, dark: Colour, light: Colour) -> None:
    """A pipe, pole or trunk between two points, lit from the left."""
    draw = ImageDraw.Draw(picture)
    length = math.hypot(end[0] - start[0], end[1] - start[1]) or 1
    across = ((end[1] - start[1]) / length, -(end[0] - start[0]) / length)
    for step in range(width):
        place = step - width / 2
        bright = max(0.0, 1 - abs(step / width - 0.32) * 1.7)
        colour = tuple(int(a + (b - a) * bright) for a, b in zip(dark, light, strict=True))
        shift = (across[0] * place, across[1] * place)
        draw.line(
            [(start[0] + shift[0], start[1] + shift[1]), (end[0] + shift[0], end[1] + shift[1])], fill=colour, width=2
        )


def leaves(chance: Random, picture: Image.Image, outline: Sequence[Point], tones: Sequence[Colour], count: int) -> None:
    """Scatter small leaves of several tones within a shape; later ones are lighter, as lit from above."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    inside = mask_of(outline, 1).load()
    assert inside is not None
    draw = ImageDraw.Draw(picture)
    for index in range(count):
        x, y = chance.uniform(min(xs), max(xs)), chance.uniform(min(ys), max(ys))
        if not (0 <= x < SIZE[0] and 0 <= y < SIZE[1]) or not inside[int(x), int(y)]:
            continue
        size = chance.uniform(5, 15)
        tone = tones[min(len(tones) - 1, int(index / count * len(tones) + chance.uniform(-0.6, 0.6)))]
        turn = chance.uniform(0, 3.1)
        dx, dy = size * math.cos(turn), size * math.sin(turn)
        leaf = [(x - dx, y - dy), (x - dy / 2, y + dx / 2), (x + dx, y + dy), (x + dy / 2, y - dx / 2)]
        draw.polygon(leaf, fill=tone)


def finish(chance: Random, picture: Image.Image, warm: float = 0.0, quality: int = 84) -> bytes:
    """Make a photo of a painting: softened edges, light falling off, grain, a tint. Returns JPEG."""
    tint = (1.12 - 0.05 * max(0.0, -warm), 1.1, 1.12 - 0.11 * max(0.0, warm))
    levels = [min(255, int(value * part)) for part in tint for value in range(256)]
    picture = picture.filter(ImageFilter.BoxBlur(0.7)).point(levels)
    fall = Image.radial_gradient("L").resize(SIZE).point(lambda value: 255 - max(0, value - 90) * 62 // 165)
    picture = ImageChops.multiply(picture, Image.merge("RGB", (fall, fall, fall)))
    noise = grain(chance, (SIZE[0] // 2, SIZE[1] // 2)).point(lambda value: value // 12).resize(SIZE)
    picture = ImageChops.add(picture, Image.merge("RGB", (noise, noise, noise)), offset=-10)
    held = BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return held.getvalue()
