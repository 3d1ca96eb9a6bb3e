"""Painted photos of streets: holes, kerbs, lamps, signs, ice, blocked drains."""

import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from onboarding.demo.canvas import (
    SIZE,
    Colour,
    Point,
    blob,
    clouds,
    fill,
    glow,
    grain,
    lay,
    leaves,
    mask_of,
    round_bar,
    shade,
    sky,
    surface,
)

WIDTH, HEIGHT = SIZE
GREENS: tuple[Colour, ...] = ((38, 58, 26), (58, 84, 34), (82, 112, 46), (112, 142, 66))


def road(
    chance: Random, horizon: int = 250, dark: Colour = (66, 66, 68), light: Colour = (140, 138, 134)
) -> Image.Image:
    """A street seen from the pavement: asphalt in perspective, kerb, verge and a hedge at the back."""
    picture = sky(chance, SIZE, (150, 170, 190), (205, 210, 212))
    hedge = surface(chance, (800, 400), (30, 44, 24), (96, 118, 66), 0.55)
    fill(
        picture,
        [(0, horizon - 140), *_ragged(chance, horizon - 150, 26), (WIDTH, horizon + 20), (0, horizon + 20)],
        hedge,
    )
    grass = surface(chance, (800, 300), (58, 74, 34), (136, 150, 84), 0.6)
    lay(
        picture,
        grass,
        [(-200, horizon), (WIDTH + 200, horizon - 14), (WIDTH + 400, horizon + 90), (-400, horizon + 110)],
    )
    asphalt = surface(chance, (1100, 1000), dark, light, 0.62)
    _cracks(chance, asphalt, 5)
    lay(
        picture,
        asphalt,
        [(-300, horizon + 96), (WIDTH + 300, horizon + 70), (WIDTH + 900, HEIGHT + 60), (-900, HEIGHT + 60)],
    )
    kerb = surface(chance, (1600, 60), (120, 118, 112), (190, 186, 178), 0.5)
    stones = ImageDraw.Draw(kerb)
    for x in range(0, 1600, 130):
        stones.line([(x, 0), (x, 60)], fill=(84, 82, 78), width=4)
    lay(
        picture,
        kerb,
        [(-40, horizon + 84), (WIDTH + 40, horizon + 58), (WIDTH + 40, horizon + 100), (-40, horizon + 128)],
    )
    shade(
        picture,
        [(-40, horizon + 126), (WIDTH + 40, horizon + 98), (WIDTH + 40, horizon + 120), (-40, horizon + 150)],
        110,
        10,
    )
    return picture


def _ragged(chance: Random, height: float, swing: float) -> list[Point]:
    return [(x, height + chance.uniform(-swing, swing)) for x in range(0, WIDTH + 1, 40)]


def _cracks(chance: Random, texture: Image.Image, count: int) -> None:
    draw = ImageDraw.Draw(texture)
    for _ in range(count):
        x, y, turn = chance.uniform(0, texture.width), chance.uniform(0, texture.height), chance.uniform(0, 6.3)
        for _ in range(chance.randint(14, 40)):
            turn += chance.uniform(-0.5, 0.5)
            nx, ny = x + 18 * math.cos(turn), y + 10 * math.sin(turn)
            draw.line([(x, y), (nx, ny)], fill=(46, 46, 48), width=chance.choice((2, 3, 4)))
            x, y = nx, ny


