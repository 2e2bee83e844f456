"""Read WildReceipt (SDMG-R 2021) in MMOCR's format: photos of receipts with line items.

``train.txt`` holds one JSON object a line; ``class_list.txt`` and the pictures are
beside it. A box is a text line or part of one, its text has lost its spaces (``respace``
puts them back), and its class says key, value or neither. Values alone are labelled.

What the classes do not say, and so what these pages do not annotate: unit prices (no
row of the published data has two prices: ``Prod_price`` is the row's total, unit prices
stand under ``Others``), discounts, cash and change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import AnnotationRecord, line_records, read_text
from pipeline.data.line_items import COLUMNS, items_of_rows
from pipeline.data.respace import default_ranks, respace
from pipeline.data.rows import group_rows
from pipeline.data.splits import merchant_key
from pipeline.data.words import split_words, word_tokens
from pipeline.document import Box, Page, Token
from pipeline.labels import OUTSIDE, tag_of

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
JOINED = ("merchant_name", "merchant_address")  # several boxes are one text
NUMERIC = frozenset(
    ("item_quantity", "item_total", "subtotal", "tax", "tip", "total", "merchant_phone", "time")
)
# A key annotated together with its value: "AMOUNT: $58.92". The key is no part of it.
_KEY_WORD = re.compile(r"^\W*[^\W\d_]{3,}[:.#]?$")
_CURRENCY_WORD = re.compile(r"^(eur|usd|gbp|cad|aud|sgd|myr|inr|aed|chf)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Value:
    """One annotated box: its label (``None`` for keys and others), position and text."""

    label: str | None
    box: Box
    text: str


def wildreceipt_records(
    list_file: Path, ranks: Mapping[str, int] | None = None
) -> Iterator[AnnotationRecord]:
    """The receipts of ``train.txt`` or ``test.txt``; ``class_list.txt`` must be beside it.

    Boxes without text (mostly ``Ignore``) yield no tokens. Consecutive boxes of the
    merchant's name or address are one span; every other box is a span of its own, so a
    description that runs over two rows is two.

    Args:
        list_file: one JSON object a line.
        ranks: the word list for ``respace``; ``default_ranks`` if not given.

    Raises:
        DataError: a file cannot be read.
    """
    classes = read_text(list_file.parent / "class_list.txt").splitlines()
    ranks = default_ranks() if ranks is None else ranks

    def read_line(line: str) -> AnnotatedPage:
        return _read_receipt(json.loads(line), classes, list_file.parent, ranks)

    return line_records(list_file, read_line)


def _read_receipt(
    record: Mapping[str, Any], classes: Sequence[str], folder: Path, ranks: Mapping[str, int]
) -> AnnotatedPage:
    values = [_read_value(entry, classes, ranks) for entry in record["annotations"]]
    values = [value for value in values if value.text]
    rows = [[values[index] for index in row] for row in group_rows([v.box for v in values])]
    tokens, tags = _tag(rows)
    fields = _fields(rows)
    image = folder / record["file_name"]
    return AnnotatedPage(
        id=record["file_name"].removeprefix("image_files/").rsplit(".", 1)[0],
        source="wildreceipt",
        page=Page(int(record["width"]), int(record["height"]), tuple(tokens)),
        tags=tuple(tags),
        annotated=frozenset(LABELS.values()),
        fields=fields,
        items=tuple(items_of_rows(map(_columns, rows))),
        image=image if image.is_file() else None,
        merchant=merchant_key(fields.get("merchant_name", "")),
    )


def _read_value(
    entry: Mapping[str, Any], classes: Sequence[str], ranks: Mapping[str, int]
) -> _Value:
    number = int(entry["label"])
    if not 0 <= number < len(classes):
        raise ValueError(f"label {number} is not among the {len(classes)} classes")
    corners = [float(number) for number in entry["box"]]
    box = Box.around(zip(corners[0::2], corners[1::2], strict=True))
    return _Value(LABELS.get(classes[number].strip()), box, respace(entry["text"], ranks))


def _tag(rows: Sequence[Sequence[_Value]]) -> tuple[list[Token], list[str]]:
    tokens: list[Token] = []
    tags: list[str] = []
    previous: str | None = None
    for line, row in enumerate(rows):
        for value in row:
            words = split_words(value.text)
            tokens += word_tokens(words, len(value.text), value.box, line)
            inside = value.label in JOINED and value.label == previous
            for word in words:
                if value.label is None or _is_key(value, word.text):
                    tags.append(OUTSIDE)
                    continue
                tags.append(tag_of(value.label, inside=inside))
                inside = True
            previous = value.label
    return tokens, tags


def _is_key(value: _Value, word: str) -> bool:
    """Whether a word in the box of a number is its key word, not a part of the number."""
    if value.label not in NUMERIC or not re.search(r"\d", value.text):
        return False
    return bool(_KEY_WORD.match(word)) and not _CURRENCY_WORD.match(word)


def _value_text(value: _Value) -> str:
    return " ".join(word for word in value.text.split() if not _is_key(value, word))


def _fields(rows: Sequence[Sequence[_Value]]) -> dict[str, str]:
    """One text per label. Names and addresses are joined; for other labels with several, see below.

    Of several totals the commonest text counts, and the last of equally common ones: what
    is to be paid stands below what it is made of. Of several taxes, dates and so on the
    first counts; several different taxes have no single truth and yield none.
    """
    found: dict[str, list[str]] = {}
    for row in rows:
        for value in row:
            if value.label is not None and value.label not in COLUMNS:
                found.setdefault(value.label, []).append(_value_text(value))
    fields = {}
    for label, texts in found.items():
        if label in JOINED:
            fields[label] = " ".join(texts)
        elif label == "total":
            fields[label] = max(reversed(texts), key=texts.count)
        elif label != "tax" or len(set(texts)) == 1:
            fields[label] = texts[0]
    return fields


def _columns(row: Sequence[_Value]) -> dict[str, str]:
    columns: dict[str, str] = {}
    for value in row:
        if value.label in COLUMNS:
            column = COLUMNS[value.label]
            text = _value_text(value)
            columns[column] = f"{columns[column]} {text}" if column in columns else text
    return columns
