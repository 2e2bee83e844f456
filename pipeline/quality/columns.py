"""In how many columns a receipt prints amounts."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from pipeline.document import Token

_AMOUNT = re.compile(r"\D{0,3}\d[\d.,']*[.,]\d{2,3}\D{0,3}")
_GAP = 1.5  # text heights between the ends of two columns
_LEAST = 2  # amounts of a column


def amount_columns(tokens: Sequence[Token]) -> int:
    """Groups of at least two amounts that end at the same place across the page, give or take the
    height of their print."""
    amounts = [token.box for token in tokens if _AMOUNT.fullmatch(token.text)]
    if not amounts:
        return 0
    ends = sorted(box.x1 for box in amounts)
    gap = _GAP * sorted(box.height for box in amounts)[len(amounts) // 2]
    sizes = [1]
    for before, end in itertools.pairwise(ends):
        if end - before > gap:
            sizes.append(0)
        sizes[-1] += 1
    return sum(size >= _LEAST for size in sizes)
