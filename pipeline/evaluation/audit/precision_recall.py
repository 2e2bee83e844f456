"""Precision and recall of a rule at each threshold of its score, and which threshold costs least.

A case is a receipt with a fault, or one without, with the highest score that the rule gives it.
Faults are injected more often than they occur, so precision and cost are computed for the share of
faulty receipts in use and not for that of the cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.evaluation.small_samples import Interval, wilson

IN_USE = 0.01
"""The share of receipts with a fault of one kind, on which precision and cost depend."""
MISS = 50.0
"""What a missed fault costs, in looks of a reviewer at a finding: 50 euros of a usual claim, at two
minutes a look and 30 euros an hour."""
_RECALLS = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_DRAWS = 200


@dataclass(frozen=True, slots=True)
class Cases:
    """Scores of a rule; ``-inf`` for a receipt on which it finds nothing.

    Attributes:
        faulty: of the receipts with a fault; ``clean`` of those without.
        threshold: that the audit uses; ``None`` if it reports at any score.
    """

    faulty: NDArray[np.float64]
    clean: NDArray[np.float64]
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the curve: what is reported with a score of ``threshold`` or more.

    Attributes:
        alarms: share of the receipts without a fault that are reported.
        precision: at the share of faults in use; its interval takes the worse ends of those of
            recall and alarms together, and the better ones, so it is wider than 95 %.
        cost: per 1,000 receipts, in looks: all looks, and the faults that are missed.
    """

    threshold: float
    found: int
    recall: float
    recall_interval: Interval
    alarms: float
    alarms_interval: Interval
    precision: float
    precision_interval: Interval
    cost: float


def point(cases: Cases, threshold: float, miss: float = MISS, share: float = IN_USE) -> Point:
    """The point of the curve at a threshold."""
    found = int((cases.faulty >= threshold).sum())
    recall = found / max(len(cases.faulty), 1)
    alarms = float((cases.clean >= threshold).sum()) / max(len(cases.clean), 1)
    recalls, rates = wilson(recall, len(cases.faulty)), wilson(alarms, len(cases.clean))
    looks = share * recall + (1 - share) * alarms
    return Point(
        threshold,
        found,
        recall,
        recalls,
        alarms,
        rates,
        _precision(recall, alarms, share),
        (_precision(recalls[0], rates[1], share), _precision(recalls[1], rates[0], share)),
        1000 * (looks + share * (1 - recall) * miss),
    )


def curve(cases: Cases, miss: float = MISS, share: float = IN_USE) -> list[Point]:
    """One point for each score of a faulty receipt, from the highest threshold."""
    scores = np.unique(cases.faulty[np.isfinite(cases.faulty)])[::-1]
    return [point(cases, float(score), miss, share) for score in scores]


def cheapest(
    points: Sequence[Point], most_alarms: float = 1.0, miss: float = MISS, share: float = IN_USE
) -> Point | None:
    """The point that costs least, of those whose share of alarms surely is at most ``most_alarms``
    (the upper end of its interval); the highest threshold of several, and ``None`` where to look at
    nothing costs less."""
    allowed = [one for one in points if one.alarms_interval[1] <= most_alarms]
    best = min(allowed, key=lambda one: (one.cost, -one.threshold), default=None)
    return best if best is not None and best.cost < 1000 * share * miss else None


def average_precision(cases: Cases, share: float = IN_USE) -> tuple[float, Interval]:
    """The area below the curve at the share of faults in use, with its bootstrap interval."""
    if not len(cases.faulty) or not len(cases.clean):
        return 0.0, (0.0, 1.0)
    numbers = np.random.default_rng(0)
    drawn = [
        _area(numbers.choice(cases.faulty, len(cases.faulty)), _drawn(cases.clean, numbers), share)
        for _ in range(_DRAWS)
    ]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return _area(cases.faulty, cases.clean, share), (float(low), float(high))


def curve_lines(name: str, cases: Cases, miss: float = MISS) -> Iterator[str]:
    """A table of some points of the curve, the threshold in use and the one that costs least."""
    points = curve(cases, miss)
    area, (low, high) = average_precision(cases)
    yield (
        f"\n{name}: {len(cases.faulty)} faulty, {len(cases.clean)} clean; average precision "
        f"{area:.3f} ({low:.3f}–{high:.3f}) at {IN_USE:.0%} faulty"
    )
    yield "\n| threshold | recall | alarms per 1,000 clean | precision at 1 % | cost per 1,000 |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for wanted in _RECALLS:
        if (one := next((one for one in points if one.recall >= wanted), None)) is not None:
            yield _row(f"{one.threshold:.3f}", one)
    if (best := cheapest(points, miss=miss)) is not None:
        yield _row(f"cheapest, {best.threshold:.3f}", best)
    in_use = 0.0 if cases.threshold is None else cases.threshold
    yield _row(f"in use, {in_use:.3f}", point(cases, in_use, miss))


def _row(name: str, one: Point) -> str:
    return (
        f"| {name} | {_shown(one.recall, one.recall_interval)} | "
        f"{_shown(one.alarms, one.alarms_interval, 1000, 1)} | "
        f"{_shown(one.precision, one.precision_interval)} | {one.cost:.0f} |"
    )


def _shown(value: float, interval: Interval, times: float = 1, places: int = 3) -> str:
    low, high = (f"{times * edge:.{places}f}" for edge in interval)
    return f"{times * value:.{places}f} ({low}–{high})"


def _precision(recall: float, alarms: float, share: float) -> float:
    right, wrong = share * recall, (1 - share) * alarms
    return right / (right + wrong) if right + wrong else 0.0


def _drawn(values: NDArray[np.float64], numbers: np.random.Generator) -> NDArray[np.float64]:
    return numbers.choice(values, len(values))


def _area(faulty: NDArray[np.float64], clean: NDArray[np.float64], share: float) -> float:
    """The mean over faulty receipts of the precision at their score; 0 for those not found."""
    found = np.sort(faulty[np.isfinite(faulty)])
    if not len(found):
        return 0.0
    recalls = (len(found) - np.searchsorted(found, found, side="left")) / len(faulty)
    alarms = 1 - np.searchsorted(np.sort(clean), found, side="left") / len(clean)
    right, wrong = share * recalls, (1 - share) * alarms
    return float((right / (right + wrong)).sum() / len(faulty))
