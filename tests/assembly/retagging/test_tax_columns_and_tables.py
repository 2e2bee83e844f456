"""Tax rates beside goods, and lines that print a tax beside its base."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest
from receipt_pages import LABELS, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.assembly.retagging.rate_columns import rate_columns
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.receipt import Contents


def read(lines: Sequence[str]) -> Contents:
    return assemble(*typed_page(lines), LABELS)


ITALIAN = {
    "percentages below a heading": [
        "DESCRIZIONE    IVA  Prezzo(€)",
        "CAFFE{d}          10%{d}   1,20{t}",
        "CORNETTO       10%   1,50{tax}",
    ],
    "with decimals": [
        "DESCRIZIONE   IVA   IMPORTO",
        "CAFFE{d}       10,00%   1,20{t}",
        "CORNETTO{d}    10,00%{d}   1,50{t}",
    ],
    "bare numbers": [
        "DESCRIZIONE  IVA%  EURO",
        "CAFFE{d}        10{q}  1,20{t}",
        "CORNETTO{d}     10{q}  1,50{t}",
    ],
    "exempt": [
        "DESCRIZIONE    IVA  Prezzo",
        "CAFFE{d}          10%   1,20{t}",
        "CORNETTO{d}       ES{d}   1,50{t}",
    ],
    "without a heading": [
        "CAFFE{d}          10%{d}   1,20{t}",
        "CORNETTO       22%   1,50{total}",
    ],
    "of different width": [
        "CAFFE{d}           4%{d}   1,20{t}",
        "CORNETTO       22%   1,50{tax}",
    ],
}


@pytest.mark.parametrize("rows", ITALIAN.values(), ids=ITALIAN)
def test_a_rate_is_neither_description_nor_quantity(rows: Sequence[str]) -> None:
    contents = read([*rows, "TOTALE COMPLESSIVO 2,70{total}", "di cui IVA 0,25{tax}"])
    assert [
        (
            item.description and item.description.value,
            item.quantity,
            item.total and item.total.value,
        )
        for item in contents.items
    ] == [("CAFFE", None, Decimal("1.20")), ("CORNETTO", None, Decimal("1.50"))]
    assert contents.tax and contents.tax.value == Decimal("0.25")
    assert contents.total and contents.total.value == Decimal("2.70")


@pytest.mark.parametrize(
    "rows",
    [
        ["MILK 2%    1.20", "BREAD      1.50", "CHEESE     3.00"],
        ["TAUX   HT   TVA   TTC", "5,50%  1,99  0,11  2,10"],
        ["VAT 20% 3.54"],
    ],
)
def test_other_percentages_are_no_column(rows: Sequence[str]) -> None:
    assert rate_columns(TaggedPage.of(*typed_page(rows), LABELS)) == frozenset()


FRENCH = {
    "a base and a tax each": [
        "TVA 5,5% HT 8,60{tax} TVA 0,47{|tax}",
        "TVA 20% HT 7,46{tax} TVA 1,49{|tax}",
    ],
    "tagged bases": ["TVA 5,5% 8,60{tax} 0,47{|tax}", "TVA 20% 7,46{tax} 1,49{|tax}"],
    "the tax in front": ["TVA 5,5% 0,47{tax} HT 8,60{|tax}", "TVA 20% 1,49{tax} HT 7,46{|tax}"],
    "gross amounts": ["TVA 5,5% 9,07 0,47{tax}", "TVA 20% 8,95 1,49{tax}"],
    "net, tax and gross": ["TVA 5,5% 8,60{tax} 0,47{|tax} 9,07", "TVA 20% 7,46 1,49{tax} 8,95"],
    "a subtotal tagged": ["TVA 5,5% 8,60{subtotal} 0,47{tax}", "TVA 20% 7,46{subtotal} 1,49{tax}"],
}


@pytest.mark.parametrize("lines", FRENCH.values(), ids=FRENCH)
def test_what_a_tax_is_on_is_no_tax(lines: Sequence[str]) -> None:
    contents = read(["VIN{d} 8,95{t}", "COMTE{d} 9,07{t}", "TOTAL 18,02{total} €{total}", *lines])
    assert contents.tax and contents.tax.value == Decimal("1.96")
    assert contents.total and contents.total.value == Decimal("18.02")
    assert contents.subtotal is None
    assert all(check.ok for check in contents.checks)


@pytest.mark.parametrize(
    "rows",
    [
        ["         NET   VAT", "Standard{tax_name} 3.00{tax_net} 0.60{tax}"],
        ["Rate   NET  VAT   GROSS", "VAT{tax_name} 20%{tax_rate} 3.00{tax_net} 0.60{tax} 3.60"],
        ["       Netto  MwSt Brutto", "Satz{tax_name} 20%{tax_rate} 3,00{tax_net} 0,60{tax} 3,60"],
        ["Taux   HT   TVA   TTC", "TVA{tax_name} 20%{tax_rate} 3,00{tax_net} 0,60{tax} 3,60"],
        ["Base        IVA", "Normal{tax_name} 3,00{tax_net} 0,60{tax}"],
    ],
)
def test_an_amount_of_a_table_of_taxes_is_no_rate(rows: Sequence[str]) -> None:
    mark = "," if "," in rows[1] else "."
    contents = read([f"BREAD{{d}} 3{mark}60{{t}}", f"TOTAL 3{mark}60{{total}}", *rows])
    assert contents.tax and contents.tax.value == Decimal("0.60")
    (tax,) = contents.taxes
    assert tax.net and tax.net.value == 3 and tax.amount and tax.amount.value == Decimal("0.60")


def test_a_single_base_may_be_the_subtotal() -> None:
    contents = read(
        ["CABLE{d} 12.00{t}", "NET 10.00{subtotal} VAT 20% 2.00{tax}", "TOTAL 12.00{total}"]
    )
    assert contents.subtotal and contents.subtotal.value == 10
    assert contents.tax and contents.tax.value == 2


POLISH = {
    "base and tax of each rate": [
        "SPRZED.{d} OPOD.{d} PTU{d} A 5,49{subtotal}",
        "KWOTA PTU A 23% 1,03{tax}",
        "SPRZED. OPOD. PTU B 7,98{discount}",
        "KWOTA PTU B 5% 0,38{tax}",
        "SUMA PTU 1,41{total}",
    ],
    "in full": [
        "SPRZEDAZ OPODATKOWANA A 5,49{t}",
        "PTU A 23% 1,03{t}",
        "SPRZEDAZ OPODATKOWANA B 7,98",
        "PTU B 5% 0,38{tax}",
        "SUMA PTU 1,41{total}",
    ],
    "without the tax's name": [
        "SPRZED. OPODATK. A 5,49",
        "KWOTA{d} A 23,00% 1,03{t}",
        "SPRZED. OPODATK. B 7,98",
        "KWOTA{d} B 5,00% 0,38{t}",
        "PODATEK PTU 1,41{tax}",
    ],
    "bases first": [
        "SPRZED. OPOD. A 5,49{t}",
        "SPRZED. OPOD. B 7,98{t}",
        "PTU A 23% 1,03{tax}",
        "PTU B 5% 0,38{tax}",
        "RAZEM PTU 1,41{total}",
    ],
    "the tax alone": ["SUMA PTU 1,41{tax}"],
}


@pytest.mark.parametrize("lines", POLISH.values(), ids=POLISH)
def test_a_polish_tax_table_holds_no_goods(lines: Sequence[str]) -> None:
    contents = read(
        [
            "PARAGON{d} FISKALNY{d}",
            "CHLEB{d} ZYTNI{d} 1{q} x5,49{u} 5,49A{t}",
            "MLEKO{d} 2%{d} 2{q} x3,99{u} 7,98B{t}",
            *lines,
            "SUMA PLN 13,47{total}",
            "GOTOWKA 20,00{cash}",
            "RESZTA 6,53{change}",
        ]
    )
    assert [item.description and item.description.value for item in contents.items] == [
        "CHLEB ZYTNI",
        "MLEKO 2%",
    ]
    assert contents.total and contents.total.value == Decimal("13.47")
    assert contents.tax and contents.tax.value == Decimal("1.41")
    assert (contents.subtotal, contents.discount) == (None, None)
    assert all(check.ok for check in contents.checks)
