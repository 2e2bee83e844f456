"""Transcribed receipts: which words get a label, and which labels are left open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from transcribed_receipts import CAFE, texts

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.formats import read

COLUMNS = {"item_description", "item_quantity", "item_unit_price", "item_total"}


def page_of(tmp_path: Path, **changes: object) -> AnnotatedPage:
    path = tmp_path / "made.jsonl"
    path.write_text(json.dumps({**CAFE, **changes}) + "\n", encoding="utf-8")
    (page,) = read("transcribed", path)
    return page


def with_lines(**replaced: str) -> list[str]:
    """The cafe's lines, some of them (``l3``) replaced; empty ones are left out."""
    return [replaced.get(f"l{number}", line) for number, line in enumerate(CAFE["lines"])]


def test_values_are_found_where_they_are_printed(tmp_path: Path) -> None:
    page = page_of(tmp_path)
    expected = {
        "merchant_name": ["CORNER CAFE"],
        "merchant_address": ["12 Harbour Street Springfield"],
        "merchant_phone": ["555-123-4567"],
        "date": ["4/5/2019"],
        "time": ["2:30 PM"],
        "item_description": ["Flat White", "Lemon Cake"],
        "item_quantity": ["2", "1"],
        "item_unit_price": ["4.00"],
        "item_total": ["8.00", "3.50"],
        "subtotal": ["11.50"],
        "tax": ["1.00"],
        "total": ["$12.50"],
        "cash": ["20.00"],
        "change": ["7.50"],
    }
    assert {label: texts(page, label) for label in expected} == expected
    absent = {"payment_method", "merchant_tax_id", "tip", "service_charge", "rounding"}
    assert page.annotated == expected.keys() | absent
    assert page.fields["time"] == "2:30 PM"
    assert page.items == (
        {"description": "Flat White", "quantity": "2", "unit_price": "4.00", "total": "8.00"},
        {"description": "Lemon Cake", "quantity": "1", "total": "3.50"},
    )
    assert (page.source, page.image) == ("transcribed-made", None)


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"lines": with_lines(l8="Tax 1.01")}, "tax"),
        ({"change": 0.0}, "change"),
        ({"total": 99.0}, "total"),
        ({"date": "2018-01-01"}, "date"),
        ({"merchant_phone": None}, "merchant_phone"),  # but one is printed
        ({"merchant_name": "Somewhere Else"}, "merchant_name"),
        ({"payment_method": "Visa"}, "payment_method"),
        ({"lines": with_lines(l8="Tax 1.00", l12="Service 1.15")}, "service_charge"),
        ({"lines": with_lines(l3="GST ID 001335787520")}, "merchant_tax_id"),
        ({"lines": with_lines(l4="4/5/2019 2:30 PM 3:45 PM")}, "time"),
    ],
)
def test_what_does_not_stand_there_leaves_its_label_open(
    tmp_path: Path, changes: dict[str, object], label: str
) -> None:
    page = page_of(tmp_path, **changes)
    assert label not in page.annotated
    assert label not in page.fields
    assert not texts(page, label)
    assert "item_total" in page.annotated or label == "tax" or label == "total"


@pytest.mark.parametrize(
    "changes",
    [
        {"items": CAFE["items"][:1]},
        {"items": [*CAFE["items"], {"description": "Tea", "quantity": 1, "total": 0.0}]},
        {"items": []},
    ],
)
def test_items_that_do_not_add_up_or_are_not_printed_are_left_out(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    page = page_of(tmp_path, **changes)
    assert not COLUMNS & page.annotated
    assert page.items == ()


def test_a_column_is_open_where_one_of_its_values_is_missing(tmp_path: Path) -> None:
    page = page_of(tmp_path, lines=with_lines(l6="1 Lemon Cake   3.05"))
    assert COLUMNS & page.annotated == {"item_description"}


def test_amounts_may_stand_above_descriptions_of_several_lines(tmp_path: Path) -> None:
    lines = with_lines(l5="A12  2 X 4.00  8.00\nFlat\nWhite", l6="B7  1 X 3.50 3.50\nLemon Cake")
    page = page_of(tmp_path, lines="\n".join(lines).split("\n"))
    assert texts(page, "item_description") == ["Flat White", "Lemon Cake"]
    assert texts(page, "item_unit_price") == ["4.00", "3.50"]
    assert texts(page, "item_quantity") == ["2", "1"]
    assert page.annotated >= COLUMNS


def test_printed_amounts_that_add_up_correct_the_transcription(tmp_path: Path) -> None:
    """`tip` holds service charges, and taxes were confused with them."""
    lines = with_lines(l8="Service Charge 1.00\nTax 1.15\nRounding -0.05", l9="Total 13.60")
    printed = "\n".join(lines).split("\n")
    page = page_of(tmp_path, lines=printed, tip=1.15, tax=1.0, total=13.6, rounding=-0.05)
    assert texts(page, "service_charge") == ["1.00"]
    assert texts(page, "tax") == ["1.15"]
    assert texts(page, "rounding") == ["-0.05"]
    assert {"tip", "subtotal"} <= page.annotated


def test_cards_are_named_and_cash_is_not(tmp_path: Path) -> None:
    card = with_lines(l10="VISA CARD   12.50", l11="Approved")
    page = page_of(tmp_path, lines=card, payment_method="Visa Card", change=0.0)
    assert texts(page, "payment_method") == ["VISA CARD"]
    assert not texts(page, "cash")
    assert "cash" in page.annotated


def test_taxes_of_a_table_add_up_to_the_tax(tmp_path: Path) -> None:
    table = "Total $12.50\nRate Net Tax Gross\n6% 5.00 0.30 5.30\n12% 6.50 0.70 7.20"
    lines = with_lines(l8="", l9=table)
    page = page_of(tmp_path, lines="\n".join(lines).split("\n"))
    assert texts(page, "tax") == ["0.30", "0.70"]
    assert page.fields["tax"] == "1.00"


def test_only_a_tax_id_above_the_customers_is_the_merchants(tmp_path: Path) -> None:
    tax_ids = with_lines(l3="NIF: 500 537 380\nCliente: Ana\nNIF: 214407395")
    lines = "\n".join(tax_ids).split("\n")
    page = page_of(tmp_path, lines=lines, merchant_tax_id="NIF 500537380")
    assert texts(page, "merchant_tax_id") == ["500 537 380"]
    page = page_of(tmp_path, lines=lines, merchant_tax_id="214407395")
    assert "merchant_tax_id" not in page.annotated


def test_thousands_and_whole_amounts(tmp_path: Path) -> None:
    lines = ["1 Nasi Goreng 29.091", "Sub Total 29.091", "PB1 2.909", "TOTAL 32.000"]
    item = {"description": "Nasi Goreng", "quantity": 1, "unit_price": 29091, "total": 29091}
    amounts = {"subtotal": 29091.0, "tax": 2909.0, "total": 32000.0, "change": 0.0}
    page = page_of(tmp_path, lines=lines, items=[item], payment_method=None, **amounts)
    for label, text in {"item_total": "29.091", "subtotal": "29.091", "total": "32.000"}.items():
        assert texts(page, label) == [text]
