"""What else than the sums says which amount was misread: tax rates, repetition, round cash."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from receipt_pages import LABELS, Word, held_possible, page_of

from pipeline.assembly.assemble import assemble
from pipeline.assembly.summary.corrections import ReadAmounts, possible_changes
from pipeline.assembly.summary.repair_equations import equations
from pipeline.receipt import Contents

BOUGHT: list[list[Word]] = [
    [("COAT", "item_description"), ("120.00", "item_total")],
    [("Total", ""), ("120.00", "total")],
]


# For each word the others that were held possible.
POSSIBLE = {
    "20.90": ["20.00", "29.90"],
    "13.57": ["18.57"],
    "2.36": ["2.86"],
    "900.00": ["899.90"],
    "64,60": ["64,80"],
}


def read(*lines: list[Word]) -> Contents:
    page, tags = page_of(lines)
    others = {word: dict.fromkeys(texts, 0.3) for word, texts in POSSIBLE.items()}
    return assemble(held_possible(page, others), tags, LABELS)


@pytest.mark.parametrize(
    "line",
    [
        [("VAT", ""), ("20%", ""), ("20.90", "tax")],  # of 120.00, included
        [("VAT", ""), ("20", ""), ("%", ""), ("20.90", "tax")],
        [("20,00%", ""), ("100.00", ""), ("20.90", "tax"), ("120.00", "total", 0.6)],
    ],
)
def test_a_tax_is_its_rate_of_a_base(line: list[Word]) -> None:
    tax = read(*BOUGHT, line).tax
    assert tax is not None
    assert (tax.value, tax.text, tax.repaired) == (Decimal("20.00"), "20.90", True)


@pytest.mark.parametrize(
    "line",
    [
        [("VAT", ""), ("20%", ""), ("20.00", "tax")],
        [("VAT", ""), ("20%", ""), ("13.57", "tax")],  # not all goods are taxed
        [("VAT", ""), ("20.90", "tax")],
        [("VAT", ""), ("20%", ""), ("10%", ""), ("20.90", "tax")],
    ],
)
def test_a_tax_that_no_rate_contradicts_in_one_digit_is_left(line: list[Word]) -> None:
    assert "repaired" not in read(*BOUGHT, line).model_dump_json()


def test_each_row_of_a_table_by_its_own_amounts() -> None:
    tax = read(
        *BOUGHT,
        [("A", ""), ("20%", ""), ("50.00", ""), ("10.00", "tax"), ("60.00", "")],
        [("B", ""), ("5%", ""), ("57.14", ""), ("2.36", "tax"), ("60.00", "")],
    ).tax
    assert tax is not None
    assert (tax.value, tax.repaired) == (Decimal("12.86"), True)


def test_a_total_that_is_printed_again_is_likelier() -> None:
    total, item = ("total", 0), ("item_total", 0)
    read = ReadAmounts(
        values={total: Decimal("20.06"), item: Decimal("20.55")},
        possible={total: {Decimal("20.06"): 0.8, Decimal("20.55"): 0.2}},
        sums=equations({total: Decimal("20.06"), item: Decimal("20.55")}),
    )
    again = replace(read, printed=frozenset({Decimal("20.55")}))
    ((change,), (likelier,)) = (possible_changes(one, one.values, 0) for one in (read, again))
    assert change.term == likelier.term == total
    assert sum(likelier.features) == sum(change.features) + 1


def test_cash_does_not_become_less_round() -> None:
    paid = read(
        [("PARKING", "item_description"), ("117.90", "item_total")],
        [("Total", ""), ("117.90", "total")],
        [("Cash", ""), ("900.00", "cash")],
        [("Change", ""), ("782.00", "change")],
    )
    assert "repaired" not in paid.model_dump_json()


def test_amounts_keep_the_places_that_are_printed() -> None:
    item = read(
        [("3,000", "item_quantity"), ("PAELLA", "item_description"), ("21,60", "item_unit_price"),
         ("64,60", "item_total")],
        [("Total", ""), ("64,80", "total")],
    ).items[0]  # fmt: skip
    assert item.total is not None
    assert str(item.total.value) == "64.80"
