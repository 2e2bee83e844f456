"""Hand-built pages through assembly."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.assembly.assemble import assemble
from pipeline.document import Box, Page, Token
from pipeline.labels import Label, LabelSet, Role, ValueType, load_label_set
from pipeline.receipt import Contents
from pipeline.tagging.types import Tags

HEIGHT = 20


def receipt(
    lines: list[list[tuple[str, str, float]]], slope: float = 0.0, own_lines: bool = False
) -> tuple[Page, Tags]:
    """Lines of (text, tag, x); ``slope`` in pixels down a pixel to the right.

    ``own_lines`` numbers every token as a text line, as engines do that lose the rows.
    """
    tokens, labels = [], []
    for number, line in enumerate(lines):
        for text, tag, x in line:
            top = 30.0 * number + slope * (x + 5 * len(text))
            box = Box(x, top, x + 10 * len(text), top + HEIGHT)
            tokens.append(Token(text, box, 0.9, len(tokens) if own_lines else number))
            labels.append(tag)
    return Page(600, 900, tuple(tokens)), Tags(tuple(labels), (0.9,) * len(labels))


@pytest.fixture
def label_set(project: Path) -> LabelSet:
    return load_label_set(project / "configs" / "labels" / "receipts.yaml")


LINES = [
    [
        ("KEDAI", "B-merchant_name", 100),
        ("ABC", "I-merchant_name", 160),
        ("SDN", "O", 200),
        ("BHD", "O", 240),
    ],
    [("03/04/2018", "B-date", 0), ("2:33PM", "B-time", 120)],
    [
        ("2", "B-item_quantity", 0),
        ("Teh", "B-item_description", 40),
        ("7.00", "B-item_total", 500),
        ("SR", "O", 550),
    ],
    [
        ("Nasi", "B-item_description", 40),
        ("Lemak", "I-item_description", 90),
        ("5.00", "B-item_total", 500),
        ("SR", "O", 550),
    ],
    [("Subtotal", "O", 0), ("12.00", "B-subtotal", 490)],
    [("GST", "O", 0), ("0.72", "B-tax", 500)],
    [("TOTAL", "O", 0), ("12.72", "B-total", 490)],
    [("Cash", "O", 0), ("20.00", "B-cash", 490)],
    [("Change", "O", 0), ("7.28", "B-change", 500)],
]


def items_of(contents: Contents) -> list[tuple[str | None, Decimal | None, Decimal | None]]:
    return [
        (
            item.description.value if item.description else None,
            item.quantity.value if item.quantity else None,
            item.total.value if item.total else None,
        )
        for item in contents.items
    ]


def test_a_whole_receipt(label_set: LabelSet) -> None:
    contents = assemble(*receipt(LINES), label_set)
    assert contents.merchant_name and contents.merchant_name.value == "KEDAI ABC"
    assert contents.date and contents.date.value == datetime.date(2018, 4, 3)
    assert contents.time and contents.time.value == "14:33"
    assert contents.total and contents.total.value == Decimal("12.72")
    assert contents.total.confidence == pytest.approx(0.81)
    assert items_of(contents) == [("Teh", 2, 7), ("Nasi Lemak", None, 5)]
    assert contents.checks and all(check.ok for check in contents.checks)
    assert not contents.needs_review


def test_a_tax_code_is_no_currency(label_set: LabelSet) -> None:
    """SR marks standard-rated goods in Malaysia; it once came out as Saudi riyal."""
    contents = assemble(*receipt(LINES), label_set)
    assert contents.currency and contents.currency.value == "MYR"
    assert contents.currency.boxes == []


@pytest.mark.parametrize("slope", [-0.08, 0.08])
def test_rows_survive_a_skewed_page(label_set: LabelSet, slope: float) -> None:
    contents = assemble(*receipt(LINES, slope), label_set)
    assert items_of(contents) == [("Teh", 2, 7), ("Nasi Lemak", None, 5)]


def test_rows_are_found_without_line_numbers(label_set: LabelSet) -> None:
    contents = assemble(*receipt(LINES, own_lines=True), label_set)
    assert items_of(contents)[0] == ("Teh", 2, 7)


def test_a_wrong_sum_asks_for_review(label_set: LabelSet) -> None:
    lines = [[(t.replace("12.72", "99.72"), g, x) for t, g, x in line] for line in LINES]
    contents = assemble(*receipt(lines), label_set)
    assert contents.needs_review
    assert not all(check.ok for check in contents.checks)


def test_a_blank_page_gives_nothing(label_set: LabelSet) -> None:
    contents = assemble(Page(100, 100, ()), Tags((), ()), label_set)
    assert contents == Contents(needs_review=True)


def test_a_label_set_of_ones_own() -> None:
    own = LabelSet(
        name="own",
        labels=(
            Label(name="total", type=ValueType.AMOUNT, role=Role.SUMMARY),
            Label(name="vat_number"),
            Label(name="deposit", type=ValueType.AMOUNT),
            Label(name="due", type=ValueType.DATE),
        ),
    )
    lines = [
        [("DE", "B-vat_number", 0), ("123", "I-vat_number", 40)],
        [("3,50", "B-deposit", 0), ("soon", "B-due", 90), ("12,90", "B-total", 300)],
    ]
    contents = assemble(*receipt(lines), own)
    assert {name: field.value for name, field in contents.extra.items()} == {
        "vat_number": "DE 123",
        "deposit": Decimal("3.50"),
    }
    assert contents.total and contents.total.value == Decimal("12.90")


def test_misaligned_tags_are_refused(label_set: LabelSet) -> None:
    page, _ = receipt(LINES)
    with pytest.raises(ValueError, match="tags"):
        assemble(page, Tags(("O",), (1.0,)), label_set)
