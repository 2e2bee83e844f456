"""Lines that stand out are read by the wider network, the others by the narrow one."""

import numpy as np
from PIL import Image

from pipeline.ocr import rapid
from pipeline.ocr.page_reading import ReadLine, ReadWord
from pipeline.ocr.prominent_lines import ProminentLines
from pipeline.ocr.quads import upended
from pipeline.ocr.rapid import RapidOcrEngine, RapidOcrOptions


def line(top, height=20.0):
    return np.array([[0, top], [100, top], [100, top + height], [0, top + height]], np.float32)


PAGE = [line(top) for top in range(0, 240, 30)]


def test_the_first_three_lines_stand_out():
    prominent = ProminentLines.of_page(PAGE)
    assert [quad in prominent for quad in PAGE] == [True] * 3 + [False] * 5


def test_larger_print_stands_out_wherever_it_is():
    logo = line(300, 40)
    prominent = ProminentLines.of_page([*PAGE, logo])
    assert logo in prominent
    assert PAGE[4] not in prominent


def test_on_a_page_that_is_upside_down_the_lowest_are_the_first():
    prominent = ProminentLines.of_page(PAGE)
    assert [upended(quad) in prominent for quad in PAGE] == [False] * 5 + [True] * 3


def test_a_page_without_lines_has_none():
    assert ProminentLines.of_page([]) == ProminentLines()


def test_the_profile_fast_reads_them_with_another_network(monkeypatch):
    engine = RapidOcrEngine(RapidOcrOptions(profile="fast", orient=False))
    used = {}

    def recognised(network, pictures):
        used[len(pictures)] = network
        text = "LOGO" if network is engine._of_prominent else "milk"
        return [ReadLine((ReadWord(text, 0.0, 1.0, 0.9),), 0.9) for _ in pictures]

    monkeypatch.setattr(rapid, "find_text", lambda *_: PAGE)
    monkeypatch.setattr(rapid, "recognise", recognised)
    page = engine.read(Image.new("RGB", (100, 260), "white"))
    assert [token.text for token in page.tokens] == ["LOGO"] * 3 + ["milk"] * 5
    assert used[3] is engine._of_prominent
    assert used[5] is engine._recognition


def test_all_lines_are_read_with_one_network_by_default():
    assert RapidOcrEngine(RapidOcrOptions())._of_prominent is None
