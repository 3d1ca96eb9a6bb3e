"""The painted photos: the same each time, of the size of a phone's, accepted by the product's own look at uploads."""

from io import BytesIO

import pytest
from PIL import Image, ImageStat

from maerker.images.inspection import inspect_upload
from onboarding.demo.photo_press import words_for
from onboarding.demo.photos import SCENES, draw_photo


@pytest.mark.parametrize("scene", SCENES)
def test_a_painted_photo_is_a_photo(scene: str) -> None:
    painted = draw_photo(scene, 1)
    facts = inspect_upload(painted)
    assert (facts.width, facts.height) == (1600, 1200)
    with Image.open(BytesIO(painted)) as picture:
        spread = ImageStat.Stat(picture.convert("L")).stddev[0]
    assert spread > 12, "not a grey sheet"
    assert words_for(f"{scene}-1")


def test_the_same_seed_gives_the_same_photo_and_another_one_another() -> None:
    assert draw_photo("lamp", 7) == draw_photo("lamp", 7)
    assert draw_photo("lamp", 7) != draw_photo("lamp", 8)


def test_an_unknown_scene_is_refused() -> None:
    with pytest.raises(KeyError):
        draw_photo("castle", 1)
