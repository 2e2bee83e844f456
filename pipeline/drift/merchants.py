"""Features that need both samples: how merchants of the reference come again in a window.

A receipt of the reference is set against the *other* receipts there, and one of the window against
all of them; else the reference would know its own merchants better than any window can. How often
a merchant comes is counted in a random half of the reference, and the other half is compared:
counts that differ by the receipt itself would tell the samples apart.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np

from pipeline.drift.features import (
    LAYOUT,
    MERCHANT,
    MERCHANT_KNOWN,
    MERCHANT_SHARE,
    MISSING,
    UNLIKE_MERCHANT,
)
from pipeline.drift.sample import Numbers, Sample

_SEED = 1
_LEAST_OF_MERCHANT = 2  # receipts of the reference by which another is judged


def with_merchants(reference: Sample, window: Sample) -> tuple[Sample, Sample]:
    """The samples with the features of merchants."""
    known = _Known.of(reference)
    return _extended(reference, known, 1), _extended(window, known, 0)


@dataclass(frozen=True, slots=True)
class _Known:
    """The reference's merchants.

    Attributes:
        times: how often each comes.
        half: places of the receipts in which ``shares`` were counted.
        layouts: by feature and merchant the sum and the number of its values.
        scales: standard deviations of the features in the reference.
    """

    times: Counter[str]
    half: frozenset[int]
    shares: Mapping[str, float]
    layouts: Mapping[str, Mapping[str, tuple[float, int]]]
    scales: Mapping[str, float]

    @classmethod
    def of(cls, reference: Sample) -> _Known:
        layouts: dict[str, dict[str, tuple[float, int]]] = {}
        scales = {}
        for name in LAYOUT:
            column = reference.numbers.get(name)
            if column is None or np.isnan(column).all():
                continue
            scales[name] = float(np.nanstd(column))
            sums: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
            for merchant, value in zip(reference.merchants, column.tolist(), strict=True):
                if merchant and value == value:
                    total, count = sums[merchant]
                    sums[merchant] = total + value, count + 1
            layouts[name] = dict(sums)
        times = Counter(merchant for merchant in reference.merchants if merchant)
        size = len(reference)
        half = frozenset(random.Random(_SEED).sample(range(size), (size + 1) // 2))
        in_half = Counter(reference.merchants[place] for place in half)
        shares = {merchant: count / len(half) for merchant, count in in_half.items()}
        return cls(times, half, shares, layouts, scales)

    def distance(self, merchant: str, values: Mapping[str, float], own: int) -> float:
        """Mean distance, in standard deviations, of a receipt from its merchant's others; nan if
        there are too few."""
        found = []
        for name, value in values.items():
            total, count = self.layouts[name].get(merchant, (0.0, 0))
            others = count - own
            if value == value and others >= _LEAST_OF_MERCHANT and self.scales[name] > 0:
                mean = (total - own * value) / others
                found.append(abs(value - mean) / self.scales[name])
        return sum(found) / len(found) if found else nan


def _extended(sample: Sample, known: _Known, own: int) -> Sample:
    """Args: own: 1 if the sample is the reference, whose receipts do not count for themselves."""
    times = [known.times[merchant] - own if merchant else 0 for merchant in sample.merchants]
    shares = [
        known.shares.get(merchant, 0.0) if merchant and not (own and place in known.half) else nan
        for place, merchant in enumerate(sample.merchants)
    ]
    return replace(
        sample,
        numbers={
            **sample.numbers,
            MERCHANT_SHARE: np.array(shares, float),
            UNLIKE_MERCHANT: _distances(sample, known, own),
        },
        categories={
            **sample.categories,
            MERCHANT_KNOWN: _told(sample.merchants, times),
            MERCHANT: list[str | None](sample.merchants),
        },
    )


def _distances(sample: Sample, known: _Known, own: int) -> Numbers:
    names = [name for name in known.layouts if name in sample.numbers]
    columns = {name: sample.numbers[name].tolist() for name in names}
    found = [
        known.distance(merchant, {name: columns[name][place] for name in names}, own)
        for place, merchant in enumerate(sample.merchants)
    ]
    return np.array(found, float)


def _told(merchants: Sequence[str], times: Sequence[int]) -> list[str | None]:
    return [
        MISSING if not merchant else "yes" if count > 0 else "no"
        for merchant, count in zip(merchants, times, strict=True)
    ]
