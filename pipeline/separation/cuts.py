"""Where a page could be cut in two: straight lines that cross nothing printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.separation.printed_lines import Floats, PrintedLines, middle_angle

Rows = NDArray[np.intp]
"""Numbers of printed lines."""

_TILTS = np.arange(-10.0, 11.0)  # degrees of a cut against the text's direction, or across it
_NARROWEST = {True: 0.7, False: 0.5}  # gap of a cut across or along the text, in line heights
_FEWEST = 3  # printed lines on each side
_MOST_GAPS = 6  # of one direction, the widest first


@dataclass(frozen=True, slots=True)
class Cut:
    """A straight gap between two groups of lines.

    Attributes:
        sides: the lines before and behind it.
        across: whether it runs across the text, so that the groups are side by side; else one is
            above the other.
        angle: of its direction, degrees clockwise from the x axis.
        start, end: the gap along its normal, in pixels: how far the two groups' nearest points
            are from the parallel through the page's top left corner.
    """

    sides: tuple[Rows, Rows]
    across: bool
    angle: float
    start: float
    end: float

    @property
    def along(self) -> Floats:
        return np.array([np.cos(np.radians(self.angle)), np.sin(np.radians(self.angle))])

    @property
    def normal(self) -> Floats:
        x, y = self.along
        return np.array([-y, x])


def possible_cuts(lines: PrintedLines, rows: Rows) -> Iterator[Cut]:
    """The cuts between some of a page's lines: for each two groups the widest of all tilts."""
    text = middle_angle(lines.angles[rows], lines.lengths[rows])
    height = float(np.median(lines.heights[rows]))
    for across in (True, False):
        widest: dict[bytes, Cut] = {}
        for tilt in _TILTS:
            angle = text + 90 * across + tilt
            for key, cut in _gaps(lines, rows, across, angle, _NARROWEST[across] * height):
                known = widest.get(key)
                if known is None or known.end - known.start < cut.end - cut.start:
                    widest[key] = cut
        yield from widest.values()


def cut_between(lines: PrintedLines, one: Rows, other: Rows) -> Cut | None:
    """The cut with the widest gap between two groups, if there is any."""
    rows = np.concatenate([one, other])
    text = middle_angle(lines.angles[rows], lines.lengths[rows])
    height = float(np.median(lines.heights[rows]))
    angles = np.concatenate([text + _TILTS, text + 90 + _TILTS])
    normals = np.stack([-np.sin(np.radians(angles)), np.cos(np.radians(angles))])
    reach, reach2 = (lines.corners[side].reshape(-1, 2) @ normals for side in (one, other))
    first = reach2.min(axis=0) - reach.max(axis=0)
    last = reach.min(axis=0) - reach2.max(axis=0)
    best = int(np.argmax(np.maximum(first, last)))
    across = best >= len(_TILTS)
    if max(first[best], last[best]) < _NARROWEST[across] * height:
        return None
    if first[best] > last[best]:
        sides, start, end = (one, other), reach[:, best].max(), reach2[:, best].min()
    else:
        sides, start, end = (other, one), reach2[:, best].max(), reach[:, best].min()
    return Cut(sides, across, float(angles[best]), float(start), float(end))


def _gaps(
    lines: PrintedLines, rows: Rows, across: bool, angle: float, narrowest: float
) -> Iterator[tuple[bytes, Cut]]:
    """The widest gaps in one direction, each with a key of the two groups that it parts."""
    normal = np.array([-np.sin(np.radians(angle)), np.cos(np.radians(angle))])
    reach = lines.corners[rows] @ normal
    low, high = reach.min(axis=1), reach.max(axis=1)
    order = np.argsort(low)
    low = low[order]
    covered = np.maximum.accumulate(high[order])
    gaps = low[1:] - covered[:-1]
    gaps[: _FEWEST - 1] = gaps[len(rows) - _FEWEST :] = 0
    wide = np.flatnonzero(gaps >= narrowest)
    for place in wide[np.argsort(-gaps[wide])][:_MOST_GAPS]:
        first = np.zeros(len(rows), bool)
        first[order[: place + 1]] = True
        sides = rows[order[: place + 1]], rows[order[place + 1 :]]
        key = (first if first[0] else ~first).tobytes()
        yield key, Cut(sides, across, float(angle), float(covered[place]), float(low[place + 1]))
