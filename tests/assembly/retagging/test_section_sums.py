"""Sums of a shop's sections between the line items are neither items nor the receipt's sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.assembly.retagging.section_sums import section_sums
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.evaluation.items import item_counts
from pipeline.receipt import Contents
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_further
from pipeline.tagging.types import Tags


def read(lines: Sequence[str]) -> Contents:
    return assemble(*typed_page(["SHOP{merchant_name}", *lines]), LABELS)


def goods(contents: Contents) -> list[tuple[str | None, Decimal | None]]:
    return [
        (item.description and item.description.value, item.total and item.total.value)
        for item in contents.items
    ]


GOODS = [
    ("MILK", Decimal("1.20")),
    ("CHEESE", Decimal("3.50")),
    ("BREAD", Decimal("2.10")),
    ("ROLLS", Decimal("0.90")),
]
SECTIONS = {
    "subtotals": [
        *("DAIRY", "MILK{d} 1.20{t}", "CHEESE{d} 3.50{t}", "SUBTOTAL DAIRY 4.70"),
        *("BAKERY", "BREAD{d} 2.10{t}", "ROLLS{d} 0.90{t}", "SUBTOTAL BAKERY 3.00"),
    ],
    "totals": [
        *("MILK{d} 1.20{t}", "CHEESE{d} 3.50{t}", "TOTAL DAIRY 4.70"),
        *("BREAD{d} 2.10{t}", "ROLLS{d} 0.90{t}", "TOTAL BAKERY 3.00"),
    ],
    "names without a key word": [
        *("MILK{d} 1.20{t}", "CHEESE{d} 3.50{t}", "Sub Dairy 4.70"),
        *("BREAD{d} 2.10{t}", "ROLLS{d} 0.90{t}", "Sub Bakery 3.00"),
    ],
    "sections of one row": [
        *("MILK{d} 1.20{t}", "CHEESE{d} 3.50{t}", "SUBTOTAL 4.70"),
        *("BREAD{d} 2.10{t}", "SUBTOTAL 2.10", "ROLLS{d} 0.90{t}", "SUBTOTAL 0.90"),
    ],
    "sums that are tagged": [
        *("MILK{d} 1.20{t}", "CHEESE{d} 3.50{t}", "SUBTOTAL{d} DAIRY{d} 4.70{t}"),
        *("BREAD{d} 2.10{t}", "ROLLS{d} 0.90{t}", "SUBTOTAL BAKERY 3.00{subtotal}"),
    ],
    "rows that are not tagged": [
        *("MILK{d} 1.20{t}", "CHEESE 3.50", "SUBTOTAL DAIRY 4.70"),
        *("BREAD{d} 2.10{t}", "ROLLS 0.90", "SUBTOTAL BAKERY 3.00"),
    ],
}


@pytest.mark.parametrize("lines", SECTIONS.values(), ids=SECTIONS)
@pytest.mark.parametrize("end", [["SUBTOTAL 7.70{subtotal}"], []])
def test_all_sections_are_items(lines: Sequence[str], end: Sequence[str]) -> None:
    contents = read([*lines, *end, "TOTAL 7.70{total}", "CASH 10.00{cash}", "CHANGE 2.30{change}"])
    assert goods(contents) == GOODS
    assert contents.total and contents.total.value == Decimal("7.70")
    assert (contents.subtotal is not None) == bool(end)
    assert all(check.ok for check in contents.checks)


TAKEN_OFF = {
    "an item's discount": ["MILK{d} 1.20{t}", "OFFER -0.20{item_discount}", "SUBTOTAL DAIRY 1.00"],
    "a discount that is named": ["MILK{d} 1.20{t}", "Discount -0.20{item_discount}", "Dairy 1.00"],
    "a share": ["MILK{d} 1.00{t}", "DISCOUNT 10% -0.10{item_discount}", "TOTAL DAIRY 0.90"],
    "a deposit given back": ["MILK{d} 1.20{t}", "BOTTLES{d} -0.25{t}", "SUBTOTAL DAIRY 0.95"],
    "a sum before what is taken off": [
        *("MILK{d} 1.20{t}", "OFFER -0.20{item_discount}", "SUBTOTAL DAIRY 1.20")
    ],
}


@pytest.mark.parametrize("lines", TAKEN_OFF.values(), ids=TAKEN_OFF)
def test_what_is_taken_off_within_a_section(lines: Sequence[str]) -> None:
    whole = Decimal(lines[-1].split()[-1]) + 2
    contents = read([*lines, "BREAD{d} 2.00{t}", "SUBTOTAL BAKERY 2.00", f"TOTAL {whole}{{total}}"])
    assert [name for name, _ in goods(contents)] in (
        ["MILK", "BREAD"],
        ["MILK", "BOTTLES", "BREAD"],
    )
    assert contents.total and contents.total.value == whole


@pytest.mark.parametrize(
    "lines",
    [
        ["MILK{d} 1.20{t}", "SUBTOTAL 1.20", "BAG FEE 0.10", "TOTAL 1.30{total}"],
        ["MILK{d} 1.20{t}", "SUBTOTAL 1.20", "SUBTOTAL 1.20", "TOTAL 1.20{total}"],
        ["MILK{d} 1.20{t}", "BREAD{d} 1.20{t}", "SUBTOTAL 2.40", "TOTAL 2.40{total}"],
        ["MILK{d} 1.20{t}", "TOTAL A 1.20", "BREAD{d} 2.00{t}", "TOTAL B 2.10", "TOTAL 3.20"],
        ["MILK{d} 1.20{t}", "TOTAL A 1.20", "BREAD{d} 2.00{t}", "TOTAL B 2.00"],
    ],
)
def test_other_sums_are_the_receipts(lines: Sequence[str]) -> None:
    assert not section_sums(TaggedPage.of(*typed_page(lines), LABELS))


def test_items_below_the_sum_of_a_part_stay_where_an_amount_is_misread() -> None:
    contents = read(
        [
            *("MILK{d} 1.20{t}", "CHEESE{d} 3.50{t}", "SUBTOTAL DAIRY 4.70"),
            *("BREAD{d} 2.10{t}", "ROLLS{d} 0.40{t}", "SUBTOTAL BAKERY 3.00"),
            "TOTAL 7.70{total}",
        ]
    )
    assert [name for name, _ in goods(contents)] == [name for name, _ in GOODS]


@pytest.mark.parametrize("seed", [970104, 61087, 61146])
def test_drawn_receipts_keep_the_items_of_all_sections(seed: int) -> None:
    page = annotated_page(draw_further(seed))
    tags = Tags(tuple(page.tags), (1.0,) * len(page.tags))
    found = item_counts(assemble(page.page, tags, LABELS), page, LABELS)["items.strict"]
    assert found.correct == found.predicted == found.true
