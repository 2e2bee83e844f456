"""Curves of precision and recall at the share in use, and the threshold that costs least."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.evaluation.audit.precision_recall import (
    Cases,
    average_precision,
    cheapest,
    curve,
    curve_lines,
    point,
)

NOTHING = -np.inf
SCORES = st.lists(st.sampled_from([NOTHING, 0.1, 0.3, 0.5, 0.9]), min_size=1, max_size=30)


def cases(faulty, clean, threshold=None) -> Cases:
    return Cases(np.array(faulty, dtype=float), np.array(clean, dtype=float), threshold)


def test_precision_is_that_of_the_share_in_use():
    found = point(cases([0.9] * 8 + [0.1] * 2, [0.9] * 2 + [0.1] * 98), 0.5)
    assert found.recall == 0.8
    assert found.alarms == 0.02
    assert found.precision == pytest.approx(0.01 * 0.8 / (0.01 * 0.8 + 0.99 * 0.02))
    assert found.precision_interval[0] < found.precision < found.precision_interval[1]


def test_cost_counts_looks_and_what_is_missed():
    found = point(cases([0.9, 0.1], [0.1] * 100), 0.5, miss=40)
    assert found.cost == pytest.approx(1000 * 0.01 * (0.5 + 0.5 * 40))


@given(SCORES, SCORES)
def test_a_lower_threshold_finds_and_reports_no_less(faulty, clean):
    points = curve(cases(faulty, clean))
    for higher, lower in itertools.pairwise(points):
        assert lower.threshold < higher.threshold
        assert lower.recall >= higher.recall
        assert lower.alarms >= higher.alarms


@given(SCORES, SCORES)
def test_no_allowed_point_costs_less_than_the_cheapest(faulty, clean):
    points = curve(cases(faulty, clean))
    allowed = [one for one in points if one.alarms_interval[1] <= 0.6]
    best = cheapest(points, most_alarms=0.6)
    if best is not None:
        assert best in allowed
        assert all(best.cost <= one.cost for one in allowed)


def test_few_receipts_without_a_fault_allow_no_surely_rare_alarms():
    faulty = [0.9, 0.9, 0.3]
    assert cheapest(curve(cases(faulty, [0.1] * 10)), most_alarms=0.02) is None
    assert cheapest(curve(cases(faulty, [0.1] * 200)), most_alarms=0.02).threshold == 0.3


def test_the_dearer_a_miss_the_lower_the_threshold():
    mixed = cases([0.9, 0.6, 0.3], [0.7, 0.4, 0.2] + [0.1] * 97)
    thresholds = [cheapest(curve(mixed, miss), miss=miss).threshold for miss in (2, 1000)]
    assert thresholds == [0.9, 0.3]


def test_a_score_that_tells_nothing_is_not_worth_a_look():
    assert cheapest(curve(cases([0.5] * 10, [0.5] * 10), miss=2), miss=2) is None


@given(SCORES, SCORES)
def test_average_precision_is_the_area_below_the_curve(faulty, clean):
    area, (low, high) = average_precision(cases(faulty, clean))
    by_case = [point(cases(faulty, clean), s).precision for s in faulty if np.isfinite(s)]
    assert area == pytest.approx(sum(by_case) / len(faulty))
    assert 0 <= low <= high <= 1


def test_no_score_gives_one_row():
    lines = list(curve_lines("rule", cases([NOTHING] * 3, [NOTHING] * 3)))
    assert lines[-1].startswith("| in use, 0.000 | 0.000")
    assert not any("cheapest" in line for line in lines)
