"""Fitting the weights by which amounts become summary fields."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from receipt_pages import LABELS, page_of

from pipeline.assembly.summary.assignments import JUDGED
from pipeline.assembly.summary.judgement import JudgementWeights, packaged
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.cases import from_boxes
from pipeline.training.judgement_data import with_misread_amount
from pipeline.training.judgement_fit import (
    JudgedReceipt,
    fit,
    judged_receipt,
    right_values,
    surprise,
)
from pipeline.training.judgement_refit import refit

PRIOR = JudgementWeights(options={"tag": 1.0}, sums={})


def receipt(number: int, tagged: float, first: bool) -> JudgedReceipt:
    """Two amounts that are tagged as the total; which one is, is known by the truth."""
    price, total = f"{number + 3}.00", f"{number + 5}.50"
    page, tags = page_of([[("A", ""), (price, "total")], [("B", ""), (total, "total")]])
    scores = {"total": np.array([0, 0.5, 0, tagged], np.float32)}
    truth = AnnotatedPage(
        id=str(number),
        source="test",
        page=page,
        tags=tags.labels,
        annotated=frozenset({"total"}),
        fields={"total": price if first else total},
    )
    (reading,) = from_boxes([truth])
    return judged_receipt(reading, replace(tags, scores=scores), LABELS)


RECEIPTS = [receipt(number, 0.5, first=number % 4 == 0) for number in range(20)]


def test_a_fit_finds_where_the_truth_stands() -> None:
    weights, used = fit(RECEIPTS, PRIOR, packaged())
    assert used == len(RECEIPTS)
    right = [right_values(one, weights)["total"] for one in RECEIPTS]
    assert sum(right) == 15, "the lower one, as three times in four"


def test_the_likelihood_rises() -> None:
    weights, _ = fit(RECEIPTS, packaged(), packaged())
    before, after = (
        sum(surprise(one, model) for one in RECEIPTS) for model in (packaged(), weights)
    )
    assert after < before


def test_receipts_without_a_right_assignment_are_left_out() -> None:
    kind, _ = RECEIPTS[0].truth["total"]
    wrong = replace(RECEIPTS[0], truth={"total": (kind, "99.99")}, places={})
    _, used = fit([*RECEIPTS, wrong], PRIOR, packaged())
    assert used == len(RECEIPTS)
    assert fit([wrong], PRIOR, packaged()) == (PRIOR, 0)


def test_few_receipts_change_the_packaged_weights_little() -> None:
    found = refit(RECEIPTS * 2, folds=[0, 1] * len(RECEIPTS))
    assert found.weights is not None
    assert len(found.outside) == 2 * len(RECEIPTS)
    before, after = packaged().arrays(), found.weights.arrays()
    for label in JUDGED:
        assert after.options[label] == pytest.approx(before.options[label], abs=0.5)


def test_receipts_that_tell_nothing_of_the_summary_change_nothing() -> None:
    silent = [replace(one, truth={}) for one in RECEIPTS * 2]
    assert refit(silent, folds=[0, 1] * len(RECEIPTS)).weights is None
    assert refit(RECEIPTS, folds=[0, 1] * 10).weights is None, "too few"


def test_a_misread_amount_counts_by_its_place() -> None:
    kind, _ = RECEIPTS[0].truth["total"]
    misread = replace(RECEIPTS[0], truth={"total": (kind, "99.99")}, places={"total": {3}})
    _, used = fit([misread], PRIOR, packaged())
    assert used == 1


def test_one_amount_of_the_summary_is_misread() -> None:
    page, tags = page_of(
        [[("TEA", ""), ("5.00", "item_total")], [("Total", ""), ("5.00", "total")]]
    )
    whole = AnnotatedPage("1", "test", page, tags.labels, frozenset({"total"}))
    spoilt = with_misread_amount(whole, random.Random(0))
    texts = [token.text for token in spoilt.page.tokens]
    assert texts[:3] == ["TEA", "5.00", "Total"]
    assert texts[3] != "5.00"
    assert spoilt.tags == whole.tags
