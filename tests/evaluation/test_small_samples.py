"""Wilson's interval against SciPy's, and when an interval is widened to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pipeline.evaluation.small_samples import FEW, widened, widened_difference, wilson


@given(st.integers(1, 500), st.data())
def test_wilsons_interval_is_scipys(receipts, data):
    right = data.draw(st.integers(0, receipts))
    wanted = binomtest(right, receipts).proportion_ci(method="wilson")
    assert wilson(right / receipts, receipts) == pytest.approx((wanted.low, wanted.high), abs=1e-6)


def test_of_no_receipts_everything_is_possible():
    assert wilson(0.0, 0) == (0.0, 1.0)


@given(st.floats(0, 1), st.integers(0, 300), st.floats(0, 0.3), st.floats(0, 0.3))
def test_widening_takes_nothing_away(value, receipts, below, above):
    drawn = (max(0.0, value - below), min(1.0, value + above))
    low, high = widened(drawn, value, receipts)
    assert low <= drawn[0] + 1e-4
    assert high >= drawn[1] - 1e-4
    assert 0 <= low <= high <= 1
    difference = widened_difference(drawn, value, receipts)
    assert difference[0] <= drawn[0] + 1e-4
    assert difference[1] >= drawn[1] - 1e-4


def test_an_interval_of_many_receipts_that_differ_stays_the_bootstraps():
    assert widened((0.8, 0.9), 0.85, FEW) == (0.8, 0.9)
    assert widened_difference((-0.1, 0.02), -0.04, FEW) == (-0.1, 0.02)
