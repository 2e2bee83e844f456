"""Blocks of text: lines that follow each other closely, joined to larger ones as evidence asks.

Straight cuts through a whole page do not part receipts that lie around each other like bricks.
Blocks do: each two are judged by the cut between them alone.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.separation.cuts import Cut, Rows, cut_between
from pipeline.separation.printed_lines import Floats, PrintedLines, middle_angle

_BELOW = 1.0  # line heights between a line and the next of its block
_BESIDE = 0.6  # line heights between two parts of a line
_TILT = 3.0  # degrees between lines of a block
_NEAR = 6.0  # line heights between blocks that may be one receipt
_LONGEST = 0.55  # of the width of what is printed: a longer line shows that it is one receipt

Judge = Callable[[Cut], float]
"""How much likelier than needed it is that a cut parts two receipts; negative if it is not."""


def may_lie_around_each_other(lines: PrintedLines, rows: Rows) -> bool:
    """Whether no line is nearly as wide as all of them together, as in several columns."""
    angle = np.radians(middle_angle(lines.angles[rows], lines.lengths[rows]))
    reach = lines.corners[rows] @ np.array([np.cos(angle), np.sin(angle)])
    width = float(reach.max() - reach.min())
    return float(np.percentile(lines.lengths[rows], 95)) < _LONGEST * width


def grouped(lines: PrintedLines, rows: Rows, judge: Judge) -> list[Rows]:
    """The lines in groups of which each two are likely to be two receipts."""
    groups = _blocks(lines, rows)
    height = float(np.median(lines.heights[rows]))
    known: dict[tuple[bytes, bytes], tuple[float, float]] = {}

    def parted(one: Rows, other: Rows) -> tuple[float, float]:
        """The gap between two groups in pixels, and whether it parts receipts."""
        key = (one.tobytes(), other.tobytes())
        if key not in known:
            cut = cut_between(lines, one, other)
            known[key] = (0.0, -1.0) if cut is None else (cut.end - cut.start, judge(cut))
        return known[key]

    while len(groups) > 1:
        boxes = [_box_around(lines, group) for group in groups]
        pairs = [
            (*parted(groups[i], groups[j]), i, j)
            for i in range(len(groups))
            for j in range(i)
            if _are_near(boxes[i], boxes[j], height)
        ]
        joinable = [(gap, i, j) for gap, above, i, j in pairs if above < 0]
        if not joinable:
            break
        _, i, j = min(joinable)
        joined = np.concatenate([groups[j], groups[i]])
        groups = [group for number, group in enumerate(groups) if number not in (i, j)] + [joined]
    return groups


def _are_near(one: Floats, other: Floats, height: float) -> bool:
    """Whether two boxes (left, top, right, bottom) are near each other."""
    apart = np.maximum(one[:2] - other[2:], other[:2] - one[2:])
    return bool(apart.max() < _NEAR * height)


def _box_around(lines: PrintedLines, group: Rows) -> Floats:
    points = lines.corners[group].reshape(-1, 2)
    return np.concatenate([points.min(axis=0), points.max(axis=0)])


def _blocks(lines: PrintedLines, rows: Rows) -> list[Rows]:
    """The connected components of lines that follow each other closely."""
    number = np.arange(len(rows))
    for place, row in enumerate(rows):
        beside = _follow(lines, int(row), rows)
        linked = number[beside]
        number[np.isin(number, linked)] = number[place]
    return [rows[number == one] for one in dict.fromkeys(number.tolist())]


def _follow(lines: PrintedLines, row: int, rows: Rows) -> np.ndarray:
    """Which of the lines are next to a line: below or above it, or on its row."""
    angle = np.radians(lines.angles[row])
    along = np.array([np.cos(angle), np.sin(angle)])
    normal = np.array([-along[1], along[0]])
    reach, depth = lines.corners[rows] @ along, lines.corners[rows] @ normal
    own, own_depth = lines.corners[row] @ along, lines.corners[row] @ normal
    shared = np.minimum(reach.max(axis=1), own.max()) - np.maximum(reach.min(axis=1), own.min())
    apart = np.maximum(depth.min(axis=1), own_depth.min()) - np.minimum(
        depth.max(axis=1), own_depth.max()
    )
    height = np.minimum(lines.heights[rows], lines.heights[row])
    tilt = np.abs((lines.angles[rows] - lines.angles[row] + 90) % 180 - 90)
    below = (shared > 0.3 * height) & (apart < _BELOW * height)
    beside = (apart < -0.6 * height) & (-shared < _BESIDE * height)
    return np.asarray((below | beside) & (tilt < _TILT))
