"""Which lines the engine shows to Tesseract again, without running it."""

import numpy as np
import pytest

from pipeline.ocr import tesseract
from pipeline.ocr.tesseract import TesseractEngine, TesseractOptions

PAGE = np.full((200, 400, 3), 255, np.uint8)
QUADS = [
    np.array([[20, top], [380, top], [380, top + 40], [20, top + 40]], np.float32)
    for top in (20, 120)
]


def row(page, top, text, confidence):
    names = ("page_num", "left", "top", "width", "height", "text", "conf")
    return dict(zip(names, map(str, (page, 60, top, 80, 20, text, confidence)), strict=True))


@pytest.fixture
def runs(monkeypatch):
    """The number of sheets of each run; the first finds one sure line and a doubtful one."""
    runs = []

    def run(sheets, options):
        runs.append(len(sheets))
        if len(runs) == 1:
            pitch = 48 + 24  # a line and the white below it
            return [row(1, 40, "7.50", 95), row(1, 40 + pitch, "9.06", 60)]
        return [row(page, 30, text, 50) for page, text in ((1, "9.00"), (2, "9.00"), (3, "@.00"))]

    monkeypatch.setattr(tesseract, "_run", run)
    return runs


def read(**options):
    lines = TesseractEngine(TesseractOptions(**options))._read(PAGE, QUADS)
    return [[word.text for word in line.words] for line in lines]


def test_doubtful_lines_are_read_in_three_more_ways_in_one_run(runs):
    assert read() == [["7.50"], ["9.00"]]
    assert runs == [1, 3]


def test_lines_can_be_read_just_once(runs):
    assert read(retry_below=0) == [["7.50"], ["9.06"]]
    assert runs == [1]


def test_no_lines_no_run(runs):
    assert TesseractEngine(TesseractOptions())._read(PAGE, []) == []
    assert runs == []
