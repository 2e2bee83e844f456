"""Distances, tests and their corrections, against textbook values and drawn samples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from pipeline.drift.statistics import (
    binned,
    counted,
    design_effect,
    holm,
    homogeneity,
    intraclass,
    kolmogorov_smirnov,
    psi,
    psi_by_chance,
    quantile_edges,
    receipts_of_merchant,
    votes,
)

FREE = (1.0, 1.0)
_counts = st.lists(st.integers(0, 500), min_size=2, max_size=12)


def test_psi_is_that_of_the_definition():
    before, after = np.array([500.0, 500.0]), np.array([800.0, 200.0])
    assert psi(before, after) == pytest.approx(0.3 * np.log(0.8 / 0.2), rel=0.01)


@given(_counts.filter(any), st.randoms(use_true_random=False))
def test_psi_is_never_negative_and_has_no_direction(counts, rng):
    other = [rng.randrange(1, 100) for _ in counts]
    before, after = np.array(counts, float), np.array(other, float)
    assert psi(before, after) >= 0
    assert psi(before, after) == pytest.approx(psi(after, before))
    assert psi(before, before) == 0


def test_psi_without_a_difference_is_on_average_what_chance_gives():
    rng = np.random.default_rng(3)
    found = []
    for _ in range(300):
        reference, window = rng.normal(size=400), rng.normal(size=100)
        edges = quantile_edges(reference)
        found.append(psi(binned(reference, edges), binned(window, edges)))
    assert np.mean(found) == pytest.approx(psi_by_chance(10, 400, 100), rel=0.2)


def test_bins_hold_every_value_once():
    values = np.array([1.0, 1.0, 1.0, 2.0, 3.0, 9.0])
    edges = quantile_edges(values)
    assert binned(values, edges).sum() == len(values)
    assert binned(np.array([-5.0, 100.0]), edges).tolist()[0] == 1
    assert binned(np.array([-5.0, 100.0]), edges).tolist()[-1] == 1


def test_kolmogorov_smirnov_sees_a_shift_and_a_design_effect_weakens_it():
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=200), rng.normal(0.5, size=200)
    distance, p = kolmogorov_smirnov(one, other, FREE)
    assert 0.15 < distance < 0.4
    assert p < 1e-4
    assert kolmogorov_smirnov(one, other, (10.0, 10.0))[1] > 0.05


def test_fisher_is_that_of_the_lady_tasting_tea():
    assert homogeneity(np.array([[3.0, 1.0], [1.0, 3.0]])) == pytest.approx(0.4857, abs=1e-4)


def test_chi_square_is_not_believed_where_few_receipts_are_expected():
    """Six of a category of which one is expected: by Poisson 6 in 10,000, by chi-square 2 in a
    million."""
    table = np.array([[15.0, 500.0, 485.0], [6.0, 22.0, 22.0]])
    assert chi2_contingency(table).pvalue < 1e-5
    assert 1e-4 < homogeneity(table) < 3e-3
    assert homogeneity(np.array([[400.0, 300.0, 300.0], [100.0, 300.0, 300.0]])) < 1e-12


def test_a_sample_of_one_category_is_no_difference():
    assert homogeneity(np.array([[30.0], [10.0]])) == 1.0
    assert homogeneity(np.array([[30.0, 0.0], [10.0, 0.0]])) == 1.0


def test_rare_categories_are_pooled():
    names, table = counted(["a"] * 90 + ["b"] * 60 + list("cdefgh"), ["a"] * 50 + ["x"], FREE)
    assert names[:2] == ["a", "b"]
    assert names[-1] == "rarer ones"
    assert table.sum(axis=1).tolist() == [156, 51]


def test_receipts_of_a_merchant_that_are_alike_count_as_one():
    rng = np.random.default_rng(2)
    merchants = [f"m{number // 10}" for number in range(200)]
    alike = np.repeat(rng.normal(size=20), 10)[:, None]
    apart = rng.normal(size=200)[:, None]
    assert intraclass([(alike, merchants)]) == pytest.approx(1.0)
    assert intraclass([(apart, merchants)]) < 0.15
    assert design_effect(1.0, merchants) == pytest.approx(10)
    assert design_effect(0.0, merchants) == 1
    assert design_effect(1.0, [""] * 50) == 1  # unknown merchants are one each


def test_a_merchant_votes_once_for_what_its_receipts_share():
    column = ["US", "US", "US", "GB", "PL", "DE"]
    merchants = ["a", "a", "b", "b", "", ""]
    assert votes(column, ["US", "GB", "rarer ones"], merchants).tolist() == [1.5, 0.5, 2]
    assert receipts_of_merchant(merchants) == 6 / 4


def test_a_window_of_one_merchant_is_judged_by_what_the_reference_shows():
    rng = np.random.default_rng(2)
    merchants = [f"m{number // 10}" for number in range(200)]
    alike = np.repeat(rng.normal(size=20), 10)[:, None]
    window = np.full((30, 1), 3.0)
    correlation = intraclass([(alike, merchants), (window, ["m1"] * 30)])
    assert design_effect(correlation, ["m1"] * 30) == pytest.approx(30)


def test_holm_is_that_of_the_definition():
    found = holm({"a": 0.01, "b": 0.04, "c": 0.03})
    assert found == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})


@given(st.dictionaries(st.text(), st.floats(0, 1), max_size=20))
def test_corrected_p_values_keep_their_order_and_are_no_smaller(p_values):
    corrected = holm(p_values)
    assert corrected.keys() == p_values.keys()
    assert all(p <= corrected[name] <= 1 for name, p in p_values.items())
    ranked = sorted(p_values, key=lambda name: p_values[name])
    assert [corrected[name] for name in ranked] == sorted(corrected.values())
