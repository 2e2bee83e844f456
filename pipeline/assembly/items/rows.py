"""Group cells of line items into rows; a line with two items gives two rows."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.assembly.items.cells import DESCRIPTION, QUANTITY, TOTAL, UNIT_PRICE
from pipeline.assembly.summary.checks import product_tolerance
from pipeline.assembly.tables.cells import Cell
from pipeline.assembly.tables.rows import Row, rows_of

_GAP = 1.0  # heights between two columns of a menu, at least


def item_rows(cells: Iterable[Cell]) -> list[Row]:
    """The cells as rows, top to bottom."""
    return [part for row in rows_of(cells) for part in _menu_columns(row)]


def fits(row: Row) -> bool:
    """Whether quantity, unit price and total are present and agree."""
    quantity, price, total = (row.amount(name) for name in (QUANTITY, UNIT_PRICE, TOTAL))
    if quantity is None or price is None or total is None:
        return False
    return abs(quantity * price - total) <= product_tolerance(quantity, total)


def _goes_on(last: Cell, cell: Cell) -> bool:
    """Whether the cell directly follows words of a description and belongs to it."""
    return last.column == DESCRIPTION and cell.left - last.right <= _GAP * cell.height


def _menu_columns(row: Row) -> list[Row]:
    """The items that stand side by side in one row, as in menus with two columns.

    A new one begins where a column comes again, if what is left of it is complete.
    """
    parts = [Row()]
    for cell in sorted(row.cells, key=lambda cell: cell.left):
        current = parts[-1]
        whole = DESCRIPTION in current.columns and current.columns & {TOTAL, QUANTITY}
        again = cell.column in current.columns and cell.column in (DESCRIPTION, QUANTITY)
        if whole and again and not _goes_on(current.cells[-1], cell):
            parts.append(Row())
        parts[-1].cells.append(cell)
    return parts if all(DESCRIPTION in part.columns for part in parts) else [row]
