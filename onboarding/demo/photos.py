"""Photos for the demonstration, painted by a script, so that no picture of a real place or person is needed.

``draw_photo("pothole", 3)`` is always the same JPEG of 1600 x 1200 pixels. To look at them:
``python -m onboarding.demo.photos <folder>``.
"""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random

from PIL import Image

from onboarding.demo import place_scenes, street_scenes
from onboarding.demo.canvas import finish

SCENES: Mapping[str, Callable[[Random], Image.Image]] = {
    "pothole": street_scenes.pothole,
    "pavement": street_scenes.pavement,
    "lamp": street_scenes.lamp,
    "sign": street_scenes.sign,
    "ice": street_scenes.ice,
    "drain": street_scenes.drain,
    "bin": place_scenes.bin_,
    "dumped": place_scenes.dumped,
    "graffiti": place_scenes.graffiti,
    "branch": place_scenes.branch,
    "playground": place_scenes.playground,
    "posters": place_scenes.posters,
    "bench": place_scenes.bench,
}


def draw_photo(scene: str, seed: int) -> bytes:
    """A painted photo of a scene as JPEG. Raises KeyError for a scene that is not in `SCENES`."""
    chance = Random(f"{scene}-{seed}")
    return finish(chance, SCENES[scene](chance), warm=chance.uniform(-0.8, 0.8))


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        for seed in (1, 2):
            (folder / f"{scene}-{seed}.jpg").write_bytes(draw_photo(scene, seed))


if __name__ == "__main__":
    main()
