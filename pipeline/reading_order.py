"""Reading order of words, robust to skewed and curved photos.

Engines report *segments*: runs of words on one straight piece of text, each with the
two mid points of its short sides. A text line of a receipt is often several segments
(description left, price right). Two segments are on one line if the right end of the
left one, continued in the direction of the text, meets the left end of the right one.
Neighbours are compared, not every segment with one global grid, so that curved or keystoned pages
work too.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.document import Box, Reading, Token

# Two segments share a line if their ends are nearer than this share of the text height.
_SAME_LINE = 0.5


@dataclass(frozen=True, slots=True)
class Word:
    """A word without a position in the reading order yet; the box is in page pixels."""

    text: str
    box: Box
    confidence: float
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """One straight run of words.

    Attributes:
        words: left to right.
        left, right: the mid points (x, y) of the segment's short sides, page pixels.
        height: of the text, across the direction of reading, pixels.
    """

    words: tuple[Word, ...]
    left: tuple[float, float]
    right: tuple[float, float]
    height: float


def tokens_in_reading_order(segments: Sequence[Segment]) -> tuple[Token, ...]:
    """Group segments into text lines, top to bottom, left to right, and number the lines."""
    return tuple(
        Token(word.text, word.box, word.confidence, number, word.readings)
        for number, line in enumerate(group_lines(segments))
        for segment in line
        for word in segment.words
    )


def group_lines(segments: Sequence[Segment]) -> list[list[Segment]]:
    """The segments line by line in reading order."""
    if not segments:
        return []
    angle = page_angle(segments)
    upright = {id(segment): _rotate(segment, -angle) for segment in segments}
    lines: list[list[Segment]] = []
    # Longest first: long segments carry the most reliable direction and start the lines.
    for segment in sorted(
        segments, key=lambda s: -(upright[id(s)].right[0] - upright[id(s)].left[0])
    ):
        line = _nearest_line(segment, lines, upright)
        if line is None:
            lines.append([segment])
        else:
            line.append(segment)
    for line in lines:
        line.sort(key=lambda s: upright[id(s)].left[0])
    return sorted(lines, key=lambda line: _line_height_on_page(line, upright))


def page_angle(segments: Sequence[Segment]) -> float:
    """The direction of the text in radians, clockwise positive: the median of long segments."""
    long = [s for s in segments if s.right[0] - s.left[0] > 3 * s.height]
    angles = [
        math.atan2(s.right[1] - s.left[1], s.right[0] - s.left[0]) for s in (long or segments)
    ]
    return statistics.median(angles)


@dataclass(frozen=True, slots=True)
class _Ends:
    left: tuple[float, float]
    right: tuple[float, float]
    height: float


def _rotate(segment: Segment, angle: float) -> _Ends:
    cos, sin = math.cos(angle), math.sin(angle)

    def turn(point: tuple[float, float]) -> tuple[float, float]:
        return point[0] * cos - point[1] * sin, point[0] * sin + point[1] * cos

    return _Ends(turn(segment.left), turn(segment.right), segment.height)


def _nearest_line(
    segment: Segment, lines: list[list[Segment]], upright: dict[int, _Ends]
) -> list[Segment] | None:
    """The line whose horizontally nearest member continues into the segment, if any."""
    ends = upright[id(segment)]
    best: tuple[float, list[Segment]] | None = None
    for line in lines:
        others = [upright[id(other)] for other in line]
        if any(_overlap(ends, other) for other in others):
            continue
        neighbour = min(others, key=lambda other: _gap(ends, other))
        offset = _offset(ends, neighbour)
        if offset <= _SAME_LINE * min(ends.height, neighbour.height) and (
            best is None or offset < best[0]
        ):
            best = (offset, line)
    return None if best is None else best[1]


def _overlap(one: _Ends, other: _Ends) -> bool:
    """Whether the segments overlap horizontally by more than a quarter of the shorter one."""
    shared = min(one.right[0], other.right[0]) - max(one.left[0], other.left[0])
    shorter = min(one.right[0] - one.left[0], other.right[0] - other.left[0])
    return shared > 0.25 * max(shorter, 1.0)


def _gap(one: _Ends, other: _Ends) -> float:
    return max(one.left[0] - other.right[0], other.left[0] - one.right[0])


def _offset(one: _Ends, other: _Ends) -> float:
    """The distance of the two facing ends, in pixels across the text."""
    if one.left[0] < other.left[0]:
        return abs(one.right[1] - other.left[1])
    return abs(one.left[1] - other.right[1])


def _line_height_on_page(line: list[Segment], upright: dict[int, _Ends]) -> float:
    """The y coordinate of a line, weighted by segment width."""
    weights = [max(1.0, upright[id(s)].right[0] - upright[id(s)].left[0]) for s in line]
    heights = [(upright[id(s)].left[1] + upright[id(s)].right[1]) / 2 for s in line]
    return sum(w * y for w, y in zip(weights, heights, strict=True)) / sum(weights)
