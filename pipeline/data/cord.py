"""Read CORD v2: Indonesian receipts, each word with a category and its line item.

Each receipt is one JSON object, the ``ground_truth`` of the published data set: a line of a
file, or the column of that name in Parquet, a saved set or one on the hub. Sub-items
(``menu.sub_nm``, in some copies ``menu.sub.nm``) are line items of their own: they have names,
counts and prices like any other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.data.annotated import AnnotatedPage
from pipeline.data.annotation_records import (
    MALFORMED,
    AnnotationRecord,
    describe_error,
    numbered_lines,
)
from pipeline.data.hugging_face.splits import open_splits
from pipeline.data.line_items import COLUMNS
from pipeline.data.rows import group_rows
from pipeline.data.words import split_words, word_tokens
from pipeline.document import Box, Page, Token
from pipeline.errors import DataError
from pipeline.labels import tag_of

LABELS = {
    "menu.nm": "item_description",
    "menu.cnt": "item_quantity",
    "menu.unitprice": "item_unit_price",
    "menu.price": "item_total",
    "menu.discountprice": "item_discount",
    "sub_total.subtotal_price": "subtotal",
    "sub_total.tax_price": "tax",
    "sub_total.discount_price": "discount",
    "total.total_price": "total",
    "total.cashprice": "cash",
    "total.changeprice": "change",
}


@dataclass(frozen=True, slots=True)
class _Word:
    """One annotated word (or several joined by a space) and the value that it belongs to.

    ``value`` names the text that words of one label, item and category make together;
    ``item`` is ``None`` outside the menu.
    """

    text: str
    box: Box
    label: str | None
    value: tuple[int, bool, int]

    @property
    def item(self) -> tuple[int, bool, int] | None:
        return self.value if self.label in COLUMNS else None


def cord_records(path: Path) -> Iterator[AnnotationRecord]:
    """The receipts of one split. Ids are the split's name and the receipt's number.

    Args:
        path: JSON Lines, either of ground truths or of objects with one under
            ``ground_truth`` (and ``file_name`` of the picture); or whatever
            ``pipeline.data.hugging_face`` opens.

    Raises:
        DataError: the data cannot be read.
    """
    return (
        AnnotationRecord(place, partial(_read, load, path.parent)) for place, load in _rows(path)
    )


def read_gt_parses(path: Path) -> dict[str, dict[str, Any]]:
    """The published ``gt_parse`` of each receipt, all classes included, by its page's id.

    Raises:
        DataError: the data cannot be read, or a receipt has no ``gt_parse``.
    """
    parses = {}
    for place, load in _rows(path):
        try:
            truth = _truth(load())
            parses[_id(truth["meta"])] = truth["gt_parse"]
        except MALFORMED as error:
            raise DataError(f"{place}: {describe_error(error)}") from error
    return parses


def _rows(path: Path) -> Iterator[tuple[str, Callable[[], Mapping[str, Any]]]]:
    """The location of each row, and how to load it."""
    if path.suffix in (".jsonl", ".json", ".txt"):
        for number, line in numbered_lines(path):
            yield f"{path}, line {number}", partial(json.loads, line)
        return
    for split, rows in open_splits(path).items():
        if "ground_truth" not in rows.column_names:
            raise DataError(f"{path}: no column ground_truth")
        for number, truth in enumerate(rows["ground_truth"]):
            place = f"{path}, {split or ''} row {number}".replace("  ", " ")
            yield place, partial(dict, ground_truth=truth)


def _read(load: Callable[[], Mapping[str, Any]], folder: Path) -> AnnotatedPage:
    row = load()
    page = _read_receipt(_truth(row))
    image = folder / str(row.get("file_name", ""))
    return replace(page, image=image) if image.is_file() else page


def _truth(row: Mapping[str, Any]) -> Mapping[str, Any]:
    truth = row.get("ground_truth", row)
    loaded: Mapping[str, Any] = json.loads(truth) if isinstance(truth, str) else truth
    return loaded


def _id(meta: Mapping[str, Any]) -> str:
    return f"{meta['split']}-{meta['image_id']:04d}"


def _read_receipt(record: Mapping[str, Any]) -> AnnotatedPage:
    meta = record["meta"]
    words = [word for line in record["valid_line"] for word in _read_words(line)]
    rows = [[words[index] for index in row] for row in group_rows([w.box for w in words])]
    tokens, tags = _tag(rows)
    return AnnotatedPage(
        id=_id(meta),
        source="cord",
        page=Page(
            int(meta["image_size"]["width"]), int(meta["image_size"]["height"]), tuple(tokens)
        ),
        tags=tuple(tags),
        annotated=frozenset(LABELS.values()),
        fields=_fields(rows),
        items=tuple(_items(rows)),
    )


def _read_words(line: Mapping[str, Any]) -> Iterator[_Word]:
    category = str(line["category"])
    is_sub = category.startswith(("menu.sub_", "menu.sub."))
    plain = f"menu.{category[len('menu.sub_') :]}" if is_sub else category
    label = LABELS.get(plain)
    value = (int(line["group_id"]), is_sub, int(line.get("sub_group_id", 0)))
    for word in line["words"]:
        if not word["text"].strip():
            continue
        quad = word["quad"]
        box = Box.around((float(quad[f"x{i}"]), float(quad[f"y{i}"])) for i in range(1, 5))
        yield _Word(word["text"].strip(), box, None if word["is_key"] else label, value)


def _tag(rows: Sequence[Sequence[_Word]]) -> tuple[list[Token], list[str]]:
    tokens: list[Token] = []
    tags: list[str] = []
    previous: tuple[str | None, tuple[int, bool, int]] | None = None
    for line, row in enumerate(rows):
        for word in row:
            inside = previous == (word.label, word.value)
            for token in word_tokens(split_words(word.text), len(word.text), word.box, line):
                tokens.append(token)
                tags.append(tag_of(word.label, inside=inside))
                inside = True
            previous = (word.label, word.value)
    return tokens, tags


def _fields(rows: Sequence[Sequence[_Word]]) -> dict[str, str]:
    """The document-level values; labels with several values (two taxes) are left out."""
    found: dict[str, dict[tuple[int, bool, int], list[str]]] = {}
    for row in rows:
        for word in row:
            label = "discount" if word.label == "item_discount" else word.label
            if label is not None and (word.item is None or label == "discount"):
                values = found.setdefault(label, {})
                values.setdefault(word.value, []).append(word.text)
    fields = {
        label: " ".join(next(iter(values.values())))
        for label, values in found.items()
        if len(values) == 1
    }
    if "discount" in fields:  # a record's discount is what was taken off, whatever sign is printed
        fields["discount"] = fields["discount"].lstrip("- ")
    return fields


def _items(rows: Sequence[Sequence[_Word]]) -> list[dict[str, str]]:
    items: dict[tuple[int, bool, int], dict[str, str]] = {}
    for row in rows:
        for word in row:
            if word.item is not None and word.label is not None:
                columns = items.setdefault(word.item, {})
                column = COLUMNS[word.label]
                before = columns.get(column)
                columns[column] = word.text if before is None else f"{before} {word.text}"
    return list(items.values())
