"""Rows of tax tables whose amounts prove what they are, whatever the tagger made of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.assemble import assemble
from pipeline.assembly.retagging.taxed_rows import with_taxed_rows
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.labels import label_of


def labels_after(row: list[Word]) -> list[str | None]:
    page, tags = page_of([row])
    tagged = with_taxed_rows(TaggedPage.of(page, tags, LABELS))
    return [label_of(tag) for tag in tagged.tags.labels]


@pytest.mark.parametrize(
    ("row", "labels"),
    [
        (["20,00%", "6,50", "1,30", "7,80"], [None, "tax_net", "tax", None]),
        (["7,80", "20,00%", "1,30", "6,50"], [None, None, "tax", "tax_net"]),
        (["A", "5.5", "%", "8.60", "0.47", "9.07"], [None] * 3 + ["tax_net", "tax", None]),
        (["19%", "€", "6,72", "€", "1,28", "€", "8,00"],
         [None, None, "tax_net", None, "tax", None, None]),
    ],
)  # fmt: skip
def test_a_row_of_net_tax_and_gross(row: list[str], labels: list[str | None]) -> None:
    assert labels_after([(word, "") for word in row]) == labels


def test_wrong_tags_of_taxes_are_corrected() -> None:
    row = [("20,00%", "tax_rate"), ("6,50", ""), ("1,30", "tax_net"), ("7,80", "tax")]
    assert labels_after(row) == ["tax_rate", "tax_net", "tax", None]


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
