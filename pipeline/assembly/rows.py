"""Line items: spans in columns become rows of the page, rows become items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from statistics import median

from pipeline.assembly.fields import Candidate, candidates
from pipeline.assembly.locale import Locale
from pipeline.assembly.spans import Span, join, split_at_lines
from pipeline.assembly.sums import CENT
from pipeline.document import Box, Page
from pipeline.labels import Label, ValueType
from pipeline.receipt import Field, LineItem
from pipeline.tagging.types import Tags

DESCRIPTION, QUANTITY, UNIT_PRICE, TOTAL = "description", "quantity", "unit_price", "total"
_SAME_ROW = 0.5  # share of the lower box's height


@dataclass(frozen=True, slots=True)
class Cell:
    """One column's span on one text line.

    Attributes:
        origin: the number of the whole span; the lines of one description share it.
        top, bottom: pixels, after the page's skew is taken out.
    """

    column: str
    candidate: Candidate
    origin: int
    line: int
    top: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Row:
    """Cells side by side; after merging, all cells of one item."""

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

    def amount(self, column: str) -> Decimal | None:
        best = max(self.of(column), key=lambda c: c.candidate.span.probability, default=None)
        return best.candidate.amount if best else None


def line_items(
    labels: Sequence[Label], spans: Sequence[Span], page: Page, tags: Tags, locale: Locale
) -> list[LineItem]:
    """The line items, top to bottom; each has a description or a total."""
    cells = _cells({label.name: label for label in labels}, spans, page, tags, locale)
    items = _merge(_rows(cells))
    return [_item(row, page, tags) for row in items if row.columns & {DESCRIPTION, TOTAL}]


def skew(page: Page) -> float:
    """The text lines' slope, in pixels down a pixel to the right; 0 on a straight page."""
    slopes = []
    for line in page.lines():
        first, last = page.tokens[line[0]].box, page.tokens[line[-1]].box
        across = last.center[0] - first.center[0]
        if across > 5 * max(first.height, 1.0):
            # Words of one line differ in height; only a slope that shows counts.
            slopes.append((last.center[1] - first.center[1]) / across)
    return median(slopes) if slopes else 0.0


def _cells(
    labels: Mapping[str, Label], spans: Sequence[Span], page: Page, tags: Tags, locale: Locale
) -> list[Cell]:
    slope = skew(page)
    cells = []
    for origin, span in enumerate(spans):
        label = labels.get(span.label)
        if label is None or label.column is None:
            continue
        parts = split_at_lines(page, tags, span) if label.type is ValueType.TEXT else [span]
        for candidate in candidates(parts, label.type, locale):
            top, bottom = _straight(candidate.span.boxes[0], slope)
            line = candidate.span.lines[0]
            cells.append(Cell(label.column, candidate, origin, line, top, bottom))
    return cells


def _straight(box: Box, slope: float) -> tuple[float, float]:
    shift = slope * box.center[0]
    return box.y0 - shift, box.y1 - shift


def _rows(cells: Iterable[Cell]) -> list[Row]:
    """Group cells that stand on one text line or side by side, top to bottom."""
    rows: list[Row] = []
    for cell in sorted(cells, key=lambda cell: cell.middle):
        row = next((row for row in reversed(rows[-3:]) if _side_by_side(row, cell)), None)
        if row is None:
            rows.append(Row([cell]))
        else:
            row.cells.append(cell)
    return rows


def _side_by_side(row: Row, cell: Cell) -> bool:
    if any(other.line == cell.line for other in row.cells):
        return True
    # A column has one entry a row, however tight the lines stand: two descriptions of a
    # bent photo overlap in height, and so do the lines of one description.
    if any(other.column == cell.column for other in row.cells):
        return False
    # Compared with every cell's middle, so that a tall box does not swallow its neighbours.
    shared = min(row.bottom, cell.bottom) - max(row.top, cell.top)
    lower = min(row.bottom - row.top, cell.bottom - cell.top)
    return lower > 0 and shared / lower >= _SAME_ROW


def _merge(rows: Sequence[Row]) -> list[Row]:
    """Attach rows that are only part of an item to the item they belong to."""
    items: list[Row] = []
    loose: list[Row] = []
    for row in rows:
        if DESCRIPTION not in row.columns:
            loose.append(row)
        elif items and _continues(items[-1], row):
            items[-1].cells.extend(row.cells)
        else:
            items.append(Row(list(row.cells)))
    # Receipts that print `2 x 3.50` above the description start with such a row.
    numbers_first = bool(loose and items and loose[0].top < items[0].top)
    described = list(items)
    for row in loose:
        home = _home(row, described, numbers_first)
        if home is not None:
            home.cells.extend(row.cells)
        elif TOTAL in row.columns:
            items.append(row)
    return sorted(items, key=lambda item: item.top)


def _continues(item: Row, row: Row) -> bool:
    """Whether the row goes on with the item's description (and brings no second total)."""
    origins = {cell.origin for cell in item.of(DESCRIPTION)}
    return any(cell.origin in origins for cell in row.of(DESCRIPTION)) and not (
        item.columns & row.columns - {DESCRIPTION}
    )


def _home(row: Row, items: Sequence[Row], numbers_first: bool) -> Row | None:
    """The item next above or next below that lacks the row's columns.

    Where both do, the one whose total the row's product gives, then the nearer one, then
    the side on which this page prints such rows.
    """
    above = max((i for i in items if i.top <= row.top), key=lambda i: i.top, default=None)
    below = min((i for i in items if i.top > row.top), key=lambda i: i.top, default=None)
    if numbers_first:
        above, below = below, above
    free = [item for item in (above, below) if item and not item.columns & row.columns]
    if not free:
        return None
    fitting = [item for item in free if _fits(row, item)]
    if fitting:
        return fitting[0]
    preferred = free[0]
    height = row.bottom - row.top
    gaps = [_gap(row, item) for item in free]
    if len(free) == 2 and gaps[1] + height < gaps[0]:
        preferred = free[1]
    return preferred


def _fits(row: Row, item: Row) -> bool:
    both = Row(row.cells + item.cells)
    quantity, price, total = (both.amount(name) for name in (QUANTITY, UNIT_PRICE, TOTAL))
    if quantity is None or price is None or total is None:
        return False
    return abs(quantity * price - total) <= CENT


def _gap(row: Row, item: Row) -> float:
    return max(row.top - item.bottom, item.top - row.bottom, 0.0)


def _item(row: Row, page: Page, tags: Tags) -> LineItem:
    return LineItem(
        description=_description(row.of(DESCRIPTION), page, tags),
        quantity=_amount(row.of(QUANTITY)),
        unit_price=_amount(row.of(UNIT_PRICE)),
        total=_amount(row.of(TOTAL)),
    )


def _description(cells: Sequence[Cell], page: Page, tags: Tags) -> Field[str] | None:
    if not cells:
        return None
    span = join(page, tags, [cell.candidate.span for cell in cells])
    return Field[str](
        value=span.text, text=span.text, confidence=span.confidence, boxes=span.pixel_boxes
    )


def _amount(cells: Sequence[Cell]) -> Field[Decimal] | None:
    best = max(cells, key=lambda cell: cell.candidate.span.probability, default=None)
    if best is None or best.candidate.amount is None:
        return None
    span = best.candidate.span
    return Field[Decimal](
        value=best.candidate.amount,
        text=span.text,
        confidence=span.confidence,
        boxes=span.pixel_boxes,
    )
