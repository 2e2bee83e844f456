"""A small version of `scripts/bench_drift drawn`: drawn OCR results, the shipped model's tags.

A new till layout and swapped labels need more receipts than a test can draw, see docs/drift.md.
"""

from __future__ import annotations

import pytest

from pipeline.drift.compare import compare
from pipeline.drift.sample import sample_of
from pipeline.evaluation.drift.windows import CHANGES, Company
from pipeline.tagging.load import load_tagger

COUNT = 30


@pytest.fixture(scope="module")
def company():
    return Company.of(7)


@pytest.fixture(scope="module")
def tagger():
    return load_tagger()


@pytest.fixture(scope="module")
def reference(company, tagger):
    return sample_of(company.window(tagger, 0, 3 * COUNT))


def test_an_undisturbed_window_raises_no_alarm(company, tagger, reference):
    window = sample_of(company.window(tagger, 1, COUNT))
    assert [one.feature for one in compare(reference, window).alarms] == []


@pytest.mark.parametrize(
    "change", ["blurred camera", "new country", "OCR engine changed", "merchant mix"]
)
def test_a_change_raises_an_alarm(company, tagger, reference, change):
    window = sample_of(company.window(tagger, 2, COUNT, CHANGES[change]))
    assert compare(reference, window).alarms
