"""The same pixels twice: a copied digit, and digits that only look alike."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from printed_scans import scan, texts

from pipeline.audit.tampering.characters import characters_of
from pipeline.audit.tampering.twins import twins_of


def digits_of(levels: np.ndarray):
    return [one for one in characters_of(levels, texts()) if one.text.isdigit()]


@pytest.fixture(scope="module")
def levels():
    return np.asarray(scan().convert("L"), dtype=np.float32)


def test_equal_digits_of_one_print_differ(levels):
    distances = [twin.distance for twin in twins_of(levels, digits_of(levels))]
    assert min(distances) > 0.35 * np.median(distances)


def test_a_copied_digit_and_its_source_point_at_each_other(levels):
    digits = digits_of(levels)
    source = next(one for one in digits if one.text == "8" and one.place == 9)
    target = next(one for one in digits if one.text == "6" and one.place == 12)
    edited = levels.copy()
    x, y = target.box[0] - source.box[0], target.box[3] - source.box[3]
    x0, y0, x1, y1 = source.box
    part = levels[y0 - 2 : y1 + 2, x0 - 2 : x1 + 2]
    edited[y0 - 2 + y : y1 + 2 + y, x0 - 2 + x : x1 + 2 + x] = part
    found = digits_of(edited)
    twins = twins_of(edited, found)
    nearest = sorted(range(len(found)), key=lambda number: twins[number].distance)[:2]
    assert {found[number].place for number in nearest} == {9, 12}
    assert twins[nearest[0]].distance < 0.2 * np.median([one.distance for one in twins])
    assert twins[nearest[0]].box == found[nearest[1]].box


def test_the_nearest_digit_that_was_read_the_same(levels):
    digits = digits_of(levels)
    for one, twin in zip(digits, twins_of(levels, digits), strict=True):
        assert twin.distance <= twin.same_text
        assert (twin.same_text < 1) == any(
            other.text == one.text and other is not one for other in digits
        )


def test_a_page_without_digits_has_no_twins():
    assert twins_of(np.full((50, 50), 255, dtype=np.float32), []) == []


def test_a_single_digit_has_no_place_to_be_compared_with():
    image = np.asarray(Image.new("L", (80, 60), 240), dtype=np.float32).copy()
    image[20:38, 30:34] = 40
    (one,) = characters_of(image, [("1", (25, 15, 45, 42))])
    assert twins_of(image, [one])[0].box is None
