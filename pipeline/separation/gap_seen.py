"""What a picture shows in the gap between two groups of lines: the ground, or a paper's edge."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.separation.cuts import Cut
from pipeline.separation.printed_lines import Floats, PrintedLines

Grey = NDArray[np.uint8]
"""A page's brightness, 0 to 255, shape (height, width)."""

_OTHER = 25  # levels of brightness between paper and ground
_WIDE_GROUND, _ALL_ALONG = 0.12, 0.9  # of the gap's width and of its length
_PLACES = 48  # along the gap, where it is looked at
_FEWEST_DEPTHS, _MOST_DEPTHS = 17, 160  # of the same, from side to side
_RIM = 3  # of these, at each side, that are the paper's
_AROUND = np.array([-4.0, -2.0, 0.0, 2.0, 4.0])  # pixels along the gap whose mean is taken
_BEYOND = np.array([0.3, 0.5, 0.7, 0.9])  # line heights beyond the print, where a paper goes on
_SLOPES = np.tan(np.radians(np.arange(-4.0, 4.5, 0.5)))  # of a paper's edge, to the cut
_BESIDE = 5  # pixels from an edge, at each side, where the paper is seen
_BROKEN = 0.3  # of the places along an edge, where it need not be seen

MOST_SEEN = {
    "edge": 15.0,
    "deep": 2.0,
    "ground": 1.0,
    "ground_all_along": 1.0,
    "straight": 15.0,
    "straight_levels": 2.0,
    "beyond": 10.0,
    "other_paper": 2.0,
}
"""The evidence that the picture gives, and the largest value of each."""


def seen_evidence(lines: PrintedLines, cut: Cut, grey: Grey) -> Mapping[str, float]:
    """What the picture shows in the gap: the ground between two papers, or a paper's edge."""
    ends = np.array(
        [(reach.min(), reach.max()) for reach in (lines.corners[s] @ cut.along for s in cut.sides)]
    )
    start, end = float(ends[:, 0].max()), float(ends[:, 1].min())
    if end - start < 1:
        start, end = float(ends[:, 0].min()), float(ends[:, 1].max())
    beyond = _BEYOND * float(np.median(lines.heights[np.concatenate(cut.sides)]))
    along = np.concatenate(
        [np.linspace(start, end, _PLACES), ends[:, 0].min() - beyond, ends[:, 1].max() + beyond]
    )
    all_seen = _gap_seen(cut, grey, along)
    seen = all_seen[:_PLACES]
    sides = seen[:, :_RIM], seen[:, -_RIM:]
    levels = [float(np.median(side)) for side in sides]
    low, high = min(levels), max(levels)
    noise = 0.5 + float(
        np.median([np.abs(side - level) for side, level in zip(sides, levels, strict=True)])
    )
    change = np.maximum(low - seen.min(axis=1), seen.max(axis=1) - high)
    other = (seen < low - _OTHER) | (seen > high + _OTHER)
    straight, further = _straight_edge(all_seen, along, cut.end - cut.start)
    evidence = {
        "edge": float(np.percentile(change, 20)) / noise,
        "ground": float(np.percentile(other.mean(axis=1), 25)),
        "ground_all_along": float((other.mean(axis=1) > _WIDE_GROUND).mean() > _ALL_ALONG),
        "deep": float(np.percentile(change, 20)) / 40,
        "straight": straight / noise,
        "straight_levels": straight / 20,
        "beyond": further / noise,
        "other_paper": (high - low) / 10,
    }
    return {name: min(value, MOST_SEEN[name]) for name, value in evidence.items()}


def _gap_seen(cut: Cut, grey: Grey, along: Floats) -> Floats:
    """The brightness in the gap, a row for each place along it, from one side to the other.

    Each value is the mean of a few pixels along the gap: a paper's edge is a faint line there.
    """
    count = int(np.clip(cut.end - cut.start, _FEWEST_DEPTHS, _MOST_DEPTHS))
    depth = np.linspace(cut.start, cut.end, count)
    places = along[:, None] + _AROUND
    points = places[:, None, :, None] * cut.along + depth[None, :, None, None] * cut.normal
    x = np.clip(points[..., 0].round().astype(int), 0, grey.shape[1] - 1)
    y = np.clip(points[..., 1].round().astype(int), 0, grey.shape[0] - 1)
    return np.asarray(grey[y, x].mean(axis=2, dtype=float), float)


def _straight_edge(seen: Floats, along: Floats, width: float) -> tuple[float, float]:
    """How clear the clearest straight line in the gap is, and the same line beyond the print.

    Unlike print, a paper's edge runs on to the paper's corners, and it is straight: a dark line or
    a step in brightness.

    Args:
        seen: brightness, a row for each of the places ``along``.
        width: of the gap, in pixels.

    Returns:
        Levels of brightness that most places show, and the mean of those beyond the print.
    """
    count = seen.shape[1]
    pixel = count / max(width, 1.0)  # in samples
    near = max(1, round(_BESIDE * pixel))
    before, after = (np.clip(np.arange(count) + by, 0, count - 1) for by in (-near, near))
    step = seen[:, after] - seen[:, before]
    dark = (seen[:, after] + seen[:, before]) / 2 - seen
    signs = np.stack([dark, step, -step])
    shift = _SLOPES[:, None] * (along - along[:_PLACES].mean()) * pixel
    depth = np.arange(count) + shift[..., None].round().astype(int)
    sheared = signs[:, np.arange(len(along))[:, None], np.clip(depth, 0, count - 1)]
    inside, outside = sheared[:, :, :_PLACES:2], sheared[:, :, _PLACES:]
    place = int(_BROKEN * inside.shape[2])
    clear = np.partition(inside, place, axis=2)[:, :, place]
    best = np.unravel_index(int(np.argmax(clear)), clear.shape)
    return max(float(clear[best]), 0.0), max(
        float(outside[best[0], best[1], :, best[2]].mean()), 0.0
    )
