"""Generate the item section as rows: one layout per receipt, headings, discounts and voids."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.synthetic.content.sale import Item
from pipeline.synthetic.layout.item_arrangements import ARRANGEMENTS, quantity_first, table
from pipeline.synthetic.layout.item_cells import ItemCells
from pipeline.synthetic.layout.rows import Row, centre, left, plain, right
from pipeline.synthetic.layout.till import Till


@dataclass(frozen=True, slots=True)
class PrintedItem:
    """An item and the rows that show it."""

    item: Item
    rows: tuple[Row, ...]

    def text(self, label: str) -> str:
        """What is printed with a label, on all its lines."""
        parts = [part for row in self.rows for cell in row.cells for part in cell.parts]
        return " ".join(part.text for part in parts if part.label == label)

    @property
    def columns(self) -> frozenset[str]:
        """The item's columns that are printed: ``description``, ``total``..."""
        labels = {part.label for row in self.rows for cell in row.cells for part in cell.parts}
        return frozenset(
            label.removeprefix("item_") for label in labels if label and label.startswith("item_")
        )


def print_items(till: Till) -> tuple[list[Row], tuple[PrintedItem, ...]]:
    """The column headings, if the till prints them, and all items."""
    cells = ItemCells(till)
    arrange = till.rng.choices(list(ARRANGEMENTS), weights=list(ARRANGEMENTS.values()))[0]
    has_groups = till.kind in ("restaurant", "cafe", "supermarket") and till.chance(0.12)
    heads = []
    if till.chance(0.8 if arrange is table else 0.3):
        heads = [
            _table_heads(cells) if arrange is table else _heads(till, arrange is quantity_first)
        ]
    printed = []
    for number, item in enumerate(till.sale.items):
        above = item.note
        if has_groups and not item.extra and (number == 0 or till.chance(0.2)):
            above = above or till.word("heading")
        rows = (
            _extra(cells, item) if item.extra else [*arrange(cells, item), *_discount(cells, item)]
        )
        printed.append(PrintedItem(item, (*_above(till, above), *rows)))
    return heads, tuple(printed)


def _table_heads(cells: ItemCells) -> Row:
    heads = [cells.head(column, at) for column, at in cells.columns]
    return Row(tuple(sorted(heads, key=lambda head: head.at)))


def _heads(till: Till, has_quantities: bool) -> Row:
    item, amount = plain(till.word("item")), right(plain(till.word("amount")))
    quantity = plain(till.word("qty"))
    if has_quantities:
        return Row((left(quantity), left(item, at=0.12), amount))
    if till.chance(0.4):
        return Row((left(item), right(quantity, at=0.7), amount))
    return Row((left(item), amount))


def _above(till: Till, text: str) -> list[Row]:
    """A note for a void, or the heading of a group of products."""
    return [Row((till.rng.choice([left, centre])(plain(text)),))] if text else []


def _extra(cells: ItemCells, item: Item) -> list[Row]:
    """An addition to the item above; most cost nothing and show no amount."""
    name = left(cells.name(item), at=cells.indent)
    priced = item.total or cells.till.chance(0.1)
    return [Row((name, cells.total(item)) if priced else (name,))]


def _discount(cells: ItemCells, item: Item) -> Iterator[Row]:
    if item.discount:
        key = left(plain(cells.till.word("item_discount")), at=cells.indent)
        amount = cells.till.amount(-item.discount, "item_discount", cells.style.marks_items)
        yield Row((key, right(amount)))
