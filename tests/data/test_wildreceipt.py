"""WildReceipt's list file: rows, labels, fields and line items."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.data.annotation_records import parse_all
from pipeline.data.formats import read
from pipeline.data.respace import word_ranks
from pipeline.data.wildreceipt import LABELS, wildreceipt_records
from pipeline.errors import DataError

CLASSES = (
    "Ignore Store_name_value Store_name_key Store_addr_value Store_addr_key Tel_value Tel_key "
    "Date_value Date_key Time_value Time_key Prod_item_value Prod_item_key Prod_quantity_value "
    "Prod_quantity_key Prod_price_value Prod_price_key Subtotal_value Subtotal_key Tax_value "
    "Tax_key Tips_value Tips_key Total_value Total_key Others"
).split()
RANKS = word_ranks("the of and iced green tea beach miami main street total".split())


def _box(x0: float, y0: float, x1: float, y1: float) -> list[float]:
    return [x0, y1, x1, y1, x1, y0, x0, y0]  # starts at the lower left, as published


def _entry(text: str, name: str, x: float, y: float, width: float = 60) -> dict[str, object]:
    return {"box": _box(x, y, x + width, y + 16), "text": text, "label": CLASSES.index(name)}


def _write(folder: Path, annotations: list[dict[str, object]]) -> Path:
    record = {
        "file_name": "image_files/a/b.jpeg",
        "height": 500,
        "width": 300,
        "annotations": annotations,
    }
    (folder / "class_list.txt").write_text("\n".join(CLASSES), encoding="utf-8")
    list_file = folder / "train.txt"
    list_file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return list_file


@pytest.fixture
def list_file(tmp_path: Path) -> Path:
    return _write(
        tmp_path,
        [
            _entry("5.50", "Prod_price_value", 200, 101),
            _entry("MIAMIBEACH", "Store_name_value", 80, 10, 100),
            _entry("12MAINSTREET", "Store_addr_value", 80, 30, 120),
            _entry("MIAMI,FL33181", "Store_addr_value", 80, 50, 120),
            _entry("2", "Prod_quantity_value", 10, 100, 10),
            _entry("ICEDGREENTEA", "Prod_item_value", 30, 100, 110),
            _entry("GREENTEA", "Prod_item_value", 30, 120, 80),
            _entry("1", "Prod_quantity_value", 30, 140, 10),
            _entry("2.00", "Prod_price_value", 200, 140),
            _entry("", "Ignore", 10, 160),
            _entry("Total:", "Total_key", 10, 200),
            _entry("7.50", "Total_value", 200, 200),
            _entry("AMOUNT:$7.50", "Total_value", 80, 230, 120),
        ],
    )


def test_rows_words_and_tags(list_file: Path) -> None:
    (receipt,) = parse_all(wildreceipt_records(list_file, RANKS))
    rows = [
        " ".join(
            f"{receipt.page.tokens[i].text}/{receipt.tags[i]}".removesuffix("/O") for i in line
        )
        for line in receipt.page.lines()
    ]
    assert rows == [
        "MIAMI/B-merchant_name BEACH/I-merchant_name",
        "12/B-merchant_address MAIN/I-merchant_address STREET/I-merchant_address",
        "MIAMI,/I-merchant_address FL/I-merchant_address 33181/I-merchant_address",
        "2/B-item_quantity ICED/B-item_description GREEN/I-item_description "
        "TEA/I-item_description 5.50/B-item_total",
        "GREEN/B-item_description TEA/I-item_description",
        "1/B-item_quantity 2.00/B-item_total",
        "Total: 7.50/B-total",
        "AMOUNT: $7.50/B-total",  # the key annotated with its value is no part of it
    ]


def test_fields_and_items(list_file: Path) -> None:
    (receipt,) = parse_all(wildreceipt_records(list_file, RANKS))
    assert receipt.fields == {
        "merchant_name": "MIAMI BEACH",
        "merchant_address": "12 MAIN STREET MIAMI, FL 33181",
        "total": "$7.50",
    }
    assert receipt.items == (
        {"quantity": "2", "description": "ICED GREEN TEA", "total": "5.50"},
        {"description": "GREEN TEA", "quantity": "1", "total": "2.00"},  # priced on the next row
    )
    assert receipt.annotated == set(LABELS.values())
    assert "item_unit_price" not in receipt.annotated
    assert receipt.image is None


def test_rows_of_a_skewed_photo(tmp_path: Path) -> None:
    annotations = []
    for number in range(12):
        for x, name, text in (
            (10, "Prod_item_value", f"TEA{number}"),
            (230, "Prod_price_value", "1.00"),
        ):
            sink = 0.06 * x  # as much over the page as one row is high
            width = 130 if x == 10 else 40
            top = 20 + 14 * number + sink
            box = _box(x, top, x + width, top + 12 + 0.06 * width)
            annotations.append({"box": box, "text": text, "label": CLASSES.index(name)})
    (receipt,) = parse_all(wildreceipt_records(_write(tmp_path, annotations), RANKS))
    assert len(receipt.items) == 12
    assert all(set(item) == {"description", "total"} for item in receipt.items)


@pytest.mark.parametrize(
    "line",
    ["{", '{"file_name": "x"}', '{"file_name": "x", "width": 1, "height": 1, "annotations": '
     '[{"box": [0, 0, 1, 0, 1, 1, 0, 1], "text": "A", "label": 99}]}'],
)  # fmt: skip
def test_a_broken_line_is_named(list_file: Path, line: str) -> None:
    list_file.write_text(list_file.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"train\.txt, line 2"):
        list(parse_all(wildreceipt_records(list_file, RANKS)))


def test_real_receipts(shared_datasets: Path) -> None:
    receipts = list(read("wildreceipt", shared_datasets / "wildreceipt" / "train.txt"))
    assert len(receipts) == 301
    assert len({receipt.id for receipt in receipts}) == 301
    items = [item for receipt in receipts for item in receipt.items]
    priced = sum("description" in item and "total" in item for item in items)
    assert priced / len(items) > 0.83  # rows fall apart when the skew is misjudged
