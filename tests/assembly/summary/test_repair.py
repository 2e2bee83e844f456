"""One misread digit is repaired where the sums leave exactly one possibility."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.assembly.summary.repair import other_digits
from pipeline.receipt import Contents

LINES: list[list[Word]] = [
    [("2", "item_quantity"), ("COLA", "item_description"), ("3.50", "item_unit_price"),
     ("7.00", "item_total")],
    [("BREAD", "item_description"), ("2.10", "item_total")],
    [("Subtotal", ""), ("9.10", "subtotal")],
    [("GST", ""), ("0.55", "tax")],
    [("Total", ""), ("9.65", "total")],
    [("Cash", ""), ("10.00", "cash")],
    [("Change", ""), ("0.35", "change")],
]  # fmt: skip


def read_with(place: tuple[int, int], text: str) -> Contents:
    lines = [list(line) for line in LINES]
    line, column = place
    lines[line][column] = (text, lines[line][column][1])
    return assemble(*page_of(lines), LABELS)


def test_a_sound_receipt_is_left_alone() -> None:
    contents = assemble(*page_of(LINES), LABELS)
    assert "repaired" not in contents.model_dump_json()
    assert all(check.ok for check in contents.checks)


@pytest.mark.parametrize(
    ("place", "misread", "name", "right"),
    [
        ((2, 1), "9.70", "subtotal", "9.10"),
        ((3, 1), "0.85", "tax", "0.55"),
        ((4, 1), "9.85", "total", "9.65"),
        ((6, 1), "0.85", "change", "0.35"),
    ],
)
def test_summary_amounts(place: tuple[int, int], misread: str, name: str, right: str) -> None:
    contents = read_with(place, misread)
    field = getattr(contents, name)
    assert (field.value, field.text, field.repaired) == (Decimal(right), misread, True)
    assert all(check.ok for check in contents.checks)


def test_a_lost_point() -> None:
    lines: list[list[Word]] = [*LINES[:3], [("Total", ""), ("910", "total")]]
    total = assemble(*page_of(lines), LABELS).total
    assert total is not None
    assert (total.value, total.text, total.repaired) == (Decimal("9.10"), "910", True)


def test_net_unit_prices_and_a_net_subtotal_are_left_alone() -> None:
    lines: list[list[Word]] = [
        [("5", "item_quantity"), ("LAMP", "item_description"), ("16.50", "item_unit_price"),
         ("87.45", "item_total")],
        [("Subtotal", ""), ("82.50", "subtotal")],
        [("GST", ""), ("4.95", "tax")],
        [("Total", ""), ("87.45", "total")],
    ]  # fmt: skip
    contents = assemble(*page_of(lines), LABELS)
    assert "repaired" not in contents.model_dump_json()
    assert [check.ok for check in contents.checks] == [True, True, True]


@pytest.mark.parametrize(
    ("place", "misread", "column", "right"),
    [((0, 2), "3.60", "unit_price", "3.50"), ((0, 3), "1.00", "total", "7.00")],
)
def test_item_amounts(place: tuple[int, int], misread: str, column: str, right: str) -> None:
    field = getattr(read_with(place, misread).items[0], column)
    assert (field.value, field.text, field.repaired) == (Decimal(right), misread, True)


def test_two_possibilities_are_none() -> None:
    lines: list[list[Word]] = [
        [("COLA", "item_description"), ("3.00", "item_total")],
        [("BREAD", "item_description"), ("2.00", "item_total")],
        [("Total", ""), ("6.00", "total")],
    ]
    contents = assemble(*page_of(lines), LABELS)
    assert "repaired" not in contents.model_dump_json()


def test_a_count_is_not_changed_to_fit() -> None:
    contents = read_with((0, 0), "3")
    quantity = contents.items[0].quantity
    assert quantity is not None
    assert quantity.value == 3
    assert contents.needs_review


def test_the_key_is_in_the_record_only_where_it_is_true() -> None:
    record = read_with((4, 1), "9.85").model_dump(mode="json")
    assert record["total"]["repaired"] is True
    assert "repaired" not in record["tax"]
    assert Contents.model_validate(record).total is not None


@given(st.decimals("0", "9999", places=2))
def test_other_digits_differ_in_one_place(value: Decimal) -> None:
    text = f"{value:.2f}"
    found = other_digits(text, Decimal)
    assert value not in found
    assert len(found) == 9 * (len(text) - 1)
