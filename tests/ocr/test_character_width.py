"""The distance between characters, measured on the picture, decides how far it is squeezed."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.ocr.character_width import character_width, scaled, squeeze_of


def printed(text, step, *, light=False):
    """A line of 48 pixels whose characters are ``step`` pixels apart."""
    paper, ink = (30, 230) if light else (230, 30)
    picture = Image.new("RGB", (len(text) * step + 24, 48), (paper,) * 3)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(1.3 * step)
    for place, character in enumerate(text):
        draw.text((12 + place * step, 8), character, (ink,) * 3, font)
    return np.asarray(picture)


@pytest.mark.parametrize("step", [15, 20, 28])
@pytest.mark.parametrize("light", [False, True])
def test_the_step_from_character_to_character(step, light):
    assert character_width(printed("EXTRA HOT 123.45", step, light=light)) == pytest.approx(
        step, abs=1
    )


def test_wide_characters_are_squeezed_and_narrow_ones_are_not():
    assert squeeze_of(printed("TOTAL 11.70", 20), 17.6, 0.75) == pytest.approx(0.88, abs=0.06)
    assert squeeze_of(printed("TOTAL 11.70", 28), 17.6, 0.75) == 0.75
    assert squeeze_of(printed("TOTAL 11.70", 15), 17.6, 0.75) == 1


def test_lines_that_cannot_be_measured_keep_their_width():
    assert character_width(printed("7", 20)) is None
    assert squeeze_of(np.full((48, 100, 3), 255, np.uint8), 17.6, 0.75) == 1


def test_a_scaled_line_keeps_its_height():
    line = printed("TOTAL", 20)
    assert scaled(line, 1) is line
    assert scaled(line, 0.5).shape == (48, line.shape[1] // 2, 3)
    assert scaled(line, 1.2).shape[:2] == (48, round(line.shape[1] * 1.2))
