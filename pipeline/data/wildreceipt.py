"""WildReceipt (SDMG-R, 2021) as MMOCR distributes it: photos of mostly US receipts.

``train.txt`` holds one JSON a line (``file_name``, ``height``, ``width``,
``annotations`` of ``box``, ``text``, ``label``), ``class_list.txt`` names the classes.
The ``_value`` classes are our labels; the ``_key`` classes ("Total:", "Tel") are not
values and are ``O``, as are Others and Ignore. Unit prices, discounts, cash and change
are not annotated. The texts lack spaces, which ``respace`` puts back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.respace import respace
from pipeline.data.rows import group_rows
from pipeline.data.splits import merchant_key
from pipeline.data.words import Word, word_tokens
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError
from pipeline.labels import OUTSIDE
from pipeline.tagging.load import DEFAULT_MODEL, MODELS

LABELS = {
    "Store_name_value": "merchant_name",
    "Store_addr_value": "merchant_address",
    "Tel_value": "merchant_phone",
    "Date_value": "date",
    "Time_value": "time",
    "Prod_item_value": "item_description",
    "Prod_quantity_value": "item_quantity",
    "Prod_price_value": "item_total",
    "Subtotal_value": "subtotal",
    "Tax_value": "tax",
    "Tips_value": "tip",
    "Total_value": "total",
}
_ITEM_COLUMNS = {
    "item_description": "description",
    "item_quantity": "quantity",
    "item_total": "total",
}
# A box of these may hold its key word too ("AMOUNT:$58.92"), which is no part of the value.
_AMOUNTS = ("item_total", "subtotal", "tax", "tip", "total")
_AMOUNT_PART = re.compile(r"[\d$€£¥]")
# Values that run over several boxes; of all others each box is a value of its own.
_JOINED = ("merchant_name", "merchant_address")


def read_wildreceipt(list_file: Path) -> Iterator[AnnotatedPage]:
    """Read the receipts of one list file, in its order.

    Raises:
        DataError: ``class_list.txt`` is missing, or a line is not such a JSON; the
            message names the file and the line.
    """
    classes = _classes(list_file.parent / "class_list.txt")
    try:
        lines = list_file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{list_file}: {error.strerror}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _receipt(json.loads(line), classes, list_file.parent)
            except (ValueError, KeyError, TypeError) as error:
                raise DataError(f"{list_file}: line {number}: {error!r}") from error


def _classes(path: Path) -> list[str | None]:
    """Our label of each class number; ``None`` for keys, Others and Ignore."""
    try:
        names = path.read_text(encoding="utf-8").split()
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}") from error
    return [LABELS.get(name) for name in names]


def _receipt(raw: Mapping[str, Any], classes: list[str | None], folder: Path) -> AnnotatedPage:
    annotations = [entry for entry in raw["annotations"] if entry["text"].strip()]
    boxes = [
        Box.around(zip(entry["box"][0::2], entry["box"][1::2], strict=True))
        for entry in annotations
    ]
    labels = [classes[entry["label"]] for entry in annotations]
    texts = [" ".join(respace(entry["text"].strip(), word_ranks())) for entry in annotations]
    rows = group_rows(boxes)
    tokens, tags = _tokens(rows, boxes, texts, labels)
    fields = _fields(rows, texts, labels)
    return AnnotatedPage(
        id=raw["file_name"],
        source="wildreceipt",
        page=Page(int(raw["width"]), int(raw["height"]), tuple(tokens)),
        tags=tuple(tags),
        annotated=frozenset(LABELS.values()),
        fields=fields,
        items=_items(rows, texts, labels),
        image=folder / raw["file_name"],
        merchant=merchant_key(fields.get("merchant_name", "")),
    )


def _tokens(
    rows: list[list[int]], boxes: list[Box], texts: list[str], labels: list[str | None]
) -> tuple[list[Token], list[str]]:
    tokens: list[Token] = []
    tags: list[str] = []
    open_label: str | None = None
    for number, row in enumerate(rows):
        for index in row:
            label, words = labels[index], texts[index].split()
            tokens += word_tokens(_offsets(words), len("".join(words)), boxes[index], number)
            goes_on = label is not None and label == open_label and label in _JOINED
            for word in words:
                if label is None or (label in _AMOUNTS and not _AMOUNT_PART.search(word)):
                    tags.append(OUTSIDE)
                    continue
                tags.append(f"{'I' if goes_on else 'B'}-{label}")
                goes_on = True
            open_label = label
    return tokens, tags


def _offsets(words: list[str]) -> list[Word]:
    """Words over the annotated text, which has no spaces."""
    offsets, position = [], 0
    for word in words:
        offsets.append(Word(word, position, position + len(word)))
        position += len(word)
    return offsets


def _fields(rows: list[list[int]], texts: list[str], labels: list[str | None]) -> dict[str, str]:
    """Header and summary values: names and addresses joined, of others the last one printed.

    Receipts that print a total twice print the final one last.
    """
    fields: dict[str, str] = {}
    for row in rows:
        for index in row:
            label = labels[index]
            if label is None or label in _ITEM_COLUMNS:
                continue
            joined = label in _JOINED and label in fields
            fields[label] = f"{fields[label]} {texts[index]}" if joined else texts[index]
    return fields


def _items(
    rows: list[list[int]], texts: list[str], labels: list[str | None]
) -> tuple[Mapping[str, str], ...]:
    """Line items by row; a row with a description alone goes with the next row's amount.

    A description follows on the one before only if that one has no amount yet.
    """
    items: list[dict[str, str]] = []
    for row in rows:
        cells: dict[str, str] = {}
        for index in row:
            column = _ITEM_COLUMNS.get(labels[index] or "")
            if column:
                cells[column] = (
                    f"{cells[column]} {texts[index]}" if column in cells else texts[index]
                )
        if not cells:
            continue
        unfinished = bool(items) and "total" not in items[-1]
        if unfinished and "total" in cells and "description" not in cells:
            items[-1].update(cells)
        else:
            items.append(cells)
    return tuple(items)


@cache
def word_ranks() -> Mapping[str, int]:
    """The packaged tokenizer's whole words by rank; its vocabulary is ordered by frequency."""
    path = MODELS / DEFAULT_MODEL / "tokenizer.json"
    try:
        vocabulary = json.loads(path.read_text(encoding="utf-8"))["model"]["vocab"]
    except OSError as error:
        raise DataError(f"{path}: {error.strerror}; needed to put spaces back") from error
    words = [word for word in vocabulary if word.isalpha()]
    return {word: rank for rank, word in enumerate(sorted(words, key=vocabulary.__getitem__))}
