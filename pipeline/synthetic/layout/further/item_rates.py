"""Rates and letters of taxes beside the items' names; neither has a label."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from pipeline.synthetic.content.sale import Item
from pipeline.synthetic.layout.item_lines import PrintedItem
from pipeline.synthetic.layout.rows import Cell, Row, plain
from pipeline.synthetic.layout.sections import Sections
from pipeline.synthetic.layout.till import Till


def rates_beside_names(till: Till, sections: Sections) -> Sections:
    """``A 23% CAFÉ`` or ``CAFÉ 23%``, if taxes are those of the items' rates and no flag stands
    behind the amounts."""
    if not till.sale.is_by_rate or till.style.flags:
        return sections
    write, is_in_front = _writer(till), till.chance(0.5)
    items = (_with_rate(item, write(item.item), is_in_front) for item in sections.items)
    return replace(sections, items=tuple(items))


def _writer(till: Till) -> Callable[[Item], str]:
    """One of the ways to write an item's rate: ``23%``, ``A 23%``, ``A``, ``(A)``."""
    form = till.rng.choice(["{rate}%", "{rate}%", "{letter} {rate}%", "{letter}", "({letter})"])

    def write(item: Item) -> str:
        letters = till.country.tax_letters
        rate = till.sale.taxes[item.rate].rate.replace(".", till.country.decimal)
        return form.format(rate=rate, letter=letters[item.rate % len(letters)])

    return write


def _with_rate(printed: PrintedItem, rate: str, is_in_front: bool) -> PrintedItem:
    """The item with its rate on the first line of its name."""
    places = [n for n, row in enumerate(printed.rows) if "item_description" in row.labels]
    if not places:
        return printed
    rows = [*printed.rows]
    rows[places[0]] = _beside_name(rows[places[0]], rate, is_in_front)
    return replace(printed, rows=tuple(rows))


def _beside_name(row: Row, rate: str, is_in_front: bool) -> Row:
    def changed(cell: Cell) -> Cell:
        if not any(part.label == "item_description" for part in cell.parts):
            return cell
        ends = [n for n, part in enumerate(cell.parts) if part.label == "item_description"]
        at = 0 if is_in_front else ends[-1] + 1
        return replace(cell, parts=(*cell.parts[:at], plain(rate), *cell.parts[at:]))

    return replace(row, cells=tuple(changed(cell) for cell in row.cells))
