"""A misread amount is corrected to what the recogniser held possible and the sums ask for."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from receipt_pages import LABELS, Word, held_possible, page_of

from pipeline.assembly.assemble import assemble
from pipeline.assembly.confidence.calibration import Calibration, Weights
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
AMOUNTS = ("3.50", "7.00", "2.10", "9.10", "0.55", "9.65", "10.00", "0.35")

Others = Mapping[str, Mapping[str, float]]


def read_with(place: tuple[int, int], text: str, others: Mapping[str, float]) -> Contents:
    """The receipt with one word misread."""
    lines = [list(line) for line in LINES]
    line, column = place
    lines[line][column] = (text, lines[line][column][1])
    return assembled(lines, {text: others})


def assembled(
    lines: list[list[Word]], others: Others, calibration: Calibration | None = None
) -> Contents:
    page, tags = page_of(lines)
    return assemble(held_possible(page, others), tags, LABELS, calibration)


def is_repaired(contents: Contents) -> bool:
    return "repaired" in contents.model_dump_json()


def test_a_sound_receipt_is_left_alone_whatever_else_was_possible() -> None:
    others = {amount: {amount.replace("0", "8"): 0.3, f"1{amount}": 0.2} for amount in AMOUNTS}
    contents = assembled(LINES, others)
    assert not is_repaired(contents)
    assert all(check.ok for check in contents.checks)


SUMMARY = [
    ((2, 1), "9.70", "subtotal", "9.10"),
    ((3, 1), "0.85", "tax", "0.55"),
    ((4, 1), "9.85", "total", "9.65"),
    ((6, 1), "0.85", "change", "0.35"),
]


@pytest.mark.parametrize(("place", "misread", "name", "right"), SUMMARY)
def test_summary_amounts(place: tuple[int, int], misread: str, name: str, right: str) -> None:
    contents = read_with(place, misread, {right: 0.4, f"1{right}": 0.1})
    field = getattr(contents, name)
    assert (field.value, field.text, field.repaired) == (Decimal(right), misread, True)
    assert all(check.ok for check in contents.checks)


@pytest.mark.parametrize(("place", "misread", "name", "right"), SUMMARY)
def test_what_was_not_held_possible_is_not_made(
    place: tuple[int, int], misread: str, name: str, right: str
) -> None:
    for others in ({}, {f"1{right}": 0.4}):
        contents = read_with(place, misread, others)
        assert not is_repaired(contents), name
        assert contents.needs_review


@pytest.mark.parametrize(
    ("misread", "possible"),
    [
        ("965", "9.65"),
        ("69.65", "£9.65"),
        ("9.65", "19.65"),
        ("89.65", "9.65"),
        ("3.6", "3.69"),
    ],
)
def test_a_lost_point_a_sign_read_as_a_digit_and_a_lost_digit(misread: str, possible: str) -> None:
    lines: list[list[Word]] = [
        [("COLA", "item_description"), ("possible", "item_total")],
        [("Subtotal", ""), ("possible", "subtotal")],
        [("Total", ""), (misread, "total")],
    ]
    right = possible.lstrip("£")
    lines = [[(right, w[1]) if w[0] == "possible" else w for w in line] for line in lines]
    total = assembled(lines, {misread: {possible: 0.4}}).total
    assert total is not None
    assert total.value == Decimal(right)
    assert (total.text, total.repaired) in ((misread, True), (right, False))


def test_net_unit_prices_and_a_net_subtotal_are_left_alone() -> None:
    lines: list[list[Word]] = [
        [("5", "item_quantity"), ("LAMP", "item_description"), ("16.50", "item_unit_price"),
         ("87.45", "item_total")],
        [("Subtotal", ""), ("82.50", "subtotal")],
        [("GST", ""), ("4.95", "tax")],
        [("Total", ""), ("87.45", "total")],
    ]  # fmt: skip
    contents = assembled(lines, {"82.50": {"87.45": 0.1}, "16.50": {"17.49": 0.1}})
    assert not is_repaired(contents)
    assert [check.ok for check in contents.checks] == [True, True, True]


@pytest.mark.parametrize(
    ("place", "misread", "column", "right"),
    [((0, 2), "3.60", "unit_price", "3.50"), ((0, 3), "1.00", "total", "7.00")],
)
def test_item_amounts(place: tuple[int, int], misread: str, column: str, right: str) -> None:
    field = getattr(read_with(place, misread, {right: 0.4}).items[0], column)
    assert (field.value, field.text, field.repaired) == (Decimal(right), misread, True)


def test_two_equal_possibilities_are_none() -> None:
    lines: list[list[Word]] = [
        [("COLA", "item_description"), ("3.00", "item_total")],
        [("BREAD", "item_description"), ("2.00", "item_total")],
        [("Total", ""), ("6.00", "total")],
    ]
    assert not is_repaired(assembled(lines, {"3.00": {"4.00": 0.2}, "2.00": {"3.00": 0.2}}))


def test_a_repaired_value_is_no_surer_than_the_repair() -> None:
    sure = Calibration(common=Weights(offset=9.0, of={}))
    lines = [list(line) for line in LINES]
    lines[4][1] = ("9.85", "total")
    contents = assembled(lines, {"9.85": {"9.65": 0.4}}, sure)
    assert contents.total is not None and contents.subtotal is not None
    assert contents.total.repaired
    assert contents.total.confidence <= 0.95, "the tag's probability times that of the repair"
    assert contents.subtotal.confidence > 0.99


def test_the_key_is_in_the_record_only_where_it_is_true() -> None:
    record = read_with((4, 1), "9.85", {"9.65": 0.4}).model_dump(mode="json")
    assert record["total"]["repaired"] is True
    assert "repaired" not in record["tax"]
    assert Contents.model_validate(record).total is not None


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from(AMOUNTS),
        st.dictionaries(
            st.decimals("0.01", "99", places=2).map(lambda value: f"{value:.2f}"),
            st.floats(0.01, 0.3),
            max_size=3,
        ),
    ),
    st.sampled_from([place for place, *_ in SUMMARY]),
    st.sampled_from(AMOUNTS),
)
def test_only_what_was_held_possible_is_ever_delivered(
    others: dict[str, dict[str, float]], place: tuple[int, int], misread: str
) -> None:
    lines = [list(line) for line in LINES]
    lines[place[0]][place[1]] = (misread, lines[place[0]][place[1]][1])
    contents = assembled(lines, others)
    for name in ("subtotal", "tax", "total", "cash", "change"):
        field = getattr(contents, name)
        if field is not None and field.repaired:
            assert f"{field.value:.2f}" in others[field.text]
