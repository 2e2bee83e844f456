"""Test whether two reports on the same receipts differ by more than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.errors import DataError
from pipeline.evaluation.bootstrap import (
    Floats,
    f1,
    from_lists,
    interval,
    macros_of,
    receipts_with,
    resampled,
    tabulate,
)
from pipeline.evaluation.scores import Counts
from pipeline.evaluation.small_samples import widened_difference

SHUFFLES = 10_000
SEED = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of a figure (F1, or the share) between two results on the same receipts.

    Attributes:
        ci95: of ``b - a``, by the paired bootstrap, widened for few receipts.
        p: of a difference at least as large if the two were exchangeable on every receipt.
    """

    figure: str
    a: float
    b: float
    ci95: tuple[float, float]
    p: float


def compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[Difference]:
    """Compare all figures that two sections of reports have in common.

    The test is the paired approximate randomisation test (Noreen 1989; Yeh 2000): the two
    results of a receipt are exchanged at random, 10,000 times.

    Raises:
        DataError: the sections are about different receipts.
    """
    receipts = [{entry["id"]: entry["counts"] for entry in of["receipts"]} for of in (one, other)]
    if receipts[0].keys() != receipts[1].keys():
        both = len(receipts[0].keys() & receipts[1].keys())
        raise DataError(
            f"the reports are about different receipts: {len(receipts[0])} and "
            f"{len(receipts[1])}, {both} in common"
        )
    ids = sorted(receipts[0])
    counts: list[list[Counts]] = [[from_lists(of[name]) for name in ids] for of in receipts]
    shared = _shared_names(counts)
    return differences(counts[0], counts[1], shared)


def differences(
    one: Sequence[Counts], other: Sequence[Counts], names: Sequence[str]
) -> list[Difference]:
    """The named figures of two results on the same receipts in the same order, and the
    macro-averages of them."""
    before, after = tabulate(one, names), tabulate(other, names)
    macros = macros_of(before.names)

    def values(counts: Floats) -> Floats:
        single = f1(counts)
        means = [single[..., columns].mean(axis=-1) for columns in macros.values()]
        return np.concatenate([single, *(mean[..., None] for mean in means)], axis=-1)

    a, b = values(before.counts.sum(axis=0)), values(after.counts.sum(axis=0))
    draws = values(resampled(after)) - values(resampled(before))
    p = p_values(before.counts, after.counts, values)
    with_one, with_other = receipts_with(before), receipts_with(after)
    seen_on = [*np.maximum(with_one, with_other), *[len(before.counts)] * len(macros)]
    found = []
    for column, name in enumerate([*before.names, *macros]):
        first, second = float(a[column]), float(b[column])
        drawn = interval(draws[:, column])
        ci95 = widened_difference(drawn, second - first, int(seen_on[column]))
        found.append(Difference(name, first, second, ci95, float(p[column])))
    return found


def _shared_names(counts: Sequence[Sequence[Counts]]) -> list[str]:
    names = [dict.fromkeys(name for of_one in of for name in of_one) for of in counts]
    return [name for name in names[0] if name in names[1]]


def p_values(
    one: Floats,
    other: Floats,
    values: Callable[[Floats], Floats] = f1,
    shuffles: int = SHUFFLES,
    seed: int = SEED,
) -> Floats:
    """The two-sided p of each figure.

    Args:
        one, other: counts, shape (receipts, figures, 3), the same receipts in both.
        values: figures of summed counts, along the last axes (figures, 3).
    """
    size = len(one)
    flat_one, flat_other = one.reshape(size, -1), other.reshape(size, -1)
    exchanged = np.random.default_rng(seed).integers(0, 2, (shuffles, size)).astype(float)
    moved = (exchanged @ (flat_other - flat_one)).reshape(shuffles, *one.shape[1:])
    sums = one.sum(axis=0), other.sum(axis=0)
    drawn = np.abs(values(sums[1] - moved) - values(sums[0] + moved))
    found = np.abs(values(sums[1]) - values(sums[0]))
    # Rounding must not make an equal difference a smaller one.
    extreme = (drawn >= found - 1e-12).sum(axis=0)
    return np.asarray((extreme + 1) / (shuffles + 1))
