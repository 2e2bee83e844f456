"""CORD's ground truth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.data.formats import read
from pipeline.errors import DataError


def _quad(x: int, y: int) -> dict[str, int]:
    corners = ((x, y), (x + 50, y), (x + 50, y + 20), (x, y + 20))
    return {
        f"{axis}{n}": c for n, xy in enumerate(corners, 1) for axis, c in zip("xy", xy, strict=True)
    }


def _line(category: str, group: int, row: int, *words: tuple[str, int, int]) -> dict[str, Any]:
    return {
        "category": category,
        "group_id": group,
        "sub_group_id": 0,
        "words": [
            {
                "text": text,
                "is_key": is_key,
                "quad": _quad(x, 30 * row),
            }
            for text, x, is_key in words
        ],
    }


def _write(path: Path, sub: str) -> Path:
    record = {
        "meta": {"split": "valid", "image_id": 7, "image_size": {"width": 400, "height": 300}},
        "valid_line": [
            _line("menu.cnt", 3, 0, ("1 x", 0, 0)),
            _line("menu.nm", 3, 0, ("ICE", 60, 0), ("TEA", 120, 0)),
            _line("menu.price", 3, 0, ("18,000", 300, 0)),
            _line(f"menu.{sub}nm", 3, 1, ("LESS", 60, 0), ("SUGAR", 120, 0)),
            _line("total.total_price", 4, 3, ("Total", 0, 1), ("18,000", 300, 0)),
            _line("total.cashprice", 4, 4, ("Cash", 0, 1), ("20,000", 300, 0)),
            _line("total.menuqty_cnt", 4, 5, ("Items", 0, 1), ("1", 300, 0)),
        ],
    }
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("sub", ["sub_", "sub."])
def test_items_fields_and_tags(tmp_path: Path, sub: str) -> None:
    (receipt,) = read("cord", _write(tmp_path / "valid.jsonl", sub))
    assert receipt.id == "valid-0007"
    assert receipt.items == (
        {"quantity": "1 x", "description": "ICE TEA", "total": "18,000"},
        {"description": "LESS SUGAR"},
    )
    assert receipt.fields == {"total": "18,000", "cash": "20,000"}
    assert list(zip((token.text for token in receipt.page.tokens), receipt.tags, strict=True)) == [
        ("1", "B-item_quantity"),
        ("x", "I-item_quantity"),
        ("ICE", "B-item_description"),
        ("TEA", "I-item_description"),
        ("18,000", "B-item_total"),
        ("LESS", "B-item_description"),
        ("SUGAR", "I-item_description"),
        ("Total", "O"),
        ("18,000", "B-total"),
        ("Cash", "O"),
        ("20,000", "B-cash"),
        ("Items", "O"),
        ("1", "O"),
    ]


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "valid.jsonl"
    path.write_text('{"meta": {}}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"valid\.jsonl, line 1"):
        list(read("cord", path))


def test_real_receipts(shared_datasets: Path) -> None:
    receipts = list(read("cord", shared_datasets / "cord" / "validation.jsonl"))
    assert len(receipts) == 100
    assert sum("total" in receipt.fields for receipt in receipts) > 90
    items = [item for receipt in receipts for item in receipt.items]
    assert sum("description" in item for item in items) / len(items) > 0.95
