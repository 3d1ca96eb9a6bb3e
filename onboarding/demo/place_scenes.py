"""Painted photos of places: bins, dumped rubbish, walls, playgrounds, fallen branches, posters."""

import math
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from onboarding.demo.canvas import SIZE, Colour, Point, blob, fill, lay, leaves, round_bar, shade, sky, surface
from onboarding.demo.street_scenes import GREENS

WIDTH, HEIGHT = SIZE
AUTUMN: tuple[Colour, ...] = ((64, 52, 26), (92, 84, 36), (128, 112, 48), (160, 142, 72))
LITTER: tuple[Colour, ...] = (
    (226, 222, 212),
    (196, 60, 48),
    (58, 104, 172),
    (228, 190, 70),
    (150, 116, 80),
    (240, 240, 240),
)


def _darker(tone: Colour, by: int) -> Colour:
    return (max(0, tone[0] - by), max(0, tone[1] - by), max(0, tone[2] - by))


def park(chance: Random, horizon: int = 430) -> Image.Image:
    """A green place: trees out of focus, grass, a sandy path."""
    picture = sky(chance, SIZE, (152, 180, 208), (220, 226, 226), 0.6)
    for tone in ((74, 92, 56), (52, 72, 40)):
        foliage = surface(chance, (400, 300), _darker(tone, 24), _darker(tone, -40), 0.5)
        for _ in range(9):
            middle = (chance.uniform(0, WIDTH), horizon - 120)
            crown = blob(chance, middle, (chance.uniform(130, 260), chance.uniform(130, 260)), 0.2)
            fill(picture, crown, foliage, 3)
        horizon += 14
    back = (0, 0, WIDTH, horizon + 10)
    picture.paste(
        picture.crop(back)
        .resize((WIDTH // 4, back[3] // 4))
        .filter(ImageFilter.GaussianBlur(1.4))
        .resize((WIDTH, back[3]), Image.Resampling.BICUBIC),
        back,
    )
    lay(
        picture,
        surface(chance, (1000, 800), (56, 76, 32), (140, 158, 82), 0.62),
        [(-300, horizon), (WIDTH + 300, horizon), (WIDTH + 900, HEIGHT), (-900, HEIGHT)],
    )
    shift = chance.uniform(-200, 200)
    path: list[Point] = [(640 + shift, horizon), (780 + shift, horizon), (1480 + shift, HEIGHT), (160 + shift, HEIGHT)]
    lay(picture, surface(chance, (600, 900), (134, 116, 90), (206, 190, 160), 0.55), path)
    return picture


def _litter(chance: Random, picture: Image.Image, centre: Point, spread: Point, count: int) -> None:
    """Cups, boxes, bags and bottles on the ground around a point."""
    for _ in range(count):
        x, y = chance.gauss(centre[0], spread[0]), chance.gauss(centre[1], spread[1])
        size = chance.uniform(20, 46)
        tone = chance.choice(LITTER)
        dark: Colour = (tone[0] * 6 // 10, tone[1] * 6 // 10, tone[2] * 6 // 10)
        shape = blob(chance, (x, y), (size * chance.uniform(0.7, 1.5), size * 0.7), 0.2, chance.choice((5, 7, 9)))
        shade(picture, [(a + 6, b + 10) for a, b in shape], 130, 7)
        fill(picture, shape, dark)
        fill(picture, [(a - 3, b - 5 if b < y else b - 9) for a, b in shape], tone)


def bin_(chance: Random) -> Image.Image:
    """A litter bin that overflows."""
    picture = park(chance)
    x, top, wide = chance.uniform(640, 900), 380, 250
    shade(picture, blob(chance, (x + 120, 1010), (330, 60), 0.1), 170, 26)
    body = Image.new("RGB", (wide, 520))
    paint = ImageDraw.Draw(body)
    hue = chance.choice(((214, 108, 26), (64, 88, 66), (112, 114, 116)))
    for column in range(wide):
        bright = 0.45 + 0.62 * max(0.0, 1 - abs(column / wide - 0.33) * 1.5)
        paint.line([(column, 0), (column, 520)], fill=tuple(min(255, int(part * bright)) for part in hue))
    for row in range(40, 520, 44):
        paint.line([(0, row), (wide, row)], fill=tuple(part // 2 for part in hue), width=4)
    round_bar(picture, (x + wide + 26, 1030), (x + wide + 26, 300), 36, (56, 58, 60), (160, 162, 164))
    lay(picture, body, [(x, top), (x + wide, top), (x + wide - 14, top + 590), (x + 14, top + 590)])
    draw = ImageDraw.Draw(picture)
    draw.ellipse([x - 8, top - 36, x + wide + 8, top + 36], fill=(34, 34, 36))
    _litter(chance, picture, (x + wide / 2, top - 30), (70, 26), 22)
    _litter(chance, picture, (x + wide / 2, top - 84), (34, 16), 9)
    _litter(chance, picture, (x + 90, 1010), (290, 54), 26)
    return picture


def dumped(chance: Random) -> Image.Image:
    """Rubbish dumped at the edge of a wood: bags, a mattress, tyres."""
    picture = park(chance, 380)
    for _ in range(6):
        trunk = chance.uniform(0, WIDTH)
        round_bar(
            picture,
            (trunk, 620),
            (trunk + chance.uniform(-30, 30), -20),
            chance.randint(28, 60),
            (44, 36, 28),
            (128, 110, 88),
        )
    ground = blob(chance, (800, 930), (720, 130), 0.08)
    shade(picture, ground, 150, 40)
    lay(
        picture,
        surface(chance, (400, 250), (150, 140, 120), (222, 214, 198), 0.35),
        [(420, 470), (900, 560), (860, 900), (370, 840)],
    )
    stripes = ImageDraw.Draw(picture)
    for step in range(7):
        stripes.line(
            [(424 + step * 70, 476 + step * 13), (378 + step * 70, 842 + step * 9)], fill=(148, 158, 176), width=6
        )
    for _ in range(8):
        x, y, size = chance.uniform(330, 1280), chance.uniform(800, 980), chance.uniform(90, 150)
        hue = chance.choice(((30, 34, 46), (36, 66, 124), (44, 46, 48), (190, 192, 190)))
        sack = blob(chance, (x, y), (size, size * 0.86), 0.08)
        shade(picture, [(a + 20, b + 24) for a, b in sack], 150, 18)
        light: Colour = (min(255, hue[0] + 70), min(255, hue[1] + 70), min(255, hue[2] + 76))
        fill(picture, sack, surface(chance, (200, 150), hue, light, 0.12), 2)
        fill(
            picture,
            [(x - 14, y - size * 0.8), (x + 14, y - size * 0.8), (x + 26, y - size * 1.1), (x - 22, y - size * 1.06)],
            light,
        )
    for _ in range(2):
        x, y = chance.uniform(980, 1300), chance.uniform(880, 1010)
        stripes.ellipse([x - 130, y - 60, x + 130, y + 70], fill=(26, 26, 28))
        stripes.ellipse([x - 124, y - 70, x + 124, y + 50], fill=(48, 48, 50))
        stripes.ellipse([x - 66, y - 44, x + 66, y + 24], fill=(16, 16, 16))
    _litter(chance, picture, (780, 1040), (360, 40), 26)
    return picture


def graffiti(chance: Random) -> Image.Image:
    """A wall with scrawls of spray paint."""
    wall = surface(chance, (1600, 900), (134, 126, 114), (206, 198, 182), 0.35)
    joints = ImageDraw.Draw(wall)
    for row in range(10):
        joints.line([(0, row * 90), (1600, row * 90)], fill=(118, 110, 98), width=5)
        for column in range(9):
            x = float(column * 200 + (100 if row % 2 else 0))
            joints.line([(x, row * 90), (x, row * 90 + 90)], fill=(118, 110, 98), width=5)
    picture = Image.new("RGB", SIZE, (110, 106, 98))
    lay(picture, wall, [(-80, -120), (WIDTH + 80, -30), (WIDTH + 80, 960), (-80, 1010)])
    lay(
        picture,
        surface(chance, (900, 300), (88, 86, 82), (150, 146, 138), 0.6),
        [(-80, 1006), (WIDTH + 80, 956), (WIDTH + 300, HEIGHT), (-300, HEIGHT)],
    )
    draw = ImageDraw.Draw(picture)
    for hue, width in ((chance.choice(((180, 34, 48), (40, 80, 170), (24, 120, 92))), 46), ((20, 20, 24), 30)):
        x, y = chance.uniform(200, 330), chance.uniform(430, 620)
        for letter in range(chance.randint(4, 6)):
            loop = []
            tall, wide, lean = chance.uniform(120, 210), chance.uniform(70, 120), chance.uniform(1.0, 2.6)
            for step in range(40):
                turn = step / 40 * 2 * math.pi * lean
                loop.append(
                    (
                        x + letter * 200 + wide * math.cos(turn) + step * 2,
                        y + tall * math.sin(turn * (1 + letter % 2)) * 0.8,
                    )
                )
            draw.line(loop, fill=hue, width=width, joint="curve")
            for px, py in loop[:: max(1, 40 // 3)]:
                if chance.random() < 0.6:
                    draw.line([(px, py), (px + chance.uniform(-3, 3), py + chance.uniform(60, 190))], fill=hue, width=7)
    return picture.filter(ImageFilter.BoxBlur(1))


def branch(chance: Random) -> Image.Image:
    """A branch broken by a storm lies across the path."""
    picture = park(chance)
    start: Point = (chance.uniform(90, 200), chance.uniform(690, 760))
    end: Point = (1460, chance.uniform(830, 930))
    shade(
        picture,
        [(start[0], start[1] + 40), (end[0], end[1] + 30), (end[0], end[1] + 90), (start[0], start[1] + 110)],
        150,
        22,
    )
    round_bar(picture, start, end, 76, (46, 36, 26), (140, 118, 92))
    draw = ImageDraw.Draw(picture)
    draw.ellipse(
        [start[0] - 26, start[1] - 40, start[0] + 26, start[1] + 40],
        fill=(206, 178, 132),
        outline=(96, 76, 52),
        width=6,
    )
    for step in range(9):
        share = 0.2 + step * 0.09
        x, y = start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
        tip = (x + chance.uniform(60, 300), y + chance.choice((-1, 1)) * chance.uniform(90, 330))
        round_bar(picture, (x, y), tip, chance.randint(12, 26), (50, 40, 30), (128, 108, 84))
        for _ in range(2):
            at = (tip[0] + chance.uniform(-50, 50), tip[1] + chance.uniform(-40, 40))
            leaves(chance, picture, blob(chance, at, (130, 88), 0.35), chance.choice((GREENS, AUTUMN)), 420)
    return picture


def playground(chance: Random) -> Image.Image:
    """A swing with a torn seat."""
    picture = park(chance, 400)
    sand = surface(chance, (900, 500), (176, 150, 110), (232, 214, 178), 0.5)
    lay(picture, sand, [(240, 640), (1360, 640), (1700, HEIGHT), (-100, HEIGHT)])
    for x in (330, 1270):
        for shift in (-110, 110):
            shade(
                picture, [(x + shift, 980), (x + shift + 120, 1010), (x + shift + 120, 1030), (x + shift, 1000)], 120, 9
            )
            round_bar(picture, (x, 200), (x + shift, 990), 38, (96, 62, 30), (200, 150, 92))
    round_bar(picture, (300, 206), (1300, 206), 46, (96, 62, 30), (206, 156, 96))
    draw = ImageDraw.Draw(picture)
    for x in (520, 640):
        draw.line([(x, 226), (x + 4, 760)], fill=(60, 62, 66), width=8)
    shade(picture, [(490, 960), (690, 960), (700, 990), (480, 990)], 120, 12)
    fill(picture, [(500, 752), (664, 752), (668, 784), (496, 784)], (34, 36, 40))
    draw.line([(930, 226), (926, 800)], fill=(60, 62, 66), width=8)
    torn = [(1060, 226), (1064, 330), (1052, 420), (1070, 500)]
    draw.line(torn, fill=(60, 62, 66), width=8)
    shade(picture, blob(chance, (960, 1010), (120, 22), 0.1), 130, 12)
    fill(picture, [(908, 790), (942, 786), (980, 950), (940, 962)], (34, 36, 40))
    fill(picture, [(944, 940), (984, 930), (1010, 976), (972, 990)], (34, 36, 40))
    return picture


def posters(chance: Random) -> Image.Image:
    """Old posters, torn and fluttering on a fence."""
    picture = park(chance, 500)
    for x in range(20, WIDTH, 62):
        round_bar(picture, (x, 1100), (x, 250), 14, (46, 58, 50), (126, 146, 132))
    for y in (320, 980):
        round_bar(picture, (0, y), (WIDTH, y), 22, (46, 58, 50), (126, 146, 132))
    backdrop = picture.copy()
    for left in (230 + chance.uniform(-40, 40), 830 + chance.uniform(-30, 60)):
        hue = chance.choice(((222, 188, 58), (62, 120, 168), (196, 76, 60), (228, 226, 216)))
        lean = chance.uniform(-34, 34)
        corners: list[Point] = [
            (left, 360 + lean),
            (left + 400, 360),
            (left + 390 + lean, 900),
            (left - 10 + lean, 880),
        ]
        shade(picture, [(a + 18, b + 22) for a, b in corners], 140, 16)
        sheet = surface(chance, (400, 540), _darker(hue, 40), hue, 0.25)
        print_ = ImageDraw.Draw(sheet)
        print_.rectangle([40, 60, 360, 130], fill=(40, 38, 44))
        print_.ellipse([90, 170, 310, 390], fill=tuple(255 - part for part in hue))
        for row in range(4):
            print_.rectangle([50, 420 + row * 26, 350 - chance.randint(0, 120), 432 + row * 26], fill=(70, 66, 70))
        lay(picture, sheet, corners)
        torn = blob(chance, (left + chance.choice((40, 360)), chance.choice((420, 860))), (130, 110), 0.3, 15)
        fill(picture, [(a + 5, b + 6) for a, b in torn], (232, 228, 218))
        fill(picture, torn, backdrop)
    return picture


def bench(chance: Random) -> Image.Image:
    """A park bench with broken slats."""
    picture = park(chance, 380)
    shade(picture, blob(chance, (800, 1000), (560, 60), 0.06), 160, 30)
    for x in (380, 1220):
        round_bar(picture, (x, 1000), (x, 520), 34, (40, 42, 44), (120, 124, 126))
        round_bar(picture, (x, 790), (x - 70, 1010), 30, (40, 42, 44), (120, 124, 126))
    for index, y in enumerate((540, 620, 700, 800, 850, 900)):
        wood = surface(chance, (900, 50), (92, 58, 30), (176, 122, 74), 0.35)
        left: float = 300 - (index > 2) * 30
        if index in (1, 4):
            split = chance.uniform(620, 860)
            lay(picture, wood, [(left, y), (split, y + 6), (split - 40, y + 56), (left, y + 50)])
            lay(picture, wood, [(split + 60, y + 150), (1250, y + 4), (1262, y + 54), (split + 90, y + 206)])
        else:
            lay(picture, wood, [(left, y), (1300, y), (1300 + (index > 2) * 16, y + 52), (left - 8, y + 52)])
    return picture
