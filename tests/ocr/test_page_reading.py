"""From found and read lines to an upright page, with steps that are known."""

import numpy as np
import pytest
from PIL import Image

from pipeline.document import Reading
from pipeline.ocr.page_reading import ReadLine, ReadWord, read_page
from pipeline.ocr.quads import side

SETTINGS = {"orient": True, "max_pixels": 1_000_000, "min_confidence": 0.3}


def quad(x0, y0, x1, y1):
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float32)


def word(text, confidence=0.9):
    return ReadLine((ReadWord(text, 0.0, 1.0, confidence),), confidence)


def test_lines_come_out_in_reading_order_whatever_order_they_are_read_in():
    found = [quad(10, 50, 60, 60), quad(10, 10, 90, 20)]
    names = {50.0: "short", 80.0: "long"}

    def read(_, quads):
        return [word(names[side(one, 0, 1)]) for one in quads]

    page = read_page(Image.new("RGB", (100, 100)), lambda _: found, read, **SETTINGS)
    assert [token.text for token in page.tokens] == ["long", "short"]
    assert page.rotation == 0


def test_a_page_read_better_the_other_way_up_is_turned():
    def read(_, quads):
        upright = [one[0, 0] > one[2, 0] for one in quads]  # where the turned line starts
        return [word("TOTAL", 0.9) if way else word("1VL0L", 0.4) for way in upright]

    page = read_page(
        Image.new("RGB", (100, 60)), lambda _: [quad(10, 10, 40, 20)], read, **SETTINGS
    )
    assert page.rotation == 180
    assert [(token.text, token.box.as_tuple()) for token in page.tokens] == [
        ("TOTAL", (60.0, 40.0, 90.0, 50.0))
    ]


def test_rows_of_stars_do_not_say_which_way_up_a_page_is():
    widths = {180.0: "*" * 20, 90.0: "Visa", 80.0: "Cash"}
    found = [quad(10, 10 * row, 190, 10 * row + 8) for row in range(1, 9)]
    found += [quad(10, 92, 100, 98), quad(10, 101, 90, 108)]

    def read(_, quads):
        texts = [widths[side(one, 0, 1)] for one in quads]
        turned = [one[0, 0] > one[2, 0] for one in quads]
        return [
            word(text, (0.6 if way else 0.5) if "*" in text else (0.4 if way else 0.8))
            for text, way in zip(texts, turned, strict=True)
        ]

    page = read_page(Image.new("RGB", (200, 120)), lambda _: found, read, **SETTINGS)
    assert page.rotation == 0
    assert [token.text for token in page.tokens][-2:] == ["Visa", "Cash"]


def test_a_page_of_stars_alone_stays_as_it_is():
    page = read_page(
        Image.new("RGB", (200, 60)),
        lambda _: [quad(10, 10, 190, 20)],
        lambda _, quads: [word("***", 0.4 + 0.1 * float(one[0, 0] > one[2, 0])) for one in quads],
        **SETTINGS,
    )
    assert page.rotation == 0


def test_doubtful_lines_are_dropped_and_large_pages_come_back_in_their_own_pixels():
    seen = []

    def find(pixels):
        seen.append(pixels.shape[:2])
        return [quad(10, 10, 40, 20), quad(10, 30, 90, 40)]

    def read(_, quads):
        return [word("kept", 0.9) if side(one, 0, 1) < 50 else word("lost", 0.1) for one in quads]

    page = read_page(Image.new("RGB", (2000, 2000)), find, read, **{**SETTINGS, "orient": False})
    assert seen == [(1000, 1000)]
    assert [token.text for token in page.tokens] == ["kept"]
    assert page.tokens[0].box.as_tuple() == pytest.approx((20, 20, 80, 40))


def test_confidence_is_weighted_by_characters():
    line = ReadLine((ReadWord("abc", 0, 0.5, 1.0), ReadWord("d", 0.6, 1, 0.2)), 0.2)
    assert line.confidence == pytest.approx(0.8)
    assert ReadLine((), 1.0).confidence == 0


def test_tokens_keep_the_readings_of_their_words():
    seen = (Reading("$2", 0.75), Reading("52", 0.25))
    line = ReadLine((ReadWord("$2", 0.0, 1.0, 0.9, seen),), 0.9)
    page = read_page(
        Image.new("RGB", (100, 60)),
        lambda _: [quad(10, 10, 40, 20)],
        lambda _, quads: [line] * len(quads),
        **SETTINGS,
    )
    assert [token.readings for token in page.tokens] == [seen]
