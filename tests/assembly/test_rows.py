from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble

D, Q, U, T = "item_description", "item_quantity", "item_unit_price", "item_total"
Item = tuple[str | None, str | None, str | None, str | None]


def items_of(lines: Sequence[Sequence[Word]], slope: float = 0.0) -> list[Item]:
    contents = assemble(*page_of(lines, slope), LABELS)

    def text(value: Decimal | None) -> str | None:
        return None if value is None else str(value)

    return [
        (
            item.description.value if item.description else None,
            text(item.quantity.value if item.quantity else None),
            text(item.unit_price.value if item.unit_price else None),
            text(item.total.value if item.total else None),
        )
        for item in contents.items
    ]


def test_one_line_each() -> None:
    lines = [[("2", Q), ("COLA", D), ("3.50", U), ("7.00", T)], [("BREAD", D), ("2.10", T)]]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", None, None, "2.10")]


@pytest.mark.parametrize("slope", [-0.03, 0.03])
def test_skewed_page(slope: float) -> None:
    lines = [[(f"ITEM{n}", D), ("x", ""), ("y", ""), (f"{n}.00", T)] for n in range(1, 6)]
    expected = [(f"ITEM{n}", None, None, f"{n}.00") for n in range(1, 6)]
    assert items_of(lines, slope) == expected


def test_description_over_two_lines() -> None:
    lines = [
        [("GREEN", D), ("TEA", D)],
        [("LARGE", "+" + D), ("4.00", T)],
        [("CAKE", D), ("5.00", T)],
    ]
    assert items_of(lines) == [
        ("GREEN TEA LARGE", None, None, "4.00"),
        ("CAKE", None, None, "5.00"),
    ]


def test_quantity_line_below() -> None:
    lines = [
        [("COLA", D), ("7.00", T)],
        [("2", Q), ("x", ""), ("3.50", U)],
        [("BREAD", D), ("2.10", T)],
    ]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", None, None, "2.10")]


def test_quantity_line_above() -> None:
    lines = [
        [("2", Q), ("x", ""), ("3.50", U)],
        [("COLA", D), ("7.00", T)],
        [("3", Q), ("x", ""), ("1.00", U)],
        [("BREAD", D), ("3.00", T)],
    ]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", "3", "1.00", "3.00")]


def test_the_product_decides_between_above_and_below() -> None:
    lines = [
        [("BREAD", D), ("2.10", T)],
        [("2", Q), ("x", ""), ("3.50", U)],
        [("COLA", D), ("7.00", T)],
    ]
    assert items_of(lines) == [("BREAD", None, None, "2.10"), ("COLA", "2", "3.50", "7.00")]


def test_numbers_below_the_description() -> None:
    lines = [
        [("COLA", D)],
        [("2", Q), ("3.50", U), ("7.00", T)],
        [("BREAD", D)],
        [("1", Q), ("2.10", U), ("2.10", T)],
    ]
    assert items_of(lines) == [("COLA", "2", "3.50", "7.00"), ("BREAD", "1", "2.10", "2.10")]


def test_total_alone_is_an_item_quantity_alone_is_not() -> None:
    assert items_of([[("7.00", T)]]) == [(None, None, None, "7.00")]
    assert items_of([[("2", Q), ("3.50", U)]]) == []


def test_without_item_labels_there_are_no_items() -> None:
    assert items_of([[("TOTAL", ""), ("7.00", "total")]]) == []
