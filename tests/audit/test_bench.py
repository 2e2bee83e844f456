"""Piles of drawn receipts: copies and faults are what they say, and the audit finds them."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from audited import audited, field, record

from pipeline.audit.policy.load import load_policy
from pipeline.evaluation.audit.compared_pairs import compared_pairs
from pipeline.evaluation.audit.copies import COPIES, LOOK_ALIKES
from pipeline.evaluation.audit.drawn_records import draw_sale, receipt_of
from pipeline.evaluation.audit.duplicate_scores import duplicate_curve
from pipeline.evaluation.audit.fault_scores import fault_lines
from pipeline.evaluation.audit.faults import faults
from pipeline.evaluation.audit.harmless import unread_discount
from pipeline.evaluation.audit.pile import draw_pile, draw_tills


@pytest.fixture(scope="module")
def tills():
    return draw_tills(12, 4000)


@pytest.fixture(scope="module")
def sale(tills):
    """Of a till that prints time and number."""
    rng = random.Random(1)
    sales = [draw_sale(till, rng, "a.jpg") for till in tills]
    return next(one for one in sales if {"time", "receipt_number", "merchant_phone"} <= one.keys())


def test_the_sums_of_drawn_records_hold(tills):
    records = [receipt_of(draw_sale(till, random.Random(2), "a.jpg")) for till in tills]
    assert all(check.ok for record in records for check in record.checks)
    assert any(record.checks for record in records)


def test_a_pile_is_reproducible(tills):
    piles = [list(draw_pile(tills, 450, 5, 0.2, 0.2)) for _ in range(2)]
    assert piles[0] == piles[1]
    assert {one.kind for one in piles[0]} & (COPIES.keys() | LOOK_ALIKES.keys())


@pytest.mark.parametrize("kind", ["re-encoded", "turned", "photographed again", "card slip"])
def test_copies_are_found(tmp_path, sale, kind):
    copy = COPIES[kind](sale, random.Random(3))
    copy["source"] = {**sale["source"], "path": "b.jpg", "sha256": "b"}
    found = audited(tmp_path, [receipt_of(sale), receipt_of(copy)])
    assert [one.path for f in found if f.rule[:9] == "duplicate" for one in f.receipts] == [
        "b.jpg",
        "a.jpg",
    ]


@pytest.mark.parametrize("kind", LOOK_ALIKES)
def test_look_alikes_are_left_alone(tmp_path, sale, kind):
    other = LOOK_ALIKES[kind](sale, random.Random(3))
    other["source"] = {**sale["source"], "path": "b.jpg", "sha256": "b"}
    found = audited(tmp_path, [receipt_of(sale), receipt_of(other)])
    assert [one for one in found if one.rule[:9] == "duplicate"] == []


def test_faults_name_rules_of_the_policy_or_the_package():
    policy = load_policy("us-company")
    known = {one.name for one in (*policy.file.rules, *policy.file.limits)} | {
        *("sum-does-not-hold", "claim-above-receipt", "split-purchase", "claimed-by-several"),
        "claim-above-exchanged",
    }
    assert {fault.rule for fault in faults(policy.file).values()} <= known


def test_the_curve_of_duplicates_counts_each_receipt_once():
    pairs = list(compared_pairs(draw_tills(12, 4000), 450, 5, 0.1, 0.1))
    copies = [one.path for one in pairs if one.is_same]
    assert len(copies) == len(set(copies)) > 10
    lines = list(duplicate_curve(12, 450, 5, 50.0))
    assert any("average precision" in line for line in lines)
    assert lines[-1].startswith("| in use, ")


@pytest.mark.parametrize("seed", range(6))
def test_a_discount_that_was_not_read_fails_the_sum_with_the_tax_alone(seed):
    amount = {
        name: field(Decimal(value))
        for name, value in {"subtotal": "40.00", "tax": "3.30", "total": "43.30"}.items()
    }
    items, payment = [{"total": field(Decimal("40.00"))}], {"method": field("visa")}
    payments = [payment | {"amount": field(Decimal("43.30"))}]
    plain = record(**amount, items=items, payments=payments).model_dump(exclude_none=True)
    plain["source"]["sha256"] = "a"
    assert all(check.ok for check in receipt_of(plain).checks)
    lacking = unread_discount(plain, random.Random(seed))
    assert lacking is not None
    (failing,) = (check for check in receipt_of(lacking).checks if not check.ok)
    assert failing.rule == "subtotal+tax+tip=total"
    assert failing.found < failing.expected
    without_items = {**plain, "items": []}
    assert unread_discount(without_items, random.Random(seed)) is None


def test_the_benchmark_of_faults_prints_recall_alarms_and_curves(tmp_path):
    lines = "\n".join(fault_lines(12, 120, 4000, tmp_path, 50.0))
    assert "| date in the future | `date-in-future` | " in lines
    assert "`sum-does-not-hold`: " in lines
    assert "| add up to the total | " in lines
    assert "`tip-above-a-quarter`: " not in lines, "a drawn receipt may well breach the policy"
