"""The size of characters on drawn pages, and what detection makes of it."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.ocr.text_size import character_height, detection_scale


def page(size, background="white"):
    image = Image.new("RGB", (1000, 700), background)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=size)
    for row in range(6):
        draw.text((30, 20 + 100 * row), "TOTAL 123.45 CASH", font=font, fill="black")
    return np.asarray(image)[:, :, ::-1]


@pytest.mark.parametrize("background", ["white", "tan"])
def test_height_follows_the_font(background):
    small, large = (character_height(page(size, background)) for size in (20, 60))
    assert small is not None
    assert large is not None
    assert large / small == pytest.approx(3, rel=0.15)
    assert 11 <= small <= 17


def test_a_blank_page_has_no_characters():
    blank = np.full((400, 300, 3), 255, np.uint8)
    assert character_height(blank) is None
    assert detection_scale(blank, 12, 1_000_000) == 1


def test_scale_brings_the_text_to_its_height_within_the_area():
    large = page(60)
    scale = detection_scale(large, 12, 1_000_000)
    assert scale * character_height(large) == pytest.approx(12)
    assert detection_scale(page(20), 40, 1_000_000) == pytest.approx((1 / 0.7) ** 0.5)
