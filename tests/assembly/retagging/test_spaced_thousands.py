"""`12 499,00` is one amount where the page's sums are written so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.assembly.spans import spans_of
from pipeline.receipt import Contents, Field

NORWAY = [
    "KIWI{merchant_name} MINIPRIS{merchant_name}",
    "Oslo",
    "18.09.2025{date} 16:20{time}",
    "ELSYKKEL{d}               12{q} 499,00{t}",
    "HJELM{d}                   1{q} 199,00{t}",
    "SUM                  13{total} 698,00{total}",
    "Herav MVA 25%         2{tax} 739,60",
    "BANK                 13 698,00",
]
FRANCE = [
    "MEUBLES DUPONT SIRET 55208329701234",
    "CANAPE{d} 3{d} PLACES{d}         1{q} 249,00{t} €{t}",
    "TABLE{d}                    189,90{t} €{t}",
    "TOTAL TTC              1 438,90{total} €{total}",
    "DONT TVA 20%             239,82{tax}",
]
CZECHIA = [
    "ELEKTRO NOVAK Praha",
    "TELEVIZOR{d}     21{q} 990,00{t}",
    "KABEL{d}            349,00{t}",
    "CELKEM           22 339,00{total}",
    "DPH 21%           3 877,02{tax}",
]
POLAND = [
    "MEDIA DOM NIP 522-30-71-241",
    "LAPTOP{d}        3{d} 499,00A{t}",
    "MYSZ{d}            79,99A{t}",
    "SUMA PTU           669,24{tax}",
    "SUMA PLN         3 578,99{total}",
]
POLAND_TWICE = [
    "MEDIA DOM NIP 522-30-71-241",
    "PRALKA{d}    1{q} x1{u} 899,00{u} 1{t} 899,00A{t}",
    "KABEL{d}     2{q} x24,50{u} 49,00A{t}",
    "SUMA PTU           364,26{tax}",
    "SUMA PLN         1 948,00{total}",
]
SWEDEN = [
    "Stockholm Org.nr 556471-4474",
    "KYLSKAP{d}       8{t} 990,00{t}",
    "KABEL{d}           149,00{t}",
    "TOTALT SEK       9{total} 139,00{total}",
]
SWITZERLAND = [
    "KELLER CHE-123.456.789",
    "SOFA{d}          2{q} 450.00{t}",
    "KISSEN{d}           45.00{t}",
    "TOTAL CHF        2 495.00{total}",
]
MILLIONS = [
    "AUTO CENTRUM Praha",
    "OCTAVIA{d}   1{q} 249{u} 000,00{t}",
    "KOBEREC{d}       1{q} 290,00{t}",
    "CELKEM       1 250 290,00{total}",
]
NO_CENTS = [
    "AUTO CENTRUM Praha",
    "PNEU{d}          12{q} 400{t} Kč{t}",
    "CELKEM           12 400{total} Kč{total}",
]
HUNGARY = [
    "MEDIA MARKT Budapest",
    "2024.09.12{date}",
    "MOSOGEP{d}     129{t} 990{t} Ft",
    "KABEL{d}         2 490{t} Ft",
    "OSSZESEN:      132 480 Ft",
    "BANKKARTYA     132 480{t} Ft",
]
DASHES = [
    "ELKJOP Oslo",
    "SUGER{d}      kr{t} 7{q} 490,-{t}",
    "POSER{d}        kr{t} 199,-{t}",
    "TOTALT        kr{total} 7{total} 689,-{total}",
]
PAID = [
    "ELEKTRONIKA Praha",
    "NOTEBOOK{d} ACER{d}  18{q} 499,00{t}",
    "BRASNA{d}            899,00{t}",
    "Celkem k uhrade   19{q} 398,00{t} Kc",
    "Hotove            20 000,00",
    "Vratit               602,00",
]


def read(lines: Sequence[str]) -> Contents:
    return assemble(*typed_page(lines), LABELS)


def value(field: Field[Decimal] | None) -> Decimal | None:
    return field.value if field else None


@pytest.mark.parametrize(
    ("lines", "total", "tax", "items"),
    [
        (NORWAY, "13698", "2739.60", ["12499", "1199"]),
        (FRANCE, "1438.90", "239.82", ["1249", "189.90"]),
        (CZECHIA, "22339", "3877.02", ["21990", "349"]),
        (POLAND, "3578.99", "669.24", ["3499", "79.99"]),
        (SWEDEN, "9139", None, ["8990", "149"]),
        (SWITZERLAND, "2495", None, ["2450", "45"]),
        (MILLIONS, "1250290", None, ["1249000", "1290"]),
        (NO_CENTS, "12400", None, ["12400"]),
        (HUNGARY, "132480", None, ["129990", "2490"]),
        (DASHES, "7689", None, ["7490", "199"]),
        (PAID, "19398", None, ["18499", "899"]),
    ],
)
def test_numbers_are_whole(
    lines: Sequence[str], total: str, tax: str | None, items: Sequence[str]
) -> None:
    contents = read(lines)
    assert value(contents.total) == Decimal(total)
    assert value(contents.tax) == (None if tax is None else Decimal(tax))
    assert [value(item.total) for item in contents.items] == [Decimal(one) for one in items]
    assert all(item.quantity is None for item in contents.items)


def test_an_amount_that_the_line_has_twice_is_no_product_of_its_first_group() -> None:
    washer, cable = read(POLAND_TWICE).items
    assert value(washer.unit_price) == value(washer.total) == Decimal(1899)
    assert value(washer.quantity) == 1
    assert (value(cable.unit_price), value(cable.total)) == (Decimal("24.5"), Decimal(49))


def test_the_text_and_box_are_the_whole_number() -> None:
    contents = read(NORWAY)
    assert contents.total is not None
    assert contents.total.text == "13 698,00"
    assert contents.total.boxes == [(210.0, 100.0, 300.0, 116.0)]


@pytest.mark.parametrize(
    ("lines", "quantity", "total"),
    [
        # No sum is written so.
        (["2{q} 499,00{t}", "Summe 499,00{total}"], "2", "499"),
        # More than the sums.
        (["EIS{d} 9{q} 199,00{t}", "UHR{d}  800,00{t}", "Summe 1 999,00{total} MwSt"], "9", "199"),
        # A product with the price, or with the line's sum.
        (["EIS{d} 2{q} 249,50{u} 499,00{t}", "Summe 2 999,00{total} MwSt"], "2", "499"),
        (["EIS{d} 499,00{u} 2{q} 998,00{t}", "Summe 2 999,00{total} MwSt"], "2", "998"),
        # Columns, not groups.
        (["EIS{d} 2{q}    499,00{t}", "Summe 2 999,00{total} MwSt"], "2", "499"),
    ],
)
def test_quantities_stay_quantities(lines: Sequence[str], quantity: str, total: str) -> None:
    first = read(lines).items[0]
    assert value(first.quantity) == Decimal(quantity)
    assert value(first.total) == Decimal(total)


def test_a_count_beside_an_american_total_is_no_thousand() -> None:
    lines = ["Austin, TX 78701", "PEN{d} 125.00{t}", "TOTAL 3 125.00{total}"]
    assert value(read(lines).total) == Decimal("125.00")


def test_tags_stay_valid() -> None:
    page, tags = typed_page([*NORWAY, "SUM 13{total} 698,00{|total} 4{total}"])
    contents = assemble(page, tags, LABELS)
    assert contents.total is not None
    assert spans_of(page, tags)


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["SUM", "1", "12{q}", "499", "499,00{t}", "13{total}", "698,00{total}", "A"]
            ),
            max_size=5,
        ),
        max_size=4,
    )
)
def test_any_page_is_read(lines: list[list[str]]) -> None:
    contents = read(["Oslo", *(" ".join(line) for line in lines)])
    assert contents.total is None or contents.total.value >= 0
