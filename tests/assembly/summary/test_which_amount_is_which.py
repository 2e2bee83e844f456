"""Which amount is which: probabilities and sums together."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.labels import LabelSet
from pipeline.receipt import Contents


def read(*lines: list[Word]) -> Contents:
    return assemble(*page_of(lines), LABELS)


def amount(contents: Contents, name: str) -> Decimal | None:
    field = getattr(contents, name)
    return field.value if field else None


def test_the_total_after_service_and_tax_is_the_total() -> None:
    contents = read(
        [("SUBTOTAL", ""), ("79.60", "subtotal")],
        [("DISCOUNT", ""), ("-30.00", "discount")],
        [("Total", ""), ("Amount", ""), ("49.60", "total")],
        [("Service", ""), ("Charge", ""), ("4.96", "")],
        [("GST", ""), ("3.27", "tax")],
        [("Rounding", ""), ("-0.03", "")],
        [("Total", ""), ("57.80", "total", 0.9)],
    )
    assert amount(contents, "total") == Decimal("57.80")
    assert amount(contents, "discount") == Decimal("30.00"), "what was taken off, without a sign"


def test_a_total_that_nobody_tagged_is_found() -> None:
    contents = read(
        [("Subtotal", ""), ("15.36", "subtotal")],
        [("Tax", ""), ("1.27", "tax")],
        [("Total", ""), ("16.63", "")],
        [("Cash", ""), ("20.00", "cash")],
        [("Change", ""), ("3.37", "change")],
    )
    assert amount(contents, "total") == Decimal("16.63")


def test_cash_is_no_total_where_change_was_given() -> None:
    contents = read(
        [("BREAD", "item_description"), ("17.00", "item_total")],
        [("CASH", ""), ("20.00", "cash", 0.6)],
        [("CHANGE", ""), ("3.00", "change")],
    )
    assert amount(contents, "total") != Decimal("20.00")
    assert amount(contents, "cash") == Decimal("20.00")


def test_nothing_is_invented() -> None:
    contents = read([("SUBTOTAL", ""), ("10.00", "subtotal")], [("GST", ""), ("0.60", "tax")])
    assert amount(contents, "total") is None, "10.60 stands nowhere"


@pytest.mark.parametrize(
    ("taxes", "total", "expected"),
    [
        (["0.60", "0.30"], "10.90", "0.90"),
        (["0.45", "0.45"], "10.90", "0.90"),  # central and state tax
        (["0.90", "0.90"], "10.90", "0.90"),  # the table below says it again
        (["0.60", "0.30", "0.90"], "10.90", "0.90"),  # and so does its last line
        (["0.60", "0.30"], "10.00", "0.90"),  # included
    ],
)
def test_tax_lines_add_up(taxes: list[str], total: str, expected: str) -> None:
    lines: list[list[Word]] = [[("GST", ""), (f"{n}%", ""), (tax, "tax")]
                               for n, tax in enumerate(taxes, 5)]  # fmt: skip
    contents = read(
        [("Subtotal", ""), ("10.00", "subtotal")], *lines, [("Total", ""), (total, "total")]
    )
    assert amount(contents, "tax") == Decimal(expected)


def test_discounts_of_items_add_up() -> None:
    contents = read(
        [("TEA", "item_description"), ("4.15", "item_total")],
        [("Discount", ""), ("-0.20", "discount")],
        [("CAKE", "item_description"), ("3.95", "item_total")],
        [("Discount", ""), ("-0.20", "discount")],
        [("Total", ""), ("7.70", "total")],
    )
    assert amount(contents, "discount") == Decimal("0.40")
    assert all(check.ok for check in contents.checks)


def test_the_sum_of_discounts_counts_once() -> None:
    contents = read(
        [("TEA", "item_description"), ("63,636", "item_total")],
        [("Club", ""), ("-9,545", "discount")],
        [("Subtotal", ""), ("63,636", "subtotal")],
        [("Discount", ""), ("-9,545", "discount")],
        [("PB1", ""), ("5,409", "tax")],
        [("Total", ""), ("59,500", "total")],
    )
    assert amount(contents, "discount") == Decimal("9545")


def test_scores_of_labels_that_lost_count() -> None:
    page, tags = page_of([[("Endbetrag", ""), ("10.00", "item_total", 0.5)]])
    scores = {
        "item_total": np.array([0.0, 0.5], np.float32),
        "total": np.array([0.0, 0.45], np.float32),
    }
    contents = assemble(page, replace(tags, scores=scores), LABELS)
    assert contents.total is not None
    assert contents.total.value == Decimal("10.00")
    assert contents.items == [], "one amount is one thing"


def test_what_may_be_tax_or_tip_is_tax() -> None:
    page, tags = page_of(
        [
            [("Subtotal", ""), ("9.28", "subtotal")],
            [("7.0%", ""), ("0.65", "")],
            [("Total", ""), ("9.93", "total")],
        ]
    )
    likely = {name: np.zeros(len(page.tokens), np.float32) for name in LABELS.names}
    for name, token in (("subtotal", 1), ("total", 5)):
        likely[name][token] = 0.95
    likely["tip"][3], likely["tax"][3] = 0.06, 0.05
    contents = assemble(page, replace(tags, scores=likely), LABELS)
    assert (amount(contents, "tax"), amount(contents, "tip")) == (Decimal("0.65"), None)


@pytest.mark.parametrize(
    ("words", "label", "tip"),
    [
        (["Gratuity"], "tip", "2.00"),
        (["Gratuity"], "", "2.00"),
        (["Service", "Charge"], "", None),
        (["Svr", "Chrg", "10%"], "", None),
        (["Delivery", "Fee"], "tip", None),
        (["Bag", "Fee"], "", None),
        (["Lieferkosten"], "", None),
    ],
)
def test_a_gratuity_is_a_tip_and_charges_and_fees_are_not(
    words: list[str], label: str, tip: str | None
) -> None:
    contents = read(
        [("Subtotal", ""), ("20.00", "subtotal")],
        [*((word, "") for word in words), ("2.00", label)],
        [("Total", ""), ("22.00", "total")],
    )
    assert amount(contents, "tip") == (tip and Decimal(tip))
    assert amount(contents, "total") == Decimal("22.00")


def test_a_label_set_without_service_charges_may_call_them_tips() -> None:
    labels = tuple(label for label in LABELS.labels if label.name != "service_charge")
    page, tags = page_of(
        [
            [("Subtotal", ""), ("20.00", "subtotal")],
            [("Service", ""), ("Charge", ""), ("2.00", "tip")],
            [("Total", ""), ("22.00", "total")],
        ]
    )
    contents = assemble(page, tags, LabelSet(name="own", labels=labels))
    assert amount(contents, "tip") == Decimal("2.00")


def test_a_service_charge_that_no_field_holds_is_no_contradiction() -> None:
    contents = read(
        [("SOUP", "item_description"), ("35.60", "item_total")],
        [("Subtotal", ""), ("35.60", "subtotal")],
        [("SERV.", ""), ("CHARGE", ""), ("(10%):", ""), ("3.56", "")],
        [("GST", ""), ("2.36", "tax")],
        [("Total", ""), ("41.50", "total")],
    )
    assert amount(contents, "total") == Decimal("41.50")
    assert amount(contents, "tip") is None
    assert all(check.ok for check in contents.checks)


def test_litres_and_their_price_are_no_sums() -> None:
    contents = read(
        [("GALLONS:", ""), ("10.889", "subtotal", 0.6)],
        [("PRICE/G:", ""), ("$3.399", "tax", 0.6)],
        [("FUEL", ""), ("SALE", ""), ("$37.01", "total", 0.6)],
    )
    assert (contents.subtotal, contents.tax) == (None, None)
    assert amount(contents, "total") == Decimal("37.01")


def test_a_total_with_a_delivery_fee_is_the_total() -> None:
    contents = read(
        [("Zwischensumme", ""), ("54,00", "subtotal")],
        [("Rabatt", ""), ("-2,70", "discount")],
        [("Lieferkosten", ""), ("2,57", "")],
        [("Zahlbetrag", ""), ("53,87", "total")],
        [("19%", ""), ("8,19", "tax"), ("43,11", ""), ("51,30", "total", 0.6)],
    )
    assert amount(contents, "total") == Decimal("53.87")
