"""The paired test against scipy's, and reports that cannot be compared."""

import numpy as np
import pytest
from scipy.stats import permutation_test

from pipeline.errors import DataError
from pipeline.evaluation.bootstrap import as_lists, tabulate
from pipeline.evaluation.compare import compare, p_values
from pipeline.evaluation.scores import Score, Share


def section(counts):
    return {
        "receipts": [
            {"id": str(number), "counts": as_lists(of_one)} for number, of_one in enumerate(counts)
        ]
    }


def test_the_p_value_is_scipys_paired_permutation_test():
    random = np.random.default_rng(3)
    a, b = (random.random(25) < share for share in (0.5, 0.8))
    tables = [tabulate([{"x": Share(int(hit), 1)} for hit in hits]) for hits in (a, b)]
    ours = p_values(tables[0].counts, tables[1].counts)[0]
    exact = permutation_test(
        (a.astype(float), b.astype(float)),
        lambda one, other, axis: np.mean(other, axis) - np.mean(one, axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=20_000,
        random_state=1,
    ).pvalue
    assert ours == pytest.approx(exact, abs=0.02)


def test_equal_results_do_not_differ():
    counts = [{"x": Score(1, 2, 2)}, {"x": Score(0, 1, 1)}]
    (found,) = compare(section(counts), section(counts))
    assert (found.a, found.p) == (found.b, 1)
    # Of two receipts none differs; of others two in three may.
    assert found.ci95 == pytest.approx((-0.658, 0.658), abs=1e-3)


def test_the_more_receipts_agree_the_narrower_the_interval_of_the_difference():
    def width(receipts):
        counts = [{"x": Share(1, 1)} for _ in range(receipts)]
        (found,) = compare(section(counts), section(counts))
        low, high = found.ci95
        return high - low

    assert width(2) > width(19) > width(20) > width(200) > 0


def test_a_clear_difference_is_found():
    worse = [{"x": Score(0, 1, 1)} for _ in range(20)]
    better = [{"x": Score(1, 1, 1)} for _ in range(20)]
    (found,) = compare(section(worse), section(better))
    assert (found.a, found.b) == (0, 1)
    assert found.ci95 == pytest.approx((0.839, 1), abs=1e-3)
    assert found.p < 0.001


def test_macro_averages_are_compared_too():
    one = [{"fields.a": Score(1, 1, 1), "fields.b": Score(0, 1, 1)} for _ in range(20)]
    other = [{"fields.a": Score(1, 1, 1), "fields.b": Score(1, 1, 1)} for _ in range(20)]
    macro = compare(section(one), section(other))[-1]
    assert (macro.figure, macro.a, macro.b) == ("fields.macro", 0.5, 1)
    assert macro.ci95 == pytest.approx((0.339, 0.661), abs=1e-3)
    assert macro.p < 0.001


def test_only_shared_figures_are_compared():
    one, other = [{"x": Share(1, 1), "y": Share(1, 1)}], [{"x": Share(0, 1)}]
    assert [found.figure for found in compare(section(one), section(other))] == ["x"]


def test_other_receipts_are_refused():
    with pytest.raises(DataError, match="2 and 1, 1 in common"):
        compare(section([{}, {}]), section([{}]))
