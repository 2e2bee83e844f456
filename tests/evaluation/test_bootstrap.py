"""Intervals: against the normal approximation, and what they must not depend on."""

import math

import numpy as np
import pytest
from scipy.stats import bootstrap

from pipeline.evaluation.bootstrap import as_lists, figures, from_lists, resampled, tabulate
from pipeline.evaluation.scores import Score, Share


def shares(right, of):
    return [{"receipts.fields": Share(int(index < right), 1)} for index in range(of)]


def test_an_interval_of_a_share_is_near_the_normal_one():
    found = figures(shares(80, 100))["receipts.fields"]
    half = 1.96 * math.sqrt(0.8 * 0.2 / 100)
    assert found["value"] == 0.8
    assert found["ci95"] == pytest.approx((0.8 - half, 0.8 + half), abs=0.015)


def test_an_interval_of_an_f1_is_scipys_percentile_bootstrap():
    random = np.random.default_rng(5)
    true = random.integers(1, 5, 60)
    predicted = random.integers(1, 5, 60)
    correct = random.binomial(np.minimum(true, predicted), 0.7)
    counts = [{"x": Score(*map(int, row))} for row in zip(correct, predicted, true, strict=True)]
    wanted = bootstrap(
        (correct, predicted, true),
        lambda c, p, t, axis: 2 * c.sum(axis) / (p.sum(axis) + t.sum(axis)),
        paired=True,
        method="percentile",
        n_resamples=5000,
        rng=1,
    ).confidence_interval
    assert figures(counts)["x"]["ci95"] == pytest.approx(tuple(wanted), abs=0.01)


def test_receipts_are_drawn_whole():
    # Two receipts of ten fields each: one all right, one all wrong. Only 0, 1/2 and 1 can come.
    receipts = [{"fields.micro": Score(10, 10, 10)}, {"fields.micro": Score(0, 10, 10)}]
    draws = resampled(tabulate(receipts), 200)
    assert set(np.unique(draws[:, 0, 0])) == {0, 10, 20}
    assert set(np.unique(draws[:, 0, 2])) == {20}


def test_perfect_figures_are_as_wide_as_their_receipts_are_few():
    for receipts, low in ((2, 0.342), (9, 0.701), (77, 0.952)):
        found = figures([{"a": Score(1, 1, 1)} for _ in range(receipts)])["a"]
        assert (found["f1"], found["ci95"][1]) == (1, 1)
        assert found["ci95"][0] == pytest.approx(low, abs=1e-3)


def test_a_figure_of_few_of_many_receipts_is_as_wide_as_these_few_make_it():
    receipts = [{"fields.tip": Score(1, 1, 1)}] * 10 + [{"fields.tip": Score(0, 0, 0)}] * 90
    assert figures(receipts)["fields.tip"]["ci95"] == pytest.approx((0.722, 1), abs=1e-3)


def test_a_perfect_macro_average_is_widened_too():
    receipts = [{"fields.a": Score(1, 1, 1), "fields.b": Score(1, 1, 1)} for _ in range(2)]
    assert figures(receipts)["fields.macro"]["ci95"] == pytest.approx((0.342, 1), abs=1e-3)


def test_a_figure_that_is_no_share_stays_usable():
    # A character error rate may be above 1: more was read than stands there.
    low, high = figures([{"ocr.cer": Share(30, 10)} for _ in range(3)])["ocr.cer"]["ci95"]
    assert 0 <= low < 1
    assert high == 3


def test_a_macro_average_is_the_mean_of_its_labels():
    receipts = [
        {
            "fields.a": Score(1, 1, 1),
            "fields.b": Score(0, 1, 1),
            "fields.b.exact": Score(0, 1, 1),
            "fields.micro": Score(1, 2, 2),
        }
    ]
    macro = figures(receipts)["fields.macro"]
    assert (macro["value"], macro["labels"]) == (0.5, 2)


def test_no_receipts_have_no_figures():
    assert figures([]) == {}


def test_counts_come_back_from_a_report():
    counts = {"a": Score(1, 2, 3), "b": Share(0.5, 1)}
    assert from_lists(as_lists(counts)) == counts
