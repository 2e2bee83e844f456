import numpy as np
import pytest

from pipeline.ocr.line_cleaning import black_on_white, fitted, softened, without_neighbours


@pytest.mark.parametrize("ink, paper", [(40, 230), (90, 140), (230, 30)])
def test_lines_become_black_on_white(ink, paper):
    line = np.full((48, 400, 3), paper, np.uint8)
    line[16:32, 50:350:12] = ink
    line[16:32, 51:350:12] = ink
    shadow = np.linspace(1, 0.6, 400)[None, :, None]
    clean = black_on_white((line * shadow).astype(np.uint8))
    assert clean[20, 50:350:12].max() < 80
    assert clean[8, 20:380].min() > 190


def test_a_rule_at_the_edge_does_not_turn_a_line_over():
    line = np.full((48, 200, 3), 235, np.uint8)
    line[:4] = line[16:32, 50:150:6] = 30
    clean = black_on_white(line)
    assert clean[20, 50:150:6].max() < 80
    assert clean[10].min() > 190


def a_line():
    line = np.full((48, 200), 255, np.uint8)
    for left in range(20, 180, 16):
        line[14:34, left : left + 8] = 0
    return line


def test_only_what_belongs_to_other_lines_is_wiped_out():
    line = a_line()
    line[30:48, 100:104] = 0  # a descender, to the edge
    crowded = line.copy()
    crowded[:8, 30:40] = 0  # feet
    crowded[44:, 120:] = 0  # a rule
    assert (without_neighbours(crowded) == line).all()


def test_text_fills_the_picture_it_is_fitted_to():
    high = fitted(a_line())
    rows = np.flatnonzero((high < 128).any(axis=1))
    assert high.shape[0] == 48
    assert rows[0] == pytest.approx(6, abs=1)
    assert rows[-1] == pytest.approx(41, abs=1)
    assert high.shape[1] == pytest.approx(200 * 36 / 20, abs=1)


def test_a_line_without_text_stays_as_it_is():
    line = np.full((48, 100), 255, np.uint8)
    assert (fitted(line) == line).all()
    assert (without_neighbours(line) == line).all()
    assert (softened(line) == line).all()