def pothole(chance: Random) -> Image.Image:
    """A hole in the road; every second one holds water."""
    picture = road(chance)
    centre = (chance.uniform(640, 940), chance.uniform(690, 790))
    radius = (chance.uniform(300, 390), chance.uniform(120, 165))
    seed = chance.random()
    broken = blob(Random(seed), (centre[0], centre[1] - 4), (radius[0] * 1.14, radius[1] * 1.2), 0.13)
    fill(picture, broken, surface(chance, (600, 300), (74, 72, 70), (168, 162, 152), 0.75), 3)
    hole = blob(Random(seed), centre, radius, 0.14)
    gravel = surface(chance, (400, 170), (34, 31, 28), (150, 136, 116), 0.85)
    fill(picture, hole, gravel, 2)
    inner = blob(Random(seed), (centre[0] + 26, centre[1] + 30), (radius[0] * 0.9, radius[1] * 0.84), 0.14)
    rim = Image.composite(Image.new("L", SIZE, 0), mask_of(hole, 2), mask_of(inner, 14))
    picture.paste((14, 13, 12), (0, 0, *SIZE), rim.point(lambda value: value * 200 // 255))
    draw = ImageDraw.Draw(picture)
    for _ in range(120):
        x, y = chance.gauss(centre[0], radius[0] * 0.8), chance.gauss(centre[1] + 40, radius[1] * 0.9)
        size, tone = chance.uniform(2, 10), chance.randint(60, 150)
        draw.ellipse([x, y + size * 0.3, x + size * 1.6, y + size * 1.2], fill=(24, 24, 24))
        draw.ellipse([x, y, x + size * 1.5, y + size], fill=(tone, tone - 4, tone - 12))
    if chance.random() < 0.5:
        water = sky(chance, SIZE, (92, 104, 116), (176, 186, 194), 0.8)
        fill(
            picture,
            blob(chance, (centre[0] + 12, centre[1] + 34), (radius[0] * 0.66, radius[1] * 0.56), 0.12),
            water,
            2,
        )
    return picture


def pavement(chance: Random) -> Image.Image:
    """Paving slabs lifted by roots: an edge to stumble over."""
    picture = Image.new("RGB", SIZE, (120, 116, 108))
    slabs = surface(chance, (1200, 1200), (112, 108, 100), (186, 180, 168), 0.5)
    draw = ImageDraw.Draw(slabs)
    for row in range(9):
        for column in range(-1, 9):
            x, y = float(column * 150 + (75 if row % 2 else 0)), float(row * 140)
            tone = chance.randint(-14, 12)
            draw.rectangle([x + 4, y + 4, x + 146, y + 136], outline=(98 + tone, 94 + tone, 86 + tone), width=2)
            draw.line([(x, y), (x, y + 140)], fill=(66, 66, 56), width=7)
        draw.line([(0, row * 140), (1200, row * 140)], fill=(66, 66, 56), width=7)
    lay(picture, slabs, [(-100, -60), (WIDTH + 100, -60), (WIDTH + 700, HEIGHT + 40), (-700, HEIGHT + 40)])
    for _ in range(3):
        x, y, tilt = chance.uniform(300, 1050), chance.uniform(420, 760), chance.uniform(30, 58)
        wide, deep = chance.uniform(270, 340), chance.uniform(120, 150)
        shade(
            picture,
            [(x - 10, y + deep - 20), (x + wide + 30, y + deep), (x + wide + 20, y + deep + 60), (x, y + deep + 50)],
            190,
            13,
        )
        top = [
            (x + 20, y - tilt * 0.3),
            (x + wide, y + tilt * 0.1),
            (x + wide + 24, y + deep - tilt * 0.2),
            (x - 16, y + deep - tilt),
        ]
        lay(picture, surface(chance, (300, 200), (128, 122, 112), (204, 198, 186), 0.5), top)
        edge = [top[3], top[2], (top[2][0], top[2][1] + 20), (top[3][0], top[3][1] + tilt)]
        fill(picture, edge, (74, 70, 62))
    root = [(chance.uniform(-20, 20) + 60 * step, 470 + 50 * math.sin(step / 3) + step * 6) for step in range(29)]
    weeds = [(x, y - 6) for x, y in root] + [(x, y + 12) for x, y in reversed(root)]
    leaves(chance, picture, weeds, GREENS, 1500)
    return picture


def lamp(chance: Random) -> Image.Image:
    """A street at dusk: one lamp is lit, the nearest stays dark."""
    picture = sky(chance, SIZE, (26, 34, 62), (168, 118, 104), 0.16)
    draw = ImageDraw.Draw(picture)
    x: float = 0
    while x < WIDTH:
        wide, top = chance.randint(150, 280), chance.randint(690, 800)
        wall = (30 + chance.randint(0, 10), 30 + chance.randint(0, 8), 40)
        draw.polygon([(x, 1000), (x, top), (x + wide / 2, top - 90), (x + wide, top), (x + wide, 1000)], fill=wall)
        for row in range(2):
            for column in range(wide // 70):
                lit = chance.random() < 0.35
                left, high = x + 22 + column * 66, top + 36 + row * 84
                draw.rectangle([left, high, left + 34, high + 46], fill=(232, 188, 104) if lit else (44, 46, 60))
        x += wide - 4
    lay(
        picture,
        surface(chance, (800, 400), (28, 29, 36), (78, 76, 80), 0.6),
        [(0, 960), (WIDTH, 960), (WIDTH + 500, HEIGHT), (-500, HEIGHT)],
    )
    far = chance.choice((260, 1290))
    round_bar(picture, (far, 985), (far, 470), 12, (20, 20, 26), (70, 70, 76))
    near = WIDTH - far + chance.randint(-60, 60)
    glow(picture, (far, 470), 420, (120, 92, 46), 210)
    glow(picture, (far, 470), 130, (255, 226, 160), 255)
    glow(picture, (far, 1010), 330, (66, 50, 26), 120)
    round_bar(picture, (near, 1180), (near, 190), 34, (14, 14, 18), (86, 86, 92))
    round_bar(picture, (near, 200), (near - 210 if near > 800 else near + 210, 150), 22, (14, 14, 18), (80, 80, 86))
    head = near - 230 if near > 800 else near + 230
    fill(picture, [(head - 110, 152), (head + 110, 142), (head + 84, 108), (head - 84, 116)], (34, 35, 40))
    fill(picture, [(head - 92, 154), (head + 92, 146), (head + 60, 182), (head - 60, 186)], (92, 96, 104))
    return picture


def sign(chance: Random) -> Image.Image:
    """A traffic sign that nobody can read: grown over by a tree."""
    picture = sky(chance, SIZE, (138, 166, 198), (214, 220, 222), 0.6)
    back = surface(chance, (533, 400), (44, 58, 34), (108, 126, 76), 0.6).filter(ImageFilter.GaussianBlur(3))
    fill(picture, [(0, 830), *_ragged(chance, 800, 40), (WIDTH, HEIGHT), (0, HEIGHT)], back, 16)
    x = chance.uniform(700, 860)
    round_bar(picture, (x, HEIGHT), (x + 8, 250), 40, (92, 96, 100), (206, 210, 212))
    shade(picture, blob(chance, (x + 22, 430), (268, 262), 0.01), 90, 26)
    draw = ImageDraw.Draw(picture)
    if chance.random() < 0.5:
        draw.ellipse([x - 250, 160, x + 260, 670], fill=(186, 34, 38))
        draw.ellipse([x - 190, 220, x + 200, 610], fill=(238, 236, 230))
        for shift in (0, 120):
            draw.rounded_rectangle([x - 92 + shift, 330, x - 20 + shift, 500], 30, outline=(24, 24, 26), width=24)
    else:
        draw.polygon([(x + 5, 130), (x + 300, 640), (x - 290, 640)], fill=(186, 34, 38))
        draw.polygon([(x + 5, 230), (x + 212, 590), (x - 202, 590)], fill=(238, 236, 230))
        draw.ellipse([x - 26, 510, x + 36, 568], fill=(24, 24, 26))
        draw.polygon([(x - 24, 330), (x + 34, 330), (x + 18, 490), (x - 8, 490)], fill=(24, 24, 26))
    side = chance.choice((-1, 1))
    crown = blob(chance, (x + side * 330, 300), (470, 330), 0.2)
    shade(picture, [(a + 14, b + 20) for a, b in crown], 120, 20)
    leaves(chance, picture, crown, GREENS, 15000)
    leaves(chance, picture, blob(chance, (x + side * 70, 480), (230, 150), 0.35), GREENS[1:], 2600)
    return picture


def ice(chance: Random) -> Image.Image:
    """A pavement under trodden snow and ice."""
    picture = sky(chance, SIZE, (168, 180, 196), (226, 230, 236), 0.3)
    trees = ImageDraw.Draw(picture)
    for _ in range(26):
        x, tall = chance.uniform(0, WIDTH), chance.uniform(120, 300)
        trees.line(
            [(x, 420), (x + chance.uniform(-30, 30), 420 - tall)], fill=(96, 92, 94), width=chance.randint(4, 12)
        )
    picture = picture.filter(ImageFilter.GaussianBlur(3))
    lay(
        picture,
        surface(chance, (900, 700), (176, 186, 202), (248, 250, 253), 0.25),
        [(-200, 400), (WIDTH + 200, 400), (WIDTH + 400, HEIGHT), (-400, HEIGHT)],
    )
    path = [(690, 402), (900, 402), (1500, HEIGHT), (80, HEIGHT)]
    lay(picture, surface(chance, (500, 900), (84, 94, 110), (206, 214, 224), 0.3), path)
    shine = sky(chance, SIZE, (120, 136, 158), (214, 226, 240), 0.9)
    for _ in range(4):
        y = chance.uniform(560, 1120)
        fill(picture, blob(chance, (800 + chance.uniform(-160, 160), y), (y * 0.3, y * 0.07), 0.2), shine, 5)
    for step in range(15):
        y = 1150 - 700 * (1 - 0.84**step)
        x, size = 790 + (1 if step % 2 else -1) * (y - 400) * 0.11, (y - 380) / 17
        fill(picture, blob(chance, (x, y), (size * 0.75, size * 0.5), 0.08), (112, 122, 138), 3)
    return picture


def drain(chance: Random) -> Image.Image:
    """A blocked gully after rain: leaves over the grating, water on the road."""
    picture = road(chance, 120, (50, 52, 56), (112, 112, 112))
    water = sky(chance, SIZE, (96, 108, 122), (190, 198, 206), 0.9)
    mirrored = Image.blend(water, clouds(chance, SIZE, 5, 3).convert("RGB"), 0.16)
    fill(picture, blob(chance, (800, 720), (760, 270), 0.07), mirrored, 4)
    grate = Image.new("RGB", (300, 300), (26, 26, 28))
    bars = ImageDraw.Draw(grate)
    for x in range(10, 300, 42):
        bars.rectangle([x, 12, x + 20, 288], fill=(88, 86, 84))
    bars.rectangle([0, 0, 299, 299], outline=(104, 102, 98), width=14)
    lay(picture, grate, [(600, 590), (960, 584), (1020, 800), (560, 810)])
    browns: tuple[Colour, ...] = ((58, 38, 18), (104, 68, 26), (146, 98, 36), (176, 132, 58))
    leaves(chance, picture, blob(chance, (780, 700), (330, 150), 0.3), browns, 3400)
    ripple = grain(chance, (200, 50)).resize(SIZE, Image.Resampling.BICUBIC)
    picture.paste((224, 230, 236), (0, 0, *SIZE), ripple.point(lambda value: max(0, value - 200)))
    return picture
