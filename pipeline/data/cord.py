"""CORD v2 (2019): Indonesian restaurant receipts, word by word, one JSON a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.rows import group_rows
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE

LABELS = {
    "menu.nm": "item_description",
    "menu.cnt": "item_quantity",
    "menu.unitprice": "item_unit_price",
    "menu.price": "item_total",
    "menu.discountprice": "discount",
    "sub_total.subtotal_price": "subtotal",
    "sub_total.tax_price": "tax",
    "sub_total.discount_price": "discount",
    "total.total_price": "total",
    "total.cashprice": "cash",
    "total.changeprice": "change",
}
_SUMMARY = ("subtotal", "tax", "discount", "total", "cash", "change")
_COLUMNS = {
    "item_description": "description",
    "item_quantity": "quantity",
    "item_unit_price": "unit_price",
    "item_total": "total",
}


def read_cord(jsonl: Path) -> Iterator[AnnotatedPage]:
    """Read ``ground_truth`` JSON, one receipt a line; there are no pictures.

    Sub-items (``menu.sub.nm`` or ``menu.sub_nm``) are items too. Words marked as keys are
    ``O``. The receipts are blurred at the head, so merchant and date are not annotated.

    Raises:
        DataError: a line that is not such a JSON; the message names file and line.
    """
    try:
        lines = jsonl.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{jsonl}: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _receipt(json.loads(line), number)
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"{jsonl}: line {number}: {error!r}") from error


def _label(category: str) -> str | None:
    return LABELS.get(category.replace("menu.sub.", "menu.").replace("menu.sub_", "menu."))


def _receipt(raw: Mapping[str, Any], number: int) -> AnnotatedPage:
    words = [
        (word, _label(line["category"]), (line["group_id"], line["sub_group_id"], entry))
        for entry, line in enumerate(raw["valid_line"])
        for word in line["words"]
        if word["text"].strip()
    ]
    boxes = [_box(word["quad"]) for word, _, _ in words]
    tokens: list[Token] = []
    tags: list[str] = []
    texts: dict[tuple[str, int], list[str]] = {}
    last: tuple[int, int, int] | None = None
    for row_number, row in enumerate(group_rows(boxes)):
        for index in row:
            word, label, entry = words[index]
            text = word["text"].strip()
            tokens.append(Token(text.replace(" ", ""), boxes[index], line=row_number))
            if label is None or word["is_key"]:
                tags.append(OUTSIDE)
                last = None
                continue
            tags.append(f"{'I' if entry == last else 'B'}-{label}")
            last = entry
            texts.setdefault((label, entry[0]), []).append(text)
    size = raw["meta"]["image_size"]
    return AnnotatedPage(
        id=str(raw["meta"].get("image_id", number)),
        source="cord",
        page=Page(int(size["width"]), int(size["height"]), tuple(tokens)),
        tags=tuple(tags),
        annotated=frozenset(LABELS.values()),
        fields={label: " ".join(parts) for (label, _), parts in texts.items() if label in _SUMMARY},
        items=_items(texts),
    )


def _items(texts: Mapping[tuple[str, int], list[str]]) -> tuple[Mapping[str, str], ...]:
    """Line items by CORD's group number; a group's sub-items share its line."""
    items: dict[int, dict[str, str]] = {}
    for (label, group), parts in texts.items():
        if label in _COLUMNS:
            items.setdefault(group, {})[_COLUMNS[label]] = " ".join(parts)
    return tuple(items.values())


def _box(quad: Mapping[str, float]) -> Box:
    return Box.around((float(quad[f"x{i}"]), float(quad[f"y{i}"])) for i in range(1, 5))
