"""How alike two detection networks find lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.ocr.networks import Network
from pipeline.ocr.quads import Quad
from pipeline.training.ocr.cutting import line_finder
from pipeline.training.ocr.detection.pieces import LoadPage

_ALIKE = 0.7  # least intersection over union


@dataclass(frozen=True, slots=True)
class Agreement:
    """Of the lines of the teacher the share that the other finds too, and the reverse.

    Attributes:
        lines: of the teacher.
    """

    lines: int
    found: float
    right: float


def agreement(teacher: Network, other: Network, pages: Sequence[LoadPage]) -> Agreement:
    """On whole pages, by the bounding boxes of lines."""
    found: list[bool] = []
    right: list[bool] = []
    finds = line_finder(teacher), line_finder(other)
    for page in pages:
        pixels = page()
        theirs, ours = (find(pixels) for find in finds)
        found += [_is_among(quad, ours) for quad in theirs]
        right += [_is_among(quad, theirs) for quad in ours]
    return Agreement(len(found), _share(found), _share(right))


def _share(matched: Sequence[bool]) -> float:
    """1 of no lines."""
    return float(np.mean(matched)) if matched else 1.0


def _is_among(quad: Quad, others: Sequence[Quad]) -> bool:
    return any(_overlap(quad, other) >= _ALIKE for other in others)


def _overlap(one: Quad, other: Quad) -> float:
    """Intersection over union of the bounding boxes."""
    low = np.maximum(one.min(axis=0), other.min(axis=0))
    high = np.minimum(one.max(axis=0), other.max(axis=0))
    shared = float(np.prod(np.maximum(0, high - low)))
    areas = sum(float(np.prod(quad.max(axis=0) - quad.min(axis=0))) for quad in (one, other))
    return shared / (areas - shared)
