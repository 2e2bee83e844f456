"""What Tesseract is given, and what is made of its answer, without running it."""

import numpy as np
import pytest

from pipeline.ocr.page_reading import ReadWord
from pipeline.ocr.tesseract import _clean, _joined, _lay_out, _line


def test_a_place_on_the_sheet_leads_back_to_its_line():
    sheet = _lay_out([np.zeros((48, width), np.uint8) for width in (200, 100, 50)])
    dark = np.argwhere(sheet.pixels == 0)
    for index, width in enumerate((200, 100, 50)):
        rows = dark[(dark[:, 0] - dark[0, 0]) // sheet.pitch == index]
        middle, left, right = rows[:, 0].mean(), rows[:, 1].min(), rows[:, 1].max() + 1
        assert sheet.place(middle, left, right) == (index, 0.0, 1.0)
        assert right - left == width


@pytest.mark.parametrize("ink, paper", [(40, 230), (90, 140), (230, 30)])
def test_lines_become_black_on_white(ink, paper):
    line = np.full((48, 400, 3), paper, np.uint8)
    line[16:32, 50:350:12] = ink
    line[16:32, 51:350:12] = ink
    shadow = np.linspace(1, 0.6, 400)[None, :, None]
    clean = _clean((line * shadow).astype(np.uint8))
    assert clean[20, 50:350:12].max() < 80
    assert clean[8, 20:380].min() > 190


def joined(text):
    words = [ReadWord(one, at, at + 0.5, 0.9) for at, one in enumerate(text.split())]
    return [word.text for word in _joined(words)]


@pytest.mark.parametrize(
    "text, words",
    [
        ("TOTAL 295 .00", ["TOTAL", "295.00"]),
        ("1,295. 50 RM", ["1,295.50", "RM"]),
        ("10 .500", ["10", ".500"]),
        ("No. 12 Jalan", ["No.", "12", "Jalan"]),
        ("2 3.50", ["2", "3.50"]),
    ],
)
def test_amounts_cut_at_the_decimal_mark_are_whole_again(text, words):
    assert joined(text) == words


@pytest.mark.parametrize(
    "text, mended",
    [("@.72", "0.72"), ("RMO.20", "RM0.20"), ("2@.50", "2@.50"), ("LOGO.12", "LOGO.12")],
)
def test_a_slashed_zero_before_the_cents_is_one(text, mended):
    assert _line([ReadWord(text, 0, 1, 0.9)]).words[0].text == mended
