"""Features that need both samples: how merchants of the reference come again in a window.

A receipt of the reference is set against the *other* receipts there, and one of the window against
all of them; else the reference would know its own merchants better than any window can. How often
a merchant comes is counted in a random half of the reference, and the other half is compared:
counts that differ by the receipt itself would tell the samples apart.

How unlike its merchant's others a receipt is, is told as a rank: the share of them that are less
unlike the rest than it is. That is as often small as large, whatever the merchant, unless the
receipt is of another kind (conformal prediction: Vovk, Gammerman, Shafer 2005, "Algorithmic
learning in a random world").
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

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
_LEAST_OF_MERCHANT = 3  # receipts of the reference by which another is judged
_MOST_OF_MERCHANT = 30


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
        layouts: shape (receipts, features), values of ``LAYOUT`` divided by their standard
            deviation within merchants; nan where a receipt has none.
        features: those of ``LAYOUT`` that the reference has, with that standard deviation.
        places: of each merchant's receipts.
    """

    times: Counter[str]
    half: frozenset[int]
    shares: Mapping[str, float]
    layouts: Numbers
    features: Mapping[str, float]
    places: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, reference: Sample) -> _Known:
        places: dict[str, list[int]] = {}
        for place, merchant in enumerate(reference.merchants):
            if merchant:
                places.setdefault(merchant, []).append(place)
        scales = {
            name: _within(reference.numbers[name], places.values())
            for name in LAYOUT
            if name in reference.numbers
        }
        features = {name: scale for name, scale in scales.items() if scale > 0}
        times = Counter({merchant: len(its) for merchant, its in places.items()})
        size = len(reference)
        half = frozenset(random.Random(_SEED).sample(range(size), (size + 1) // 2))
        in_half = Counter(reference.merchants[place] for place in half)
        shares = {merchant: count / len(half) for merchant, count in in_half.items()}
        return cls(times, half, shares, _layouts(reference, features), features, places)

    def unlike(self, merchant: str, layout: Numbers, own: int | None) -> float:
        """The share of its merchant's other receipts that are less unlike the rest than this one,
        ties by half; nan if there are too few.

        Args:
            layout: the receipt's values of ``features``, nan where it has none.
            own: its place, if it is one of the reference.
        """
        places = [place for place in self.places.get(merchant, ()) if place != own]
        # Of the window's merchants one receipt more is known than of the reference's: it is left
        # out, or ranks of the two would be of other sizes.
        count = min(_MOST_OF_MERCHANT, len(places) - (own is None))
        if count < _LEAST_OF_MERCHANT:
            return nan
        chosen = random.Random(f"{merchant}/{layout.tobytes().hex()}").sample(places, count)
        distances = _from_the_others(np.vstack([self.layouts[chosen], layout]))
        others, this = distances[:-1], distances[-1]
        if np.isnan(this):
            return nan
        less = float((others < this).sum()) + float((others == this).sum()) / 2
        return (less + 0.5) / (count + 1)


def _within(column: Numbers, merchants: Iterable[Sequence[int]]) -> float:
    """The standard deviation of a number within the receipts of a merchant."""
    squares, free = 0.0, 0
    for places in merchants:
        values = column[list(places)]
        values = values[~np.isnan(values)]
        if len(values) > 1:
            squares += float(((values - values.mean()) ** 2).sum())
            free += len(values) - 1
    return float(np.sqrt(squares / free)) if free else 0.0


def _layouts(sample: Sample, features: Mapping[str, float]) -> Numbers:
    if not features:
        return np.zeros((len(sample), 0))
    missing = np.full(len(sample), nan)
    columns = [sample.numbers.get(name, missing) / scale for name, scale in features.items()]
    return np.stack(columns, axis=1)


def _from_the_others(rows: Numbers) -> Numbers:
    """The mean distance of each row from the mean of the others, shape (rows,); nan where it has
    nothing in common with them."""
    known = ~np.isnan(rows)
    values = np.where(known, rows, 0.0)
    others = known.sum(axis=0) - known
    means = (values.sum(axis=0) - values) / np.maximum(others, 1)
    compared = known & (others > 0)
    distances = np.where(compared, np.abs(values - means), 0.0).sum(axis=1)
    counts: NDArray[np.int64] = compared.sum(axis=1)
    return np.where(counts > 0, distances / np.maximum(counts, 1), nan)


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
            UNLIKE_MERCHANT: _unlike(sample, known, own),
        },
        categories={
            **sample.categories,
            MERCHANT_KNOWN: _told(sample.merchants, times),
            MERCHANT: list[str | None](sample.merchants),
        },
    )


def _unlike(sample: Sample, known: _Known, own: int) -> Numbers:
    layouts = _layouts(sample, known.features)
    found = [
        known.unlike(merchant, layouts[place], place if own else None)
        for place, merchant in enumerate(sample.merchants)
    ]
    return np.array(found, float)


def _told(merchants: Sequence[str], times: Sequence[int]) -> list[str | None]:
    return [
        MISSING if not merchant else "yes" if count > 0 else "no"
        for merchant, count in zip(merchants, times, strict=True)
    ]
