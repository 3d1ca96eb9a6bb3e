"""What is said of a town's two colours."""

import pytest

from maerker.web.colours import WHITE, contrast
from tenants.profile.look import remarks


def test_a_dark_colour_is_fine_by_day_and_lighter_by_night() -> None:
    palette, said = remarks("#1C4F8A", "#8a1c2c")
    assert [item.changed for item in said] == [False, True]
    assert palette.light.primary == "#1c4f8a"
    assert palette.dark.primary in said[1].sentence


def test_a_pale_colour_is_replaced_for_text_and_explained() -> None:
    palette, said = remarks("#ffcc00", "#fffff0")
    assert said[0].changed
    assert "zu blass" in said[0].sentence
    assert palette.light.primary in said[0].sentence
    assert contrast(palette.light.primary, WHITE) >= 4.5
    assert "Die zweite Farbe #fffff0" in said[-1].sentence


def test_what_is_no_colour_never_comes_into_a_style_sheet() -> None:
    with pytest.raises(ValueError, match="not a colour"):
        remarks("red;}", "#000000")
