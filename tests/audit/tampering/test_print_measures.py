"""Where a digit stands and how it is printed, against its neighbours."""

from __future__ import annotations

import numpy as np
import pytest
from printed_scans import scan, texts

from pipeline.audit.tampering.characters import characters_of
from pipeline.audit.tampering.print_measures import MEASURES, measures_of, robust_scores


def scores(levels: np.ndarray):
    found = characters_of(levels, texts())
    colours = np.repeat(levels[:, :, None], 3, axis=2).astype(np.uint8)
    return found, robust_scores(measures_of(levels, colours, found), found)


@pytest.fixture(scope="module")
def levels():
    return np.asarray(scan().convert("L"), dtype=np.float32)


@pytest.fixture(scope="module")
def target(levels):
    """The second digit of the fourth amount, 905.37."""
    return next(one for one in characters_of(levels, texts()) if (one.place, one.at) == (3, 1))


def score_of(levels, target, name: str) -> float:
    found, table = scores(levels)
    row = next(n for n, one in enumerate(found) if (one.place, one.at) == (target.place, target.at))
    return float(table[row, MEASURES.index(name)])


def test_a_digit_that_stands_lower(levels, target):
    x0, y0, x1, y1 = target.box
    edited = levels.copy()
    edited[y0 - 1 : y1 + 3, x0:x1] = levels[y0 - 3 : y1 + 1, x0:x1]
    assert score_of(edited, target, "bottom") > 2 > abs(score_of(levels, target, "bottom"))


def test_a_digit_with_fainter_ink(levels, target):
    x0, y0, x1, y1 = target.box
    edited = levels.copy()
    part = edited[y0:y1, x0:x1]
    edited[y0:y1, x0:x1] = part + 0.4 * (236 - part)
    assert score_of(edited, target, "dark") > 3 > abs(score_of(levels, target, "dark"))


def test_paper_without_noise_around_a_digit(levels, target):
    x0, y0, x1, y1 = target.box
    edited = levels.copy()
    around = (slice(y0 - 5, y1 + 5), slice(x0 - 5, x1 + 5))
    part = edited[around]
    edited[around] = np.where(part > 200, 236, part)
    assert score_of(edited, target, "paper_noise") < -3 < score_of(levels, target, "paper_noise")


def test_no_characters_have_no_scores():
    empty = np.full((40, 40), 255, dtype=np.float32)
    colours = np.full((40, 40, 3), 255, dtype=np.uint8)
    assert robust_scores(measures_of(empty, colours, []), []).shape == (0, len(MEASURES))
