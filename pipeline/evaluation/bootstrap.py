"""Figures with bootstrap confidence intervals; receipts are the resampled unit.

Efron's percentile bootstrap: the set is drawn anew from itself, with replacement, and every
figure computed each time. Receipts are the units, as fields of one receipt fail together.
Where that cannot show the uncertainty, the interval is widened (``small_samples``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.scores import Count, Counts, Score, Share, add_up
from pipeline.evaluation.small_samples import widened

RESAMPLES = 2000
LEVEL = 0.95
SEED = 0
MACROS = ("tags.strict", "tags.default", "tags.boxes", "fields")  # averaged over their members

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """The counts of all figures on all receipts.

    Attributes:
        names: the figures.
        counts: shape (receipts, figures, 3): correct, predicted, true; a share of ``whole``
            has its part as correct, and the whole as both others.
    """

    names: tuple[str, ...]
    counts: Floats


def tabulate(receipts: Sequence[Counts], names: Sequence[str] | None = None) -> Table:
    """Arrange the receipts' counts as a table; a figure that a receipt lacks counts as zero."""
    names = tuple(names if names is not None else add_up(receipts))
    counts = np.zeros((len(receipts), len(names), 3))
    for row, receipt in enumerate(receipts):
        for column, name in enumerate(names):
            if (count := receipt.get(name)) is not None:
                counts[row, column] = _triple(count)
    return Table(names, counts)


def f1(counts: Floats) -> Floats:
    """F1, or the share, along the last axis (correct, predicted, true); 0 if all are zero."""
    both = counts[..., 1] + counts[..., 2]
    return np.asarray(np.divide(2 * counts[..., 0], both, out=np.zeros_like(both), where=both > 0))


def resampled(table: Table, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Summed counts of each resample, shape (resamples, figures, 3).

    The same seed and number of receipts draw the same receipts, so that two models on one
    set are resampled alike.
    """
    size = len(table.counts)
    random = np.random.default_rng(seed)
    drawn = random.multinomial(size, np.full(size, 1 / max(size, 1)), resamples).astype(float)
    flat = drawn @ table.counts.reshape(size, -1)
    return np.asarray(flat.reshape(resamples, len(table.names), 3))


def receipts_with(table: Table) -> NDArray[np.int64]:
    """For each figure, the number of receipts with anything to count."""
    return np.asarray((table.counts[..., 1:].sum(axis=-1) > 0).sum(axis=0))


def interval(values: Floats) -> tuple[float, float]:
    """The percentile interval of a figure's resamples."""
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return round(float(low), 4), round(float(high), 4)


def macros_of(names: Sequence[str]) -> dict[str, list[int]]:
    """The macro-averages of the figures, by name, each as the columns that it averages: labels and
    fields only, without finer figures (``fields.total.exact``) and other averages."""
    columns: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        group, _, member = name.rpartition(".")
        if group in MACROS and member != "micro":
            columns.setdefault(f"{group}.macro", []).append(column)
    return columns


def figures(receipts: Sequence[Counts]) -> dict[str, dict[str, Any]]:
    """All figures with their counts and 95 % intervals (of F1, or of the share), and their
    macro-averages."""
    table = tabulate(receipts)
    if not len(table.counts):
        return {}
    sums, draws = add_up(receipts), f1(resampled(table))
    values, seen_on = f1(table.counts.sum(axis=0)), receipts_with(table)
    result: dict[str, dict[str, Any]] = {}
    for column, name in enumerate(table.names):
        drawn = interval(draws[:, column])
        ci95 = widened(drawn, float(values[column]), int(seen_on[column]))
        result[name] = {**sums[name].as_dict(), "ci95": ci95}
    for name, columns in macros_of(table.names).items():
        mean = float(values[columns].mean())
        ci95 = widened(interval(draws[:, columns].mean(axis=1)), mean, len(receipts))
        result[name] = {"value": round(mean, 4), "labels": len(columns), "ci95": ci95}
    return result


def _triple(count: Count) -> tuple[float, float, float]:
    if isinstance(count, Score):
        return count.correct, count.predicted, count.true
    return count.part, count.whole, count.whole


def as_lists(counts: Counts) -> dict[str, list[float]]:
    """A receipt's counts for a report: three numbers a score, two a share."""
    return {
        name: [count.correct, count.predicted, count.true]
        if isinstance(count, Score)
        else [round(count.part, 6), count.whole]
        for name, count in counts.items()
    }


def from_lists(raw: Mapping[str, Sequence[float]]) -> dict[str, Count]:
    """The counts that ``as_lists`` wrote."""
    return {
        name: Score(*map(int, numbers)) if len(numbers) == 3 else Share(*numbers)
        for name, numbers in raw.items()
    }
