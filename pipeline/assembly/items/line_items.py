"""Build line items: join rows of the page and parse their cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from pipeline.assembly.fields.candidates import Candidate, field_of
from pipeline.assembly.items.cells import (
    CODE,
    DESCRIPTION,
    DISCOUNT,
    QUANTITY,
    TOTAL,
    UNIT_PRICE,
    factors_of,
    find_cells,
)
from pipeline.assembly.items.rows import fits, item_rows
from pipeline.assembly.items.wrapping import rests_of_descriptions
from pipeline.assembly.tables.rows import Row, gap
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import ZERO
from pipeline.receipt import LineItem

_REACH = 3.0  # row heights between an item and a row that belongs to it


def line_items(tagged: TaggedPage) -> list[LineItem]:
    """The line items, top to bottom; each has a description or a total."""
    items = _merge(item_rows(find_cells(tagged)))
    return [_item(row, tagged) for row in items if row.columns & {DESCRIPTION, TOTAL}]


def items_total(items: Sequence[LineItem]) -> Decimal | None:
    """The sum of the items' totals, ``None`` if no item has one."""
    totals = [item.total.value for item in items if item.total]
    return sum(totals, ZERO) if totals else None


def _merge(rows: Sequence[Row]) -> list[Row]:
    """Attach rows that are only a part of an item to that item."""
    items: list[Row] = []
    loose: list[Row] = []
    rests = rests_of_descriptions(rows)
    for row in rows:
        if DESCRIPTION not in row.columns:
            loose.append(row)
        elif items and (_continues(items[-1], row) or row in rests):
            items[-1].cells.extend(row.cells)
        else:
            items.append(Row(list(row.cells)))
    described = list(items)
    codes = [row for row in loose if row.columns == {CODE}]
    discounts = [row for row in loose if row.columns == {DISCOUNT}]
    codes_first = _numbers_first(codes, described)
    numbers = [row for row in loose if row not in codes and row not in discounts]
    numbers_first = _numbers_first(numbers, described)
    for row in numbers:
        home = _home(row, described, numbers_first)
        if home is not None:
            home.cells.extend(row.cells)
        elif TOTAL in row.columns:
            items.append(row)
    for row in codes:
        if home := _home(row, described, codes_first):
            home.cells.extend(row.cells)
    for row in discounts:  # below their items
        above, _ = _neighbours(row, described)
        if home := _home(row, [above] if above else [], numbers_first=False):
            home.cells.extend(row.cells)
    return sorted(items, key=lambda item: item.top)


def _continues(item: Row, row: Row) -> bool:
    """Whether the row continues the item's description (and has no second total)."""
    origins = {cell.origin for cell in item.of(DESCRIPTION)}
    return all(cell.origin in origins for cell in row.of(DESCRIPTION)) and not (
        item.columns & row.columns - {DESCRIPTION}
    )


def _numbers_first(loose: Sequence[Row], items: Sequence[Row]) -> bool | None:
    """Whether this till prints `2 x 3.50` above the description; ``None`` if unknown.

    The products tell, each row's with the totals above and below it; else what comes first.
    """
    votes = 0
    for row in loose:
        above, below = _neighbours(row, items)
        votes += _would_fit(row, below) - _would_fit(row, above)
    if votes:
        return votes > 0
    if not loose or not items:
        return None
    if loose[0].top < items[0].top:
        return True
    # One below each of some items, the last one included: nothing else stands there.
    above_each = {id(_neighbours(row, items)[0]) for row in loose}
    if len(above_each) == len(loose) and loose[-1].top > items[-1].top:
        return False
    return None


def _neighbours(row: Row, items: Sequence[Row]) -> tuple[Row | None, Row | None]:
    above = max((i for i in items if i.top <= row.top), key=lambda i: i.top, default=None)
    below = min((i for i in items if i.top > row.top), key=lambda i: i.top, default=None)
    return above, below


def _would_fit(row: Row, item: Row | None) -> bool:
    if item is None or item.columns & row.columns:
        return False
    return fits(Row(row.cells + item.cells))


def _home(row: Row, items: Sequence[Row], numbers_first: bool | None) -> Row | None:
    """The next item above or below that lacks the row's columns.

    Where both do, the one on the side on which this page prints such rows; if it does not
    say, the one above, unless the other is clearly nearer.
    """
    above, below = _neighbours(row, items)
    sides = (below, above) if numbers_first else (above, below)
    reach = _REACH * (row.bottom - row.top)
    free = [
        item
        for item in sides
        if item and not item.columns & row.columns and gap(row, item) <= reach
    ]
    if not free:
        return None
    if len(free) == 2 and numbers_first is None:
        height = row.bottom - row.top
        if gap(row, free[1]) + height < gap(row, free[0]):
            return free[1]
    return free[0]


def _item(row: Row, tagged: TaggedPage) -> LineItem:
    numbers = {c: row.best(c) for c in (CODE, QUANTITY, UNIT_PRICE, DISCOUNT, TOTAL)}
    chosen = {column: cell.candidate for column, cell in numbers.items() if cell}
    if DISCOUNT in chosen and (off := chosen[DISCOUNT].amount) is not None:
        chosen[DISCOUNT] = replace(chosen[DISCOUNT], value=abs(off))
    chosen |= _with_thousandths(chosen)
    if described := row.of(DESCRIPTION):
        span = tagged.joined([cell.candidate.span for cell in described])
        chosen[DESCRIPTION] = Candidate(span, span.text)
    return LineItem.model_validate(
        {column: field_of(candidate).model_dump() for column, candidate in chosen.items()}
    )


def _with_thousandths(chosen: Mapping[str, Candidate]) -> dict[str, Candidate]:
    """The quantity and unit price with three decimals instead of thousands where their product
    says so: 7.411 litres at 1.463 are 10,84 on a page that writes a comma before cents."""
    total = chosen[TOTAL].amount if TOTAL in chosen else None
    factors = [chosen[column] for column in (QUANTITY, UNIT_PRICE) if column in chosen]
    if total is None or len(factors) < 2:
        return {}
    found = factors_of(total, *factors)
    return {} if found is None else dict(zip((QUANTITY, UNIT_PRICE), found, strict=True))
