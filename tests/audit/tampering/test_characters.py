"""Characters are found inside the box of their text."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from PIL import Image, ImageDraw
from printed_scans import AMOUNTS, scan, texts

from pipeline.audit.tampering.characters import characters_of


def test_each_digit_has_its_box():
    grey = np.asarray(scan().convert("L"), dtype=np.float32)
    found = characters_of(grey, texts())
    assert "".join(one.text for one in found) == "".join(AMOUNTS)
    digits = [one for one in found if one.text.isdigit()]
    assert {one.height for one in digits} <= set(range(14, 20))
    for one, after in pairwise(digits):
        assert one.place != after.place or one.box[2] <= after.box[0] + 1


def test_digits_that_touch_are_cut_apart():
    image = Image.new("L", (60, 30), 255)
    pen = ImageDraw.Draw(image)
    pen.rectangle((10, 5, 49, 7), fill=0)  # a bar through four uprights
    for place in (12, 22, 32, 42):
        pen.rectangle((place, 5, place + 3, 24), fill=0)
    found = characters_of(np.asarray(image, dtype=np.float32), [("7777", (8, 3, 52, 27))])
    assert len(found) == 4
    centres = [(one.box[0] + one.box[2]) / 2 for one in found]
    assert np.diff(centres) == pytest.approx([10, 10, 10], abs=2)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("12.50", (5, 5, 100, 9)),  # too low
        ("12.50", (5, 5, 8, 30)),  # too narrow
        ("12.50", (5, 5, 80, 30)),  # nothing printed there
        ("12.50", (500, 500, 580, 530)),  # off the page
        ("", (5, 5, 80, 30)),
    ],
)
def test_where_nothing_can_be_cut_there_are_none(text, box):
    assert characters_of(np.full((60, 120), 240, dtype=np.float32), [(text, box)]) == []
