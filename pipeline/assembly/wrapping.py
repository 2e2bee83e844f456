"""Descriptions that go on below their own total: a till that breaks one breaks many.

`SPRING   7.53` and below it `WATER 24`: tags cannot say that the lines are one description,
since the total stands between them, and a sub-item such as `Fries` looks the same. Only the
page tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pipeline.assembly.cells import DESCRIPTION, TOTAL
from pipeline.assembly.rows import Row

_LEAST = 3  # broken descriptions that show a habit,
_SHARE = 0.5  # and of the priced rows, where the rests stand right below their beginnings
_MARKED = re.compile(r"\W+\s?\w")  # a sub-item: `+ Mayo`
# In heights of a row.
_SAME_EDGE = 0.4
_NEXT_LINE = 0.6


def rests_of_descriptions(rows: Sequence[Row]) -> list[Row]:
    """The rows that only go on with the description above them; none on most pages.

    Args:
        rows: of the items, top to bottom.
    """
    if _breaks_all(rows):
        return [row for row in rows if _may_be_rest(row)]
    priced = [row for row in rows if {DESCRIPTION, TOTAL} <= row.columns]
    found = [row for above, row in pairwise(rows) if _stands_right_below(above, row)]
    return found if len(found) >= max(_LEAST, _SHARE * len(priced)) else []


def _may_be_rest(row: Row) -> bool:
    first = row.cells[0].candidate.span.text
    return row.columns == {DESCRIPTION} and not _MARKED.match(first)


def _breaks_all(rows: Sequence[Row]) -> bool:
    """Whether the rests begin at one place, and what no rest follows has one word only."""
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
        elif row.columns != {DESCRIPTION}:
            return False
    whole = (count for count, below in zip(words, rests, strict=True) if not below)
    return sum(map(bool, rests)) >= _LEAST and all(count == 1 for count in whole)


def _stands_right_below(above: Row, row: Row) -> bool:
    if not _may_be_rest(row) or not {DESCRIPTION, TOTAL} <= above.columns:
        return False
    first, second = above.of(DESCRIPTION)[0], row.of(DESCRIPTION)[0]
    height = above.bottom - above.top
    return (
        abs(first.left - second.left) <= _SAME_EDGE * height
        and row.top - above.bottom <= _NEXT_LINE * height
    )
