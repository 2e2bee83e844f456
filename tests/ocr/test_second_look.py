"""Lines with a doubtful character are read again, wider than they are; the others are not."""

import numpy as np
import pytest

from pipeline.ocr import rapid
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.rapid import RapidOcrEngine, RapidOcrOptions


def line(text, confidence, weakest):
    return ReadLine((ReadWord(text, 0.0, 1.0, confidence),), weakest)


@pytest.fixture
def engine(monkeypatch):
    engine = RapidOcrEngine.__new__(RapidOcrEngine)  # no network
    engine.options = RapidOcrOptions(retry_below=0.7, likeliest_words=False)
    monkeypatch.setattr(rapid, "squeeze_of", lambda *_: 0.5)
    return engine


def quad(width):
    return np.array([[0, 0], [width, 0], [width, 48], [0, 48]], np.float32)


def test_only_doubtful_lines_get_a_second_look_and_the_better_reading_stays(engine, monkeypatch):
    first = {
        150: line("sure", 0.95, 0.9),
        100: line("150,00", 0.92, 0.5),
        50: line("murky", 0.6, 0.2),
    }
    second = {240: line("150.00", 0.99, 0.9), 120: line("worse", 0.5, 0.1)}
    seen = []

    def recognise(_, pictures):
        widths = [picture.shape[1] for picture in pictures]
        seen.append(widths)
        return [(first if len(seen) == 1 else second)[width] for width in widths]

    monkeypatch.setattr(rapid, "recognise", recognise)
    page = np.full((48, 400, 3), 255, np.uint8)
    lines = engine._read(None, page, [quad(300), quad(200), quad(100)])
    assert seen == [[150, 100, 50], [240, 120]]
    assert [one.words[0].text for one in lines] == ["sure", "150.00", "murky"]
    assert lines[1].confidence == pytest.approx(0.99 * 0.99 / (0.99 + 0.92))
