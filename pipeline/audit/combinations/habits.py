"""What goes together in a company's receipts, and how rare a receipt's values are beside it.

A weekend is usual and so is a taxi; for some people both together are not. So a value is not
counted by itself but within a group: the hour among receipts of the category, the category among
those of the person. The rarity of a value is the logarithm of one over its share in the group.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.audit.combinations.values import AMOUNTS, Values

PAIRS = (
    ("hours", "category"),
    ("day", "category"),
    ("category", "person"),
    ("currency", "person"),
    ("hours", "person"),
    ("day", "person"),
    ("category", "city"),
)
"""A value and what it is looked at beside."""
COLUMNS = (*PAIRS, *((name, "category") for name in AMOUNTS))
"""The columns of rarities; one more holds their sum, because a tree looks at one at a time."""

_FEWEST = 20
"""Receipts of a group that weigh as much as all receipts: of small groups little is known."""
_FEWEST_AMOUNTS = 30
_NORMAL = 1.4826  # makes the median deviation of normal values their standard deviation
_LEAST_DEVIATION = {"total": 0.1, "share of tax": 0.01, "share of tip": 0.02}
_LEAST = 0.1
_FARTHEST = 20.0


@dataclass(frozen=True, slots=True)
class Usual:
    """Median and deviation of an amount in a group of ``count`` receipts."""

    count: int
    median: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Habits:
    """Counts of a sample of receipts.

    Attributes:
        alone: how often each value is, by its name.
        beside: how often each value is beside one of the other name, by ``PAIRS`` and that.
        amounts: by name and group.
    """

    alone: Mapping[str, Counter[str]]
    beside: Mapping[tuple[str, str, str], Counter[str]]
    amounts: Mapping[tuple[str, str], Usual]

    def rarities(self, values: Values) -> NDArray[np.float64]:
        """How rare each of ``COLUMNS`` is, ``nan`` where a value or its group is missing, and the
        sum."""
        found = np.array([*self._of_pairs(values), *self._of_amounts(values)])
        return np.append(found, np.nansum(found))

    def share(self, name: str, group: str, values: Values) -> tuple[int, int]:
        """How many receipts of the group have the value, and how many there are."""
        counts = self.beside.get((name, group, values.kinds[group]), Counter())
        return counts[values.kinds[name]], counts.total()

    def _of_pairs(self, values: Values) -> Iterator[float]:
        for name, group in PAIRS:
            if name not in values.kinds or group not in values.kinds:
                yield np.nan
                continue
            found, count = self.share(name, group, values)
            everywhere = self.alone.get(name, Counter())
            usual = (everywhere[values.kinds[name]] + 1) / (everywhere.total() + 1)
            yield float(-np.log((found + _FEWEST * usual) / (count + _FEWEST)))

    def _of_amounts(self, values: Values) -> Iterator[float]:
        for name in AMOUNTS:
            usual = self.amounts.get((name, group_of(name, values) or ""))
            if name not in values.amounts or usual is None:
                yield np.nan
                continue
            apart = abs(values.amounts[name] - usual.median) / usual.deviation
            yield min(apart, _FARTHEST)


def habits_of(sample: Sequence[Values]) -> Habits:
    """The habits that a sample of receipts shows."""
    alone: defaultdict[str, Counter[str]] = defaultdict(Counter)
    beside: defaultdict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    amounts: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for one in sample:
        for name, value in one.kinds.items():
            alone[name][value] += 1
        for name, group in PAIRS:
            if name in one.kinds and group in one.kinds:
                beside[name, group, one.kinds[group]][one.kinds[name]] += 1
        for name, amount in one.amounts.items():
            if (of := group_of(name, one)) is not None:
                amounts[name, of].append(amount)
    return Habits(
        dict(alone),
        dict(beside),
        {
            key: _usual(key[0], np.array(found))
            for key, found in amounts.items()
            if len(found) >= _FEWEST_AMOUNTS
        },
    )


def group_of(name: str, values: Values) -> str | None:
    """The group that an amount is compared within: totals by category and currency."""
    category, currency = values.kinds.get("category"), values.kinds.get("currency")
    if category is None or (name == "total" and currency is None):
        return None
    return f"{category}, {currency}" if name == "total" else category


def _usual(name: str, amounts: NDArray[np.float64]) -> Usual:
    median = float(np.median(amounts))
    deviation = _NORMAL * float(np.median(np.abs(amounts - median)))
    return Usual(len(amounts), median, max(deviation, _LEAST_DEVIATION.get(name, _LEAST)))
