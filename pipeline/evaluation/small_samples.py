"""Intervals where a bootstrap cannot show the uncertainty: few receipts, or all of them alike.

A bootstrap draws from what was seen. Two receipts that are both right give 1.00–1.00, as the
wrong ones that others would bring cannot be drawn. Wilson's interval of a share that was right on
so many receipts (Wilson 1927, "Probable inference, the law of succession, and statistical
inference"; recommended for small numbers by Brown, Cai and DasGupta 2001, "Interval estimation
for a binomial proportion") allows for these. For figures other than shares of receipts it is
cautious: no figure between 0 and 1 varies more from receipt to receipt than one that is always
0 or 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

FEW = 20  # receipts; the intervals of fewer are widened
_Z = 1.959964  # of 95 %

Interval = tuple[float, float]


def wilson(share: float, receipts: int) -> Interval:
    """The 95 % Wilson interval of a share of so many receipts; 0 to 1 without receipts."""
    if receipts == 0:
        return 0.0, 1.0
    square = _Z * _Z / receipts
    middle = (share + square / 2) / (1 + square)
    half = _Z * sqrt(share * (1 - share) / receipts + square / receipts / 4) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)


def widened(drawn: Interval, value: float, receipts: int) -> Interval:
    """The interval of a figure between 0 and 1.

    Args:
        drawn: the bootstrap's.
        receipts: on how many the figure has anything to count.
    """
    if not _hides(drawn, receipts):
        return drawn
    return _union(drawn, wilson(min(max(value, 0.0), 1.0), receipts))


def widened_difference(drawn: Interval, difference: float, receipts: int) -> Interval:
    """The interval of the difference of two results on the same receipts.

    Receipts that were not seen may differ otherwise: as large a share of them as may be
    although none of those seen does.
    """
    if not _hides(drawn, receipts):
        return drawn
    _, unseen = wilson(0.0, receipts)
    return _union(drawn, (max(-1.0, difference - unseen), min(1.0, difference + unseen)))


def _hides(drawn: Interval, receipts: int) -> bool:
    return receipts < FEW or drawn[0] == drawn[1]


def _union(one: Interval, other: Interval) -> Interval:
    return round(min(one[0], other[0]), 4), round(max(one[1], other[1]), 4)


def shown(found: Sequence[bool]) -> str:
    """A share with its 95 % interval (Wilson)."""
    count, share = len(found), sum(found) / max(1, len(found))
    low, high = wilson(share, count)
    return f"{share:.3f} ({low:.3f}–{high:.3f})"
