"""Calibration and coverage, by hand and against scikit-learn's calibration curve."""

import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from pipeline.evaluation.fields import Outcome
from pipeline.evaluation.trust import coverage, predicted, receipt_confidence, reliability


def outcome(confidence, right):
    value = None if confidence is None else "1"
    return Outcome("total", "1", value, value, confidence, right, right, None)


def test_the_expected_calibration_error_by_hand():
    # Two bins: 0.9 twice, one right (0.4 off); 0.2 twice, none right (0.2 off).
    found = [outcome(0.9, True), outcome(0.9, False), outcome(0.2, False), outcome(0.2, False)]
    result = reliability(*predicted([*found, outcome(None, False)]))
    assert result["ece"] == pytest.approx(0.3)
    assert [entry["values"] for entry in result["bins"]] == [2, 2]
    assert result["values"] == 4


def test_the_bins_are_scikit_learns():
    random = np.random.default_rng(0)
    confidences = random.random(500)
    right = random.random(500) < confidences**2
    bins = reliability(confidences, right)["bins"]
    share, mean = calibration_curve(right, confidences, n_bins=10)
    assert [entry["right"] for entry in bins] == pytest.approx(list(share), abs=1e-4)
    assert [entry["confidence"] for entry in bins] == pytest.approx(list(mean), abs=1e-4)


def test_the_error_by_chance_of_few_values():
    # 10 values of confidence 0.5: the error is |right - 5| / 10, whose mean is 0.123 (binomial).
    few = reliability([0.5] * 10, [True] * 5 + [False] * 5)
    assert few["ece"] == 0
    assert few["if_calibrated"]["mean"] == pytest.approx(0.123, abs=0.01)
    assert few["if_calibrated"]["p95"] == pytest.approx(0.3)
    many = reliability([0.5] * 1000, [True] * 500 + [False] * 500)
    assert many["if_calibrated"]["p95"] < 0.04


def test_no_values_have_no_error():
    assert reliability([], [])["ece"] == 0


def test_full_confidence_falls_into_the_last_bin():
    assert reliability([1.0], [True])["bins"] == [{"confidence": 1, "right": 1, "values": 1}]


def test_coverage_takes_the_surest_first_and_equals_together():
    found = coverage([0.5, 0.9, 0.9, 0.1], [True, True, False, True])
    assert [(p["coverage"], p["precision"]) for p in found["curve"]] == [
        (0.5, 0.5),
        (0.75, 0.6667),
        (1.0, 0.75),
    ]
    assert found["at"] == {"0.95": None, "0.98": None, "0.99": None}


def test_the_largest_share_that_reaches_the_precision():
    confidences = [1 - index / 100 for index in range(50)]
    right = [index not in (20, 49) for index in range(50)]
    found = coverage(confidences, right)["at"]
    assert found["0.99"]["coverage"] == 0.4  # the twenty before the first error
    assert found["0.95"]["coverage"] == 1.0  # 48 of 50
    assert coverage([], [])["curve"] == []


def test_a_receipt_is_as_sure_as_its_least_sure_value():
    assert receipt_confidence([outcome(0.9, True), outcome(0.4, True), outcome(None, False)]) == 0.4
    assert receipt_confidence([]) == 0
