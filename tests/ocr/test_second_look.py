"""Lines with a doubtful character are read again at their full width, the others are not."""

import numpy as np
import pytest

from pipeline.ocr import rapid
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.rapid import RapidOcrEngine, RapidOcrOptions


def line(text, confidence, weakest):
    return ReadLine((ReadWord(text, 0.0, 1.0, confidence),), weakest)


@pytest.fixture
def engine():
    engine = RapidOcrEngine.__new__(RapidOcrEngine)  # no network
    engine.options = RapidOcrOptions(squeeze=0.5, retry_below=0.7)
    engine._recognition = None
    return engine


def quad(width):
    return np.array([[0, 0], [width, 0], [width, 48], [0, 48]], np.float32)


def test_only_doubtful_lines_get_a_second_look_and_the_better_reading_stays(engine, monkeypatch):
    answers = {
        150: line("sure", 0.95, 0.9),
        100: line("150,00", 0.92, 0.5),
        200: line("150.00", 0.99, 0.9),  # the second one at full width
        50: line("murky", 0.6, 0.2),
    }
    answers_full = {**answers, 100: line("worse", 0.5, 0.1)}
    seen = []

    def recognise(_, pictures):
        widths = [picture.shape[1] for picture in pictures]
        seen.append(widths)
        known = answers if len(seen) == 1 else answers_full
        return [known[width] for width in widths]

    monkeypatch.setattr(rapid, "recognise", recognise)
    page = np.full((48, 400, 3), 255, np.uint8)
    lines = engine._read(page, [quad(300), quad(200), quad(100)])
    assert seen == [[150, 100, 50], [200, 100]]
    assert [one.words[0].text for one in lines] == ["sure", "150.00", "murky"]
