"""Rows that add up to the page's sum are its line items, whatever the tagger says."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.receipt import Contents


def read(lines: Sequence[str]) -> Contents:
    return assemble(*typed_page(lines), LABELS)


def items_of(contents: Contents) -> list[tuple[str | None, Decimal | None]]:
    return [
        (item.description and item.description.value, item.total and item.total.value)
        for item in contents.items
    ]


MISTAGGED = {
    "a price taken for a tax": ["CAFE{d}   1.20{t}", "CAKE   1.50{tax}", "TOTAL  2.70{total}"],
    "a price taken for a total": ["CAFE   1.20{t}", "CAKE  1.50{total}", "TOTAL 2.70{total}"],
    "a price taken for a payment": [
        *("CAFE 1.20{t}", "CAKE{d} 1.50{payment_amount}", "TOTAL 2.70{total}")
    ],
    "a rate beside a price": ["CAFE 1.20{t}", "CAKE{d} 9%{tax_rate} 1.50{t}", "TOTAL 2.70{total}"],
    "a row taken for a tax": [
        *("CAFE{d} 9% 1.20{t}", "CAKE{tax_name} 21%{tax_rate} 1.50{discount}", "TOTAL 2.70{total}")
    ],
    "rows without tags": ["CAFE   1.20", "CAKE   1.50", "TOTAL  2.70{total}"],
    "a price without a description": ["CAFE 1.20{t}", "CAKE{d} 1.50{t}", "TOTAL 2.70{total}"],
    "a subtotal": ["CAFE 1.20", "CAKE 1.50{t}", "SUBTOTAL 2.70", "TAX 0.30{tax}", "TOTAL 3.00"],
    "a sum taken for goods": ["CAFE 1.20", "CAKE 1.50", "TOTAL{d} 2.70{t}", "CARD{d} 2.70{t}"],
    "a heading": ["FISCAL{d} RECEIPT{d}", "CAFE{d} 1.20", "CAKE 1.50{t}", "TOTAL 2.70{total}"],
    "a tax among the rows": ["CAFE 1.20", "VAT{d} 5% 0.06{t}", "CAKE 1.50", "TOTAL 2.70{total}"],
    "a share of no name": ["CAFE 1.20", "CAKE 1.50", "Kwota{d} A 5% 0.06{t}", "TOTAL 2.70{total}"],
    "what was taken off": ["CAFE 1.20", "CAKE 2.50", "OFFER -1.00{discount}", "TOTAL 2.70{total}"],
}


@pytest.mark.parametrize("lines", MISTAGGED.values(), ids=MISTAGGED)
def test_the_sum_decides(lines: Sequence[str]) -> None:
    contents = read(["SHOP{merchant_name}", *lines])
    taken_off = Decimal(1) if "OFFER" in " ".join(lines) else Decimal(0)
    assert items_of(contents) == [
        ("CAFE", Decimal("1.20")),
        ("CAKE", Decimal("1.50") + taken_off),
    ]
    assert contents.total is not None
    assert contents.total.value == Decimal("3.00" if "SUBTOTAL" in " ".join(lines) else "2.70")


@pytest.mark.parametrize(
    "lines",
    [
        ["CAFE{d} 1.20{t}", "CAKE 1.40", "TOTAL 2.70{total}"],  # no sum
        ["SOMETHING 2.70", "TOTAL 2.70{total}"],  # may be the sum itself
        ["CAFE{d} 1.20{t}", "CAKE 1.50"],  # nothing to add up to
        ["SOMETHING 2.70", "CAKE 0.00", "TOTAL 2.70{total}"],
    ],
)
def test_without_the_sum_the_tags_decide(lines: Sequence[str]) -> None:
    assert "CAKE" not in [name for name, _ in items_of(read(lines))]
    assert "SOMETHING" not in [name for name, _ in items_of(read(lines))]


def test_tagged_columns_and_neighbouring_descriptions_stay() -> None:
    contents = read(
        [
            "BEG{d} GUNI{d}",
            "10{q} NOS X 0.70{u} 7.00{t}",
            "SOAP",
            "3{q} PCS X 1.00{u} 3.00{total}",
            "TOTAL 10.00{total}",
        ]
    )
    first = contents.items[0]
    assert first.description and first.description.value == "BEG GUNI"
    assert first.quantity and first.quantity.value == 10
    assert [total for _, total in items_of(contents)] == [7, 3]


def test_a_leading_count_is_a_quantity_where_other_rows_have_one() -> None:
    contents = read(["1{q} SUB{d} 4.49{t}", "2 DRINKS 2.75", "TOTAL 7.24{total}"])
    assert [item.quantity and item.quantity.value for item in contents.items] == [1, 2]
    assert items_of(contents)[1] == ("DRINKS", Decimal("2.75"))
    bare = read(["4011 BANANAS 4.49", "7 UP 2.75", "TOTAL 7.24{total}"])
    assert [item.quantity for item in bare.items] == [None, None]


def test_a_number_among_the_words_is_one_of_them() -> None:
    contents = read(["PE COAT 24.99{t}", "DKBL 508{q} TWILL 22.99{t}", "TOTAL 47.98{total}"])
    assert items_of(contents)[1] == ("DKBL 508 TWILL", Decimal("22.99"))
    assert contents.items[1].quantity is None


def test_rows_without_words_count() -> None:
    contents = read(
        ["CAFE{d}", "12 X{q} 1.20{t}", "SUM OF GOODS 1.20", "COUPON 0.00", "TOTAL 1.20{total}"]
    )
    assert items_of(contents) == [("CAFE", Decimal("1.20"))]


def test_a_zero_keeps_its_tag() -> None:
    contents = read(["CAFE 1.20", "CAKE 1.50{t}", "KUPON 0.00{discount}", "TOTAL 2.70{total}"])
    assert len(contents.items) == 2
    assert contents.discount and contents.discount.value == 0
