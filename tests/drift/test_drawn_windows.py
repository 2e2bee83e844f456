"""A small version of `scripts/bench_drift drawn`: drawn OCR results, the shipped model's tags."""

from __future__ import annotations

import pytest

from pipeline.drift.compare import compare
from pipeline.drift.sample import sample_of
from pipeline.evaluation.drift.windows import CHANGES, Company
from pipeline.tagging.load import load_tagger

COUNT = 40
SHOPS = 12


@pytest.fixture(scope="module")
def company():
    return Company.of(7, SHOPS)


@pytest.fixture(scope="module")
def tagger():
    return load_tagger()


@pytest.fixture(scope="module")
def reference(company, tagger):
    return sample_of(company.window(tagger, 0, 3 * COUNT))


@pytest.fixture(scope="module")
def undisturbed(company, tagger):
    return list(company.window(tagger, 1, COUNT))


def test_an_undisturbed_window_raises_no_alarm(reference, undisturbed):
    assert [one.feature for one in compare(reference, sample_of(undisturbed)).alarms] == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_half_a_window_raises_an_alarm(company, tagger, reference, undisturbed, change):
    # The mix of so few merchants must have changed in a whole window, and a larger one.
    count = COUNT * 3 // 2 if change == "merchant mix" else COUNT // 2
    changed = list(company.window(tagger, 2, count, CHANGES[change]))
    window = sample_of([*changed, *undisturbed[count:]])
    assert compare(reference, window).alarms
