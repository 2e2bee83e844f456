"""Group cells that stand side by side into rows, by text line and geometry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.assembly.tables.cells import Cell

_SAME_ROW = 0.5  # share of the lower row's height
_LOOK_BACK = 3  # rows; skewed lines interleave, but not by more


@dataclass(slots=True)
class Row:
    """Cells side by side; after merging, all cells of one entry of the table."""

    cells: list[Cell] = field(default_factory=list)

    @property
    def columns(self) -> set[str]:
        return {cell.column for cell in self.cells}

    @property
    def top(self) -> float:
        return min(cell.top for cell in self.cells)

    @property
    def bottom(self) -> float:
        return max(cell.bottom for cell in self.cells)

    def of(self, column: str) -> list[Cell]:
        return [cell for cell in self.cells if cell.column == column]

    def best(self, column: str) -> Cell | None:
        """The column's likeliest cell; on a tie the one further right."""
        return max(
            self.of(column),
            key=lambda cell: (round(cell.candidate.span.probability, 2), cell.right),
            default=None,
        )

    def amount(self, column: str) -> Decimal | None:
        best = self.best(column)
        return best.candidate.amount if best else None


def rows_of(cells: Iterable[Cell]) -> list[Row]:
    """The cells as rows, top to bottom: those of one text line, and of lines beside each other."""
    by_line: dict[int, Row] = {}
    for cell in cells:
        by_line.setdefault(cell.line, Row()).cells.append(cell)
    rows: list[Row] = []
    for line in sorted(by_line.values(), key=_middle):
        beside = next(
            (row for row in reversed(rows[-_LOOK_BACK:]) if _side_by_side(row, line)), None
        )
        if beside is None:
            rows.append(line)
        else:
            beside.cells.extend(line.cells)
    return rows


def gap(row: Row, other: Row) -> float:
    """The vertical distance between two rows in pixels, 0 if they overlap."""
    return max(row.top - other.bottom, other.top - row.bottom, 0.0)


def _middle(row: Row) -> float:
    return (row.top + row.bottom) / 2


def _side_by_side(row: Row, other: Row) -> bool:
    """Whether two cells are in one row. A column has one entry per row, even if lines are tight: on
    a bent photo the descriptions of two items overlap in height, as do the lines of one
    description."""
    if row.columns & other.columns:
        return False
    # Compared with the lower one, so that a tall box does not swallow its neighbours.
    shared = min(row.bottom, other.bottom) - max(row.top, other.top)
    lower = min(row.bottom - row.top, other.bottom - other.top)
    return lower > 0 and shared / lower >= _SAME_ROW
