"""Build ground-truth line items from labelled columns, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.data.tags import spans
from pipeline.document import Token

COLUMNS = {
    "item_code": "code",
    "item_description": "description",
    "item_quantity": "quantity",
    "item_unit_price": "unit_price",
    "item_discount": "discount",
    "item_total": "total",
}
"""Labels of the default label set to columns of published line items."""


def items_of_rows(rows: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Line items from rows of columns.

    A row with a total closes an item. Rows above it with a description or a quantity but
    no total belong to it (the price stands under the name), unless the row with the total
    has that column itself: then each of them was an item that prints no price.
    """
    waiting: dict[str, str] = {}
    for columns in rows:
        if not columns:
            continue
        if waiting.keys() & columns.keys():
            yield waiting
            waiting = {}
        waiting = {**waiting, **columns}
        if "total" in waiting and "description" in waiting:
            yield waiting
            waiting = {}
    if waiting:
        yield waiting


def items_of_tags(tokens: Sequence[Token], tags: Sequence[str]) -> tuple[dict[str, str], ...]:
    """Line items of tagged tokens; a span belongs to the row in which it begins."""
    rows: dict[int, dict[str, str]] = {}
    for label, first, end in spans(tags):
        if label in COLUMNS:
            row = rows.setdefault(tokens[first].line, {})
            text = " ".join(token.text for token in tokens[first:end])
            column = COLUMNS[label]
            row[column] = f"{row[column]} {text}" if column in row else text
    return tuple(items_of_rows(rows[line] for line in sorted(rows)))
