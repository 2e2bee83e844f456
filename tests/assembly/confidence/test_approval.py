"""Which receipts may pass unseen, and what it takes to say so."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_pages import LABELS, Word, page_of
from scipy.stats import beta

from pipeline.assembly.assemble import assemble
from pipeline.assembly.confidence.approval import (
    Approval,
    JudgedReceipt,
    choose_approval,
    least_share,
    receipts_needed,
)
from pipeline.assembly.confidence.calibration import Calibration, Weights, approval_of
from pipeline.errors import ConfigError

RECEIPT: list[list[Word]] = [
    [("ACME", "merchant_name")],
    [("25/04/2018", "date")],
    [("Subtotal", ""), ("7.00", "subtotal")],
    [("GST", ""), ("0.42", "tax")],
    [("Total", ""), ("7.42", "total")],
]
SURE = Calibration(common=Weights(offset=10.0, of={}))


def judged(score: float, right: bool = True, **changes: object) -> JudgedReceipt:
    fields = {"total": (score, right), "date": (1.0, True), "merchant_name": (1.0, True)}
    return JudgedReceipt.model_validate({"sums": True, "fields": fields, **changes})


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bound_is_scipys(counts: tuple[int, int]) -> None:
    right, of = counts
    expected = beta.ppf(0.05, right, of - right + 1) if right else 0.0
    assert least_share(right, of) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("precision", "count"), [(0.9, 29), (0.95, 59), (0.99, 299)])
def test_the_fewest_receipts_that_support_a_precision(precision: float, count: int) -> None:
    assert receipts_needed(precision) == count
    assert least_share(count, count) >= precision > least_share(count - 1, count - 1)


def test_the_lowest_threshold_that_is_supported() -> None:
    receipts = [judged(1 - index / 1000) for index in range(60)]
    receipts += [judged(0.5, right=False) for _ in range(20)]
    found = choose_approval(receipts, 0.95)
    assert (found.passed, found.wrong) == (60, 0)
    assert found.threshold == pytest.approx(1 - 59 / 1000)
    assert choose_approval(receipts, 0.6).threshold == 0.5


def test_equally_sure_receipts_pass_together_or_not_at_all() -> None:
    receipts = [judged(0.9) for _ in range(60)] + [judged(0.9, right=False) for _ in range(9)]
    with pytest.raises(ConfigError, match="does not support"):
        choose_approval(receipts, 0.95)


def test_sixty_receipts_cannot_prove_99_percent() -> None:
    with pytest.raises(ConfigError, match=r"0\.951.*299 receipts without an error"):
        choose_approval([judged(0.9)] * 60, 0.99)
    with pytest.raises(ConfigError, match="supports at most 0 "):
        choose_approval([], 0.5)


def test_receipts_that_could_not_be_approved_support_nothing() -> None:
    good = [judged(0.9)] * 59
    others = [
        judged(0.99, right=False, sums=False),
        judged(0.99, right=False, fields={"total": (0.99, False)}),
        judged(0.99, right=False, unknown=("date",)),
    ]
    assert choose_approval([*good, *others], 0.95).passed == 59


def test_what_must_be_right_can_be_chosen() -> None:
    receipts = [judged(0.9, fields={"total": (0.9, True), "date": (0.1, False)})] * 59
    assert choose_approval(receipts, 0.95, ["total"]).required == ("total",)
    with pytest.raises(ConfigError):
        choose_approval(receipts, 0.95, ["total", "date"])


@pytest.mark.parametrize("precision", [0, 1, 1.5, -1, math.nan])
def test_a_precision_is_a_share(precision: float) -> None:
    with pytest.raises(ConfigError, match="between 0 and 1"):
        choose_approval([judged(0.9)] * 300, precision)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=120), st.floats(0.05, 0.95))
def test_what_passes_is_as_right_as_was_asked(
    found: list[tuple[float, bool]], precision: float
) -> None:
    try:
        chosen = choose_approval([judged(*one) for one in found], precision)
    except ConfigError:
        return
    passing = [right for score, right in found if score >= chosen.threshold]
    assert len(passing) == chosen.passed
    assert passing.count(False) == chosen.wrong
    assert sum(passing) / len(passing) >= precision


def test_a_receipt_passes_if_it_is_sure_enough() -> None:
    contents = assemble(*page_of(RECEIPT), LABELS, SURE)
    assert Approval(("total", "date"), 0.99, 300, 0).approves(contents)
    unsure = contents.model_copy(
        update={"date": contents.date and contents.date.model_copy(update={"confidence": 0.5})}
    )
    assert not Approval(("total", "date"), 0.99, 300, 0).approves(unsure)
    assert Approval(("total",), 0.99, 300, 0).approves(unsure)


def test_a_receipt_without_a_required_field_never_passes() -> None:
    contents = assemble(*page_of(RECEIPT[:4]), LABELS, SURE)
    assert contents.total is None
    assert not Approval(("total",), 0.0, 300, 0).approves(contents)


def test_a_receipt_with_a_failed_sum_never_passes() -> None:
    spoilt = [*RECEIPT[:4], [("Total", ""), ("9.99", "total")]]
    contents = assemble(*page_of(spoilt), LABELS, SURE)
    assert not Approval(("total",), 0.0, 300, 0).approves(contents)


def test_a_model_without_calibration_approves_nothing() -> None:
    with pytest.raises(ConfigError, match=r"no calibration\.json"):
        approval_of(None, 0.9, ["total"])
    supported = SURE.model_copy(update={"receipts": (judged(0.9),) * 59})
    assert approval_of(supported, 0.95, ["total"]).passed == 59
