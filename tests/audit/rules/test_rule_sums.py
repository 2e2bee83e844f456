"""Sums that fail on amounts that were read well are reported, misread ones only noted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from audited import audited, field, sale

RULE = "subtotal+tax+tip=total"


def receipt(ok, confidence=0.99):
    return sale(
        subtotal=field(10.0, confidence, top=30),
        tax=field(1.0, confidence, top=60),
        total=field(12.0, confidence, top=90),
        checks=[{"rule": RULE, "ok": ok, "expected": 11.0, "found": 12.0}],
    )


def test_a_failing_sum_shows_its_amounts_and_the_difference(tmp_path):
    (finding,) = audited(tmp_path, [receipt(ok=False)])
    assert (finding.rule, finding.severity) == ("sum-does-not-hold", "medium")
    assert "12.00 EUR is printed, 11.00 EUR would be right" in finding.reason
    assert finding.amount == 1.0
    assert {look.field for look in finding.look_at} == {"subtotal", "tax", "total"}
    assert finding.score == pytest.approx(0.99**3, abs=1e-4)


def test_doubtful_amounts_make_it_a_note(tmp_path):
    (finding,) = audited(tmp_path, [receipt(ok=False, confidence=0.6)])
    assert finding.severity == "info"
    assert finding.score == pytest.approx(0.216, abs=1e-4)


def test_a_sum_that_holds_is_left_alone(tmp_path):
    assert audited(tmp_path, [receipt(ok=True)]) == []


def test_a_list_that_may_lack_an_item_makes_it_a_note(tmp_path):
    check = {"rule": "items-discount=subtotal", "ok": False, "expected": 4.0, "found": 9.0}
    items = [{"total": field(4.0, 0.8, top=60)}]
    (finding,) = audited(tmp_path, [sale(subtotal=9.0, items=items, checks=[check])])
    assert (finding.severity, finding.score) == ("info", pytest.approx(0.99 * 0.8))


def test_the_amounts_of_an_item_are_shown(tmp_path):
    item = {"quantity": field(2), "unit_price": field(3), "total": field(9, top=40)}
    check = {
        "rule": "items[0]: quantity*unit_price=total",
        "ok": False,
        "expected": 6.0,
        "found": 9.0,
    }
    (finding,) = audited(tmp_path, [sale(items=[item], checks=[check])])
    assert finding.severity == "low"
    assert [look.field for look in finding.look_at] == [
        "items[0].quantity",
        "items[0].unit_price",
        "items[0].total",
    ]


def failing(rule, expected, found, *holding, **values):
    """A receipt on which one sum fails and others hold."""
    checks = [{"rule": rule, "ok": False, "expected": expected, "found": found}]
    checks += [{"rule": one, "ok": True, "expected": 1.0, "found": 1.0} for one in holding]
    return sale(checks=checks, **values)


PAID = "payments-change=total"
ITEMS = "items-discount=subtotal"
SUBTOTAL = {"subtotal": field(57.39), "tax": field(3.79)}


@pytest.mark.parametrize(
    ("receipt", "reason"),
    [
        # A discount after the subtotal was not read; a total that was raised is reported.
        (failing(RULE, 61.18, 49.7, PAID, ITEMS, total=49.7, **SUBTOTAL), "a discount"),
        (failing(RULE, 61.18, 71.18, PAID, ITEMS, total=71.18, **SUBTOTAL), None),
        (failing(RULE, 61.18, 49.7, ITEMS, total=49.7, **SUBTOTAL), None),
        # A fee was taken for another field.
        (
            failing(RULE, 61.18, 65.0, total=65.0, service_charge=3.82, **SUBTOTAL),
            "printed elsewhere",
        ),
        (failing(RULE, 61.18, 65.0, total=65.0, service_charge=3.9, **SUBTOTAL), None),
        # The till rounded the tax of each of five things.
        (
            failing(
                "taxes[0]: net*rate=amount",
                7.63,
                7.6,
                taxes=[{"net": field(127.2), "rate": field(6), "amount": field(7.6)}],
                items=[{"quantity": field(8), "total": field(127.2)}],
            ),
            "round the tax",
        ),
        (
            failing(
                "taxes[0]: net*rate=amount",
                7.63,
                8.6,
                taxes=[{"net": field(127.2), "rate": field(6), "amount": field(8.6)}],
                items=[{"quantity": field(8), "total": field(127.2)}],
            ),
            None,
        ),
        # A refund prints minus behind the sums and not behind the items.
        (failing(RULE, 108.85, -108.85, total=-108.85, **SUBTOTAL), "sign"),
    ],
)
def test_sums_that_fail_for_another_reason_are_notes(tmp_path, receipt, reason):
    (finding,) = audited(tmp_path, [receipt])
    assert finding.severity == ("medium" if reason is None else "info")
    assert (reason or "would be right") in finding.reason
    assert (finding.score <= 0.25) == (reason is not None)


def tax_on(subtotal, tax, total, rates=(), country="US"):
    """A receipt whose items make up the subtotal, and payments the total; the sum between fails."""
    return failing(
        RULE,
        float(Decimal(subtotal) + Decimal(tax)),
        float(total),
        PAID,
        ITEMS,
        subtotal=field(subtotal),
        tax=field(tax),
        total=field(total),
        country=field(country),
        taxes=[{"rate": field(rate)} for rate in rates],
    )


@pytest.mark.parametrize(
    "receipt",
    [
        tax_on("44.23", "3.97", "47.5"),  # one digit: 3.27 would be right
        tax_on("44.23", "13.27", "47.5"),  # a digit was put before it
        tax_on("16.35", "92.72", "17.99"),  # nobody gets 91.08 off 16.35
        tax_on("50", "9.51", "54.13", ["8.25"]),  # 4.13, as printed rates have it
        tax_on("50", "9.31", "52", country="ES"),  # 2.00, as Spain's rate of 4 % has it
    ],
)
def test_a_tax_that_should_be_lower_is_reported(tmp_path, receipt):
    found = [one for one in audited(tmp_path, [receipt]) if one.rule == "sum-does-not-hold"]
    assert [one.severity for one in found] == ["medium"]
    right = receipt.total.value - receipt.subtotal.value
    assert f"with a tax of {right:.2f} EUR all would hold" in found[0].reason


def test_a_total_that_should_be_lower_says_nothing_of_the_tax(tmp_path):
    found = audited(tmp_path, [tax_on("44.23", "3.27", "49.5")])
    (finding,) = (one for one in found if one.rule == "sum-does-not-hold")
    assert finding.severity == "medium"
    assert "with a tax" not in finding.reason


@pytest.mark.parametrize(
    "receipt",
    [
        tax_on("57.39", "3.79", "49.7", ["8.25"]),  # a fifth off, then 8.25 %
        tax_on("50", "4.13", "53.13", ["8.25"]),  # 8.25 %, then a coupon for 1.00
        tax_on("44.23", "3.97", "46.55"),  # several digits
        tax_on("63465", "17135", "75600", country="HU"),  # 27 %, then 5,000 off
    ],
)
def test_a_discount_that_was_not_read_is_a_note(tmp_path, receipt):
    found = [one for one in audited(tmp_path, [receipt]) if one.rule == "sum-does-not-hold"]
    assert [one.severity for one in found] == ["info"]
    assert "a discount" in found[0].reason


def test_items_that_add_up_to_the_total_may_include_a_tax_that_was_not_read(tmp_path):
    items = [{"total": field(total)} for total in ("70.5", "50.5")]
    record = failing(ITEMS, 121.0, 100.0, subtotal=100.0, total=121.0, items=items)
    (finding,) = audited(tmp_path, [record])
    assert (finding.severity, finding.score <= 0.25) == ("info", True)
    assert "a tax may not have been read" in finding.reason
    wrong = failing(ITEMS, 141.0, 100.0, subtotal=100.0, total=121.0, items=items)
    assert [one.severity for one in audited(tmp_path, [wrong])] == ["low"]


def test_cash_and_payments_are_one_sum(tmp_path):
    cash = {"rule": "cash-change=total", "ok": False, "expected": 34.5, "found": 35.5}
    again = {**cash, "rule": PAID}
    receipt = sale(total=35.5, cash=35.0, change=0.5, checks=[cash, again])
    first, second = audited(tmp_path, [receipt])
    assert (first.severity, second.severity) == ("medium", "info")
