"""Whatever colours a town chooses, its pages can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maerker.application import WEB
from maerker.web.colours import MESSAGES, MESSAGES_BY_NIGHT, contrast, mix, town_palette

KINDS_OF_MESSAGES = ("info", "success", "warning", "danger", "neutral")
COLOURS = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS, COLOURS)
def test_every_pair_of_colours_gives_readable_shades(primary: str, accent: str) -> None:
    palette = town_palette(primary, accent)
    for shades, messages, text, muted in (
        (palette.light, MESSAGES, "#14171f", "#4a5160"), (palette.dark, MESSAGES_BY_NIGHT, "#f1f3f7", "#b3bac8"),
    ):
        for ground in (shades.paper, shades.surface, shades.tint, shades.tint_strong, *messages):
            assert contrast(shades.primary, ground) >= 4.5
            assert contrast(shades.primary_strong, ground) >= 4.5
        assert contrast(shades.on_primary, shades.primary) >= 4.5
        assert contrast(shades.on_primary, shades.primary_strong) >= 4.5
        assert contrast(shades.on_band, shades.band) >= 4.5
        for ground in (shades.paper, shades.surface, shades.tint, shades.tint_strong):
            assert contrast(text, ground) >= 7
            assert contrast(muted, ground) >= 4.5


def test_the_grounds_of_messages_are_those_of_the_style_sheet() -> None:
    tokens = (WEB / "static" / "css" / "tokens.css").read_text()
    grounds = [re.findall(rf"--m-{kind}-ground: (#\w+);", tokens) for kind in KINDS_OF_MESSAGES]
    assert grounds == [list(pair) for pair in zip(MESSAGES, MESSAGES_BY_NIGHT, strict=True)]


def test_a_link_stands_out_of_a_message_at_night_too() -> None:
    night = town_palette("#9b1830", "#1f5f8b").dark
    assert min(contrast(night.primary, ground) for ground in MESSAGES_BY_NIGHT) >= 4.5


def test_a_readable_colour_is_kept_as_the_town_gave_it() -> None:
    assert town_palette("#00693c", "#e3b23c").light.primary == "#00693c"


def test_the_ornament_is_the_towns_second_colour() -> None:
    assert town_palette("#00693c", "#E3B23C").dark.accent == "#e3b23c"


@pytest.mark.parametrize("colour", ["red", "#fff", "#12345g", "#123456;}", "", "#1234567"])
def test_nothing_else_than_a_colour_comes_into_the_style_sheet(colour: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        town_palette(colour, "#ffffff")


def test_contrast_of_black_on_white_is_the_greatest() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_mixing_halfway() -> None:
    assert mix("#000000", "#ffffff", 0.5) == "#808080"
