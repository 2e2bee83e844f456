"""Counts and figures, worked by hand."""

import pytest

from pipeline.evaluation.scores import Score, Share, add_up, total


def test_precision_recall_and_f1():
    score = total([Score(1, 2, 1), Score(1, 1, 3)])
    assert (score.precision, score.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 4))
    assert score.f1 == pytest.approx(2 * (2 / 3) * 0.5 / (2 / 3 + 0.5))
    assert Score().f1 == 0


def test_shares_add_up_by_part_and_whole():
    sums = add_up([{"a": Share(1, 10)}, {"a": Share(2, 10), "b": Score(1, 1, 1)}])
    assert sums == {"a": Share(3, 20), "b": Score(1, 1, 1)}
    assert sums["a"].value == pytest.approx(0.15)
    assert Share().value == 0
