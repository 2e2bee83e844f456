"""Names that go on below their own price: a till that wraps one wraps many.

Such a line looks like a sub-item, which is an item of its own: only the page tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.assembly.cells import DESCRIPTION, TOTAL
from pipeline.assembly.rows import Row

# All in heights of a row.
_SAME_EDGE = 0.4  # sub-items are mostly indented
_NEXT_LINE = 0.6
_FEWEST, _SHARE = 3, 0.5  # of the priced rows that have such a line below them


def wrapped_rows(rows: Sequence[Row]) -> list[Row]:
    """The rows that only go on with the name in the row above; none on most pages.

    Args:
        rows: top to bottom.
    """
    priced = [row for row in rows if {DESCRIPTION, TOTAL} <= row.columns]
    found = [row for above, row in pairwise(rows) if _may_go_on(above, row)]
    if len(found) < max(_FEWEST, _SHARE * len(priced)):
        return []
    return found


def _may_go_on(above: Row, row: Row) -> bool:
    if row.columns != {DESCRIPTION} or not {DESCRIPTION, TOTAL} <= above.columns:
        return False
    first, second = above.of(DESCRIPTION)[0], row.of(DESCRIPTION)[0]
    height = above.bottom - above.top
    return (
        abs(first.left - second.left) <= _SAME_EDGE * height
        and row.top - above.bottom <= _NEXT_LINE * height
        and second.candidate.span.text[0].isalnum()  # + extra cheese, -no onion
    )
