"""Median and median deviation of a group's amounts, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.audit.state.amounts import BUCKETS_PER_FACTOR_E

_NORMAL = 1.4826  # makes the median deviation of normal values their standard deviation
_LEAST = 0.1
"""Of the deviation, as a logarithm: a price that hardly varies may still rise by a half."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Of a group of amounts.

    Attributes:
        count: of amounts.
        median: of the amounts' natural logarithms.
        deviation: of the logarithms, scaled to a standard deviation.
    """

    count: int
    median: float
    deviation: float

    def distance(self, amount: float) -> float:
        """How many deviations an amount is above the median, negative below."""
        return (math.log(amount) - self.median) / max(self.deviation, _LEAST)

    @property
    def usual(self) -> float:
        """The median as an amount."""
        return math.exp(self.median)


def spread_of(counts: Sequence[tuple[int, int]]) -> Spread | None:
    """The spread of amounts in buckets (``state.amounts``), each with its count, smallest first;
    ``None`` without amounts."""
    count = sum(one for _, one in counts)
    if not count:
        return None
    middle = _median(counts, count)
    deviations = sorted((abs(bucket - middle), one) for bucket, one in counts)
    deviation = _median(deviations, count)
    return Spread(count, middle / BUCKETS_PER_FACTOR_E, _NORMAL * deviation / BUCKETS_PER_FACTOR_E)


def _median(counts: Sequence[tuple[int, int]], count: int) -> int:
    """The value in the middle of values with their counts, the lower of two."""
    passed = 0
    for value, one in counts:
        passed += one
        if 2 * passed >= count:
            return value
    raise ValueError("fewer values than counted")
