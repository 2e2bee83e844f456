"""Layouts of a line item: one function per layout, from an item to its rows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from pipeline.synthetic.content.sale import Item
from pipeline.synthetic.layout.item_cells import ItemCells
from pipeline.synthetic.layout.rows import Part, Row, left, plain, right


def one_line(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``Radler 2 x 3,50   7,00``"""
    parts = cells.description(item)
    if item.quantity != 1:
        choice = cells.till.rng.random()
        if choice < 0.35:
            parts.insert(0, cells.quantity(item, cells.quantity_mark))
        elif choice < 0.5:
            parts.append(cells.quantity(item, "x"))
        else:
            parts += [cells.quantity(item), plain(cells.times), cells.unit_price(item)]
    yield Row((left(*parts), cells.total(item)))


def quantity_first(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``2  Radler   7,00``"""
    described = left(*cells.description(item), at=0.1)
    if cells.shows_quantity(item):
        quantity = left(cells.quantity(item, cells.quantity_mark))
        yield Row((quantity, described, cells.total(item)))
    else:
        yield Row((described, cells.total(item)))


def quantity_and_price(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``2  Radler  à 3,50   7,00``"""
    each = [plain(cells.times)] if cells.times in ("à", "á") else []
    price = right(*each, cells.unit_price(item, "@" if cells.times == "@" else ""), at=0.76)
    quantity = left(cells.quantity(item, cells.quantity_mark))
    yield Row((quantity, left(*cells.description(item), at=0.1), price, cells.total(item)))


def table(cells: ItemCells, item: Item) -> Iterator[Row]:
    """The till's columns; a long description has a line of its own above them."""
    if cells.fits_column(item):
        yield Row(tuple(cells.cell(column, at, item) for column, at in cells.columns))
        return
    yield Row((left(*cells.description(item)),))
    numbers = [(column, at) for column, at in cells.columns if column != "item"]
    yield Row(tuple(cells.cell(column, at, item) for column, at in numbers))


def product_below(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``Radler`` over ``2 x 3,50   7,00``"""
    if not cells.shows_quantity(item):
        yield Row((left(*cells.description(item)), cells.total(item)))
        return
    yield Row((left(*cells.description(item)),))
    yield Row((left(*cells.product(item), at=cells.indent), cells.total(item)))


def product_above(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``2 x 3,50`` over ``Radler   7,00``"""
    if item.quantity != 1:
        yield Row((left(*cells.product(item), at=cells.indent),))
    yield Row((left(*cells.description(item)), cells.total(item)))


def total_then_product(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``Radler   7,00`` over ``2 x 3,50``"""
    yield Row((left(*cells.description(item)), cells.total(item)))
    if item.quantity != 1:
        yield Row((left(*cells.product(item), at=max(cells.indent, 0.08)),))


def code_above(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``9556091`` over ``MILK 1L   7.00``"""
    yield Row((left(cells.code()),))
    yield Row((left(cells.name(item)), cells.total(item)))


def code_and_product_below(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``MILK 1L`` over ``9556091 2 @ 3.50   7.00``"""
    yield Row((left(cells.name(item)),))
    yield Row((left(cells.code(), *cells.product(item)), cells.total(item)))


def price_quantity_below(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``MILK 1L`` over ``3.50  x2   7.00``"""
    yield Row((left(*cells.description(item)),))
    price = left(cells.unit_price(item), at=cells.indent)
    yield Row((price, right(cells.quantity(item, before="x"), at=0.6), cells.total(item)))


def far_quantity(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``Nasi Goreng  x2   50.000``"""
    row = [left(*cells.description(item)), cells.total(item)]
    if cells.shows_quantity(item):
        before = cells.till.rng.choice(["", "x"])
        row.insert(1, right(cells.quantity(item, before=before), at=0.68))
    yield Row(tuple(row))


def amount_first(cells: ItemCells, item: Item) -> Iterator[Row]:
    """``7.00  MILK 1L``"""
    amount = cells.till.amount(item.total, "item_total", cells.style.marks_items)
    yield Row((left(amount), left(*cells.description(item), at=0.25)))


def wrapped_first(cells: ItemCells, item: Item) -> Iterator[Row]:
    """A description of two or three lines, the amount beside the first."""
    lines = _wrap(cells, item)
    yield Row((left(*lines[0]), cells.total(item)))
    for line in lines[1:]:
        yield Row((left(*line, at=cells.indent),))


def wrapped_last(cells: ItemCells, item: Item) -> Iterator[Row]:
    """A description of two or three lines, the amount beside the last."""
    lines = _wrap(cells, item)
    for number, line in enumerate(lines[:-1]):
        yield Row((left(*line, at=cells.indent if number else 0.0),))
    yield Row((left(*lines[-1], at=cells.indent if len(lines) > 1 else 0.0), cells.total(item)))


def wrapped_below(cells: ItemCells, item: Item) -> Iterator[Row]:
    """A description of one to three lines, the amount on a line of its own."""
    for number, line in enumerate(_wrap(cells, item)):
        yield Row((left(*line, at=cells.indent if number else 0.0),))
    yield Row((cells.total(item),))


def _wrap(cells: ItemCells, item: Item) -> list[list[Part]]:
    """Quantity and description cut into lines after one or two of its words."""
    words = cells.till.style.apply(item.description).split()
    cuts = min(len(words) - 1, 2 if len(words) > 4 else 1)
    inner = sorted(cells.till.rng.sample(range(1, len(words)), k=cuts))
    lines = [
        [Part(" ".join(words[start:end]), "item_description", start > 0)]
        for start, end in itertools.pairwise([0, *inner, len(words)])
    ]
    if item.quantity != 1:
        lines[0].insert(0, cells.quantity(item, cells.quantity_mark))
    return lines


Arrangement = Callable[[ItemCells, Item], Iterator[Row]]
# Each with how often it is drawn.
ARRANGEMENTS: dict[Arrangement, float] = {
    one_line: 3,
    quantity_first: 3,
    quantity_and_price: 1.5,
    table: 4,
    product_below: 2.5,
    product_above: 1.5,
    total_then_product: 1.5,
    code_above: 0.7,
    code_and_product_below: 1.5,
    price_quantity_below: 0.8,
    far_quantity: 1.2,
    amount_first: 0.3,
    wrapped_first: 0.6,
    wrapped_last: 0.6,
    wrapped_below: 0.4,
}
