"""Rows of tax tables whose amounts prove what they are, whatever the tagger made of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from receipt_pages import LABELS, Word, page_of, typed_page

from pipeline.assembly.assemble import assemble
from pipeline.assembly.retagging.taxed_rows import with_taxed_rows
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import label_of
from pipeline.synthetic.drawn import annotated_page
from pipeline.synthetic.generate import draw_further
from pipeline.tagging.types import Tags


def labels_after(row: list[Word]) -> list[str | None]:
    page, tags = page_of([row])
    tagged = with_taxed_rows(TaggedPage.of(page, tags, LABELS))
    return [label_of(tag) for tag in tagged.tags.labels]


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        (["20,00%", "6,50", "1,30", "7,80"], ["tax_rate", "tax_net", "tax", None]),
        (["7,80", "20,00%", "1,30", "6,50"], [None, "tax_rate", "tax", "tax_net"]),
        (["A", "5.5", "%", "8.60", "0.47", "9.07"],
         [None, "tax_rate", None, "tax_net", "tax", None]),
        (["19%", "€", "6,72", "€", "1,28", "€", "8,00"],
         ["tax_rate", None, "tax_net", None, "tax", None, None]),
        # Without a percent sign: Portugal, Spain, Sweden, the Netherlands, Norway, Italy.
        (["13.00", "3.99", "0.51", "4.50"], ["tax_rate", "tax_net", "tax", None]),
        (["IVA", "4", "23.00", "IVA", "1.12", "4.88", "6.00"],
         [None, None, "tax_rate", None, "tax", "tax_net", None]),
        (["3", "16.26", "23.00", "3.74", "20.00"],
         [None, "tax_net", "tax_rate", "tax", None]),
        (["10,00", "9,09", "0,91", "10,00"], ["tax_rate", "tax_net", "tax", None]),
        (["25,00", "40,00", "10,00", "50,00"], ["tax_rate", "tax_net", "tax", None]),
        (["21", "8,25", "1,73", "9,98"], ["tax_rate", "tax_net", "tax", None]),
        (["MVA", "15", "46,00", "40,00", "6,00"], [None, "tax_rate", None, "tax_net", "tax"]),
    ],
)  # fmt: skip
def test_a_row_of_net_tax_and_gross(row: list[str], labels: list[str | None]) -> None:
    assert labels_after([(word, "") for word in row]) == labels


def test_wrong_tags_of_taxes_are_corrected() -> None:
    row = [("20,00%", "tax_rate"), ("6,50", ""), ("1,30", "tax_net"), ("7,80", "tax")]
    assert labels_after(row) == ["tax_rate", "tax_net", "tax", None]


def test_a_rate_that_is_taken_for_a_net_amount_is_corrected() -> None:
    row = [("23.00", "tax_net"), ("1.06", "tax"), ("0.24", "tax"), ("1.30", "total")]
    assert labels_after(row) == ["tax_rate", "tax_net", "tax", "total"]


def test_a_tagged_rate_proves_two_amounts() -> None:
    row = [("20,00%", "tax_rate"), ("1,30", "tax_net"), ("6,50", "")]
    assert labels_after(row) == ["tax_rate", "tax", "tax_net"]
    row = [("20,00%", "tax_rate"), ("1,50", "tax_net"), ("6,50", "")]
    assert labels_after(row) == ["tax_rate", "tax_net", None]


@pytest.mark.parametrize(
    "row",
    [
        [("20,00%", ""), ("6,50", "tax"), ("1,30", "tax_net")],  # two amounts prove little
        [("10,00%", ""), ("6,50", ""), ("1,30", "tax_net"), ("7,80", "")],  # another rate
        [("20,00%", ""), ("6,50", ""), ("1,30", "tax_net"), ("7,90", "")],  # no sum
        [("20%", ""), ("6,50", "item_unit_price"), ("1,30", ""), ("7,80", "item_total")],
        [("6,50", ""), ("1,30", ""), ("7,80", "")],  # no rate
        [("2", ""), ("6,50", ""), ("1,30", ""), ("7,80", "")],  # no rate of these
        [("20", ""), ("6,50", ""), ("1,30", "")],
        [("20", "item_quantity"), ("6,50", "item_unit_price"), ("1,30", ""), ("7,80", "")],
        [("10", ""), ("25,00", ""), ("2,50", "")],  # an item: 10 x 2,50
        [("20%", ""), ("10%", ""), ("6,50", ""), ("1,30", ""), ("7,80", "")],
    ],
)
def test_other_rows_stay(row: list[Word]) -> None:
    assert labels_after(row) == [label or None for _, label in row]


def test_the_tax_is_the_sum_of_its_rates() -> None:
    contents = assemble(
        *page_of(
            [
                [("TOTAL", ""), ("8,45", "total")],
                [("5,50%", "tax_rate"), ("0,62", "tax_net"), ("0,03", "tax"), ("0,65", "")],
                [("20,00%", "tax_rate"), ("6,50", ""), ("1,30", "tax_net"), ("7,80", "")],
            ]
        ),
        LABELS,
    )
    assert contents.tax and contents.tax.value == Decimal("1.33")
    assert [(str(one.net.value), str(one.amount.value)) for one in contents.taxes if one.net] == [
        ("0.62", "0.03"),
        ("6.50", "1.30"),
    ]


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        (["B", "-0,37", "10", "-0,03", "-0,34"],
         [None, None, "tax_rate", "tax", "tax_net"]),
        (["20,00%", "-6,50", "-1,30", "-7,80"], ["tax_rate", "tax_net", "tax", None]),
        (["10.00%", "12.30-", "1.23-", "13.53-"], ["tax_rate", "tax_net", "tax", None]),
        (["(4.88)", "23.00", "(1.12)", "(6.00)"], ["tax_net", "tax_rate", "tax", None]),
    ],
)  # fmt: skip
def test_a_row_of_what_was_given_back(row: list[str], labels: list[str | None]) -> None:
    assert labels_after([(word, "") for word in row]) == labels


@pytest.mark.parametrize(
    ("rows", "tax"),
    [
        (["A 8,43 20{tax_rate} 1,41{tax} 7,02{tax_net}",
          "B -0,37 10{tax_rate} -0,03{tax} -0,34{tax_net}"], "1.38"),
        (["A 20%{tax_rate} 7,02{tax_net} 1,41{tax}", "B 10%{tax_rate} -0,34{tax_net} -0,03{tax}"],
         "1.38"),
        (["MwSt{tax_name} 20%{tax_rate} 1,41{tax}", "MwSt{tax_name} 10%{tax_rate} -0,03{tax}"],
         "1.38"),
        (["20%{tax_rate} 7,02{tax_net} 1,41{tax} 8,43", "10%{tax_rate} -0,34{tax_net} 0,03-{tax}",
          "SUMME 1,38{tax}"], "1.38"),
        (["20%{tax_rate} -7,02{tax_net} -1,41{tax} -8,43",
          "10%{tax_rate} 34,00{tax_net} 3,40{tax} 37,40"], "1.99"),
    ],
)  # fmt: skip
def test_taxes_of_what_was_given_back_are_subtracted(rows: list[str], tax: str) -> None:
    contents = assemble(*typed_page(["MILCH{d} 8,06{t}", "Summe 8,06{total}", *rows]), LABELS)
    assert contents.tax and contents.tax.value == Decimal(tax)
    amounts = [one.amount.value for one in contents.taxes if one.amount]
    assert len(amounts) == 2
    assert sum(amounts) == Decimal(tax)
    assert min(amounts) < 0


@pytest.mark.parametrize("seed", [970039, 61149])
def test_drawn_tables_with_a_negative_row(seed: int) -> None:
    page = annotated_page(draw_further(seed))
    tags = Tags(tuple(page.tags), (1.0,) * len(page.tags))
    contents = assemble(page.page, tags, LABELS)
    assert contents.tax and str(contents.tax.value) == page.fields["tax"]
    assert len(contents.taxes) == len(page.tables["taxes"])


@pytest.mark.parametrize(
    "names", ["CGST SGST", "CGST UTGST", "C.GST S.GST", "Cgst Sgst", "CGST@2.5% SGST@2.5%"]
)
def test_the_parts_of_a_tax_in_india_are_no_items(names: str) -> None:
    central, states = names.split()
    lines = ["RICE{d} 100.00{t}", f"{central} 2.50{{tax}}", f"{states} 2.50{{|tax}}"]
    contents = assemble(*typed_page([*lines, "TOTAL 105.00{total}"]), LABELS)
    assert [item.total and item.total.value for item in contents.items] == [100]
    assert contents.tax and contents.tax.value == 5
