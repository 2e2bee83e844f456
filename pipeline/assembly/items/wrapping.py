"""Join descriptions that continue on the line below their total.

`SPRING   7.53` and below it `WATER 24`: tags cannot say that the lines are one description,
since the total is between them, and a sub-item such as `Fries` looks the same. But a till that
wraps descriptions wraps all of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.assembly.items.cells import CODE, DESCRIPTION, DISCOUNT, TOTAL
from pipeline.assembly.tables.rows import Row

_LEAST = 3  # broken descriptions until a page counts as breaking them
_MARKED = re.compile(r"(?!&)\W+\s?\w")  # a sub-item: `+ Mayo`, but not `& MASH`


def rests_of_descriptions(rows: Sequence[Row]) -> list[Row]:
    """The rows that only continue the description above them; none on most pages.

    Args:
        rows: of the items, top to bottom.
    """
    return [row for row in rows if _may_be_rest(row)] if _breaks_all(rows) else []


def _may_be_rest(row: Row) -> bool:
    first = row.cells[0].candidate.span.text
    return row.columns == {DESCRIPTION} and not _MARKED.match(first)


def _breaks_all(rows: Sequence[Row]) -> bool:
    """Whether all continuations start at one position, and items without one have a single word."""
    lefts: list[float] = []
    rests: list[int] = []  # below each row that begins an item
    words: list[int] = []
    for row in rows:
        if _may_be_rest(row):
            if not rests:
                return False
            rests[-1] += 1
            lefts.append(row.cells[0].left)
            if max(lefts) - min(lefts) > row.cells[0].height:
                return False  # what stands further in is a sub-item
        elif {DESCRIPTION, TOTAL} <= row.columns:
            rests.append(0)
            words.append(sum(len(cell.candidate.span.tokens) for cell in row.of(DESCRIPTION)))
        elif row.columns - {DESCRIPTION, CODE, DISCOUNT}:
            return False
    whole = (count for count, below in zip(words, rests, strict=True) if not below)
    return sum(map(bool, rests)) >= _LEAST and all(count == 1 for count in whole)
