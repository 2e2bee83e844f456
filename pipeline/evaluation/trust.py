"""Quality of the confidence: calibration error, and precision against coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.evaluation.fields import Outcome

BINS = 10
TARGETS = (0.95, 0.98, 0.99)
DRAWS = 1000


def predicted(found: Sequence[Outcome]) -> tuple[list[float], list[bool]]:
    """The confidence of each predicted value, and whether it is right."""
    values = [(one.confidence, one.right) for one in found if one.confidence is not None]
    return [confidence for confidence, _ in values], [right for _, right in values]


def reliability(confidences: Sequence[float], hits: Sequence[bool]) -> dict[str, Any]:
    """Ten bins of confidence, 0 to 1, and the expected calibration error.

    Each bin has its mean confidence and the share of its values that are right; the error
    is their distance, averaged over the values (Guo et al. 2017, equal-width bins).

    Few values have an error by chance too. ``if_calibrated`` is the error of outcomes drawn by
    these confidences: its mean and 95th percentile (consistency resampling, Bröcker and Smith
    2007). An error below the percentile is no evidence that the confidences are wrong.
    """
    confidence = np.asarray(confidences, float)
    right = np.asarray(hits, float)
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for number in np.unique(place):
        inside = place == number
        mean, share = float(confidence[inside].mean()), float(right[inside].mean())
        bins.append(
            {"confidence": round(mean, 4), "right": round(share, 4), "values": int(inside.sum())}
        )
    drawn = np.random.default_rng(0).random((DRAWS, len(confidence))) < confidence
    errors = _calibration_errors(np.vstack([right, drawn]) - confidence, place)
    return {
        "ece": round(float(errors[0]), 4),
        "if_calibrated": {
            "mean": round(float(errors[1:].mean()), 4),
            "p95": round(float(np.quantile(errors[1:], 0.95)), 4),
        },
        "values": len(confidences),
        "bins": bins,
    }


def _calibration_errors(excess: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The error of each row: ``excess`` (draws, values) is outcome minus confidence, ``place``
    (values,) the bin of each value."""
    inside = place[:, None] == np.arange(BINS)
    errors: np.ndarray = np.abs(excess @ inside).sum(axis=1) / max(len(place), 1)
    return errors


def coverage(confidences: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    """Accept the most confident receipts first: how many can be accepted at which precision.

    Args:
        confidences: of each value or receipt, 0 to 1.
        right: whether it is.

    Returns:
        ``curve``: coverage and precision at each distinct confidence; ``at``: for each target
        precision the largest coverage that reaches it and the confidence to ask for, ``None``
        where none does. Chosen and measured on the same receipts, so slightly optimistic.
    """
    order = np.argsort(-np.asarray(confidences, float), kind="stable")
    sorted_confidences = np.asarray(confidences, float)[order]
    hits = np.cumsum(np.asarray(right, float)[order])
    curve = []
    for index, confidence in enumerate(sorted_confidences):
        # Equal confidences pass together or not at all.
        if index + 1 < len(order) and sorted_confidences[index + 1] == confidence:
            continue
        curve.append(
            {
                "confidence": round(float(confidence), 4),
                "coverage": round((index + 1) / len(order), 4),
                "precision": round(float(hits[index]) / (index + 1), 4),
            }
        )
    return {"curve": curve, "at": {str(target): _at(curve, target) for target in TARGETS}}


def receipt_confidence(found: Sequence[Outcome]) -> float:
    """The confidence of a receipt's least confident value; 0 if nothing was found."""
    return min((one.confidence for one in found if one.confidence is not None), default=0.0)


def _at(curve: Sequence[dict[str, float]], target: float) -> dict[str, float] | None:
    return max(
        (point for point in curve if point["precision"] >= target),
        key=lambda point: point["coverage"],
        default=None,
    )
