"""Lines that stand out on a page: those in larger print, such as logos, and the first ones.

They hold the merchant's name, are few, and look unlike the lines that a small recognition network
reads well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from pipeline.ocr.quads import Quad, mean_height

# Chosen on development receipts (docs/research/ocr-training.md).
_TALL = 1.25  # times the median height of a page's lines
_FIRST = 3


@dataclass(frozen=True, slots=True)
class ProminentLines:
    """What makes a line of one page stand out.

    Attributes:
        height: in pixels; taller lines do.
        first: the largest y of the middle of one of the first lines, read as the page is.
        last: the least y of one of the last, which are the first on a page that is upside down.
    """

    height: float = 0.0
    first: float = 0.0
    last: float = 0.0

    @classmethod
    def of_page(cls, quads: Sequence[Quad]) -> Self:
        """Of all lines of a page."""
        if not quads:
            return cls()
        middles = sorted(map(_middle, quads))
        return cls(
            _TALL * float(np.median([mean_height(quad) for quad in quads])),
            middles[:_FIRST][-1],
            middles[-_FIRST:][0],
        )

    def __contains__(self, quad: Quad) -> bool:
        """Whether the line stands out.

        Args:
            quad: in reading direction; its first corner is below its last if the page is upside
                down.
        """
        is_first = (
            _middle(quad) >= self.last if quad[0, 1] > quad[3, 1] else _middle(quad) <= self.first
        )
        return is_first or mean_height(quad) > self.height


def _middle(quad: Quad) -> float:
    return float(quad[:, 1].mean())
