"""What tells whether two groups of lines are two receipts: numbers from which a cut is judged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.separation.cuts import Cut, Rows
from pipeline.separation.printed_lines import Floats, PrintedLines, middle_angle

Grey = NDArray[np.uint8]
"""A page's brightness, 0 to 255, shape (height, width)."""

_TOP = 5  # lines of a group that may be a receipt's header
_OTHER = 25  # levels of brightness between paper and ground
_WIDE_GROUND, _ALL_ALONG = 0.12, 0.9  # of the gap's width and of its length
_PLACES = 48  # along the gap, where it is looked at
_FEWEST_DEPTHS, _MOST_DEPTHS = 17, 160  # of the same, from side to side
_RIM = 3  # of these, at each side, that are the paper's
_AROUND = np.array([-4.0, -2.0, 0.0, 2.0, 4.0])  # pixels along the gap whose mean is taken
_SAME = 10.0  # degrees between lines of one direction
_PURE = 0.7  # of a group's lines that run in its direction, or are read or not, as a receipt's do


MOST_SEEN = {"edge": 15.0, "deep": 2.0, "ground": 1.0, "ground_all_along": 1.0}
"""The evidence that the picture gives, and the largest value of each."""


def evidence_of(lines: PrintedLines, cut: Cut, grey: Grey | None) -> dict[str, float]:
    """The evidence by name; without ``grey`` that of the picture is left out."""
    printed = printed_evidence(lines, cut)
    return printed if grey is None else {**printed, **seen_evidence(lines, cut, grey)}


def printed_evidence(lines: PrintedLines, cut: Cut) -> dict[str, float]:
    """The evidence of the lines and their words."""
    one, other = cut.sides
    heights = [float(np.median(lines.heights[side])) for side in cut.sides]
    height = float(np.median(lines.heights[np.concatenate(cut.sides)]))
    gap = (cut.end - cut.start) / height
    return {
        "gap": min(gap, 12.0),
        "log_gap": float(np.log(gap)),
        "fewer_lines": float(np.log(min(len(one), len(other)))),
        "other_size": min(1.0, abs(float(np.log(heights[0] / heights[1])))),
        **_directions(lines, cut),
        **_extents(lines, cut, height),
        **_rows_that_match(lines, cut, height),
        **_said(lines, cut),
        **_order(lines, cut),
        "widest": float(np.log(gap * height / max(_widest_within(lines, cut), 0.3 * height))),
    }


def _directions(lines: PrintedLines, cut: Cut) -> Mapping[str, float]:
    middles = [middle_angle(lines.angles[side], lines.lengths[side]) for side in cut.sides]
    apart = abs((middles[0] - middles[1] + 90) % 180 - 90)
    spreads = [
        _spread(lines, side, middle) for side, middle in zip(cut.sides, middles, strict=True)
    ]
    pure = min(
        float((_away(lines, side, middle) < _SAME).mean())
        for side, middle in zip(cut.sides, middles, strict=True)
    )
    turned = float(apart > 45 and pure >= _PURE)
    return {
        "turned": turned,
        "turned_lines": turned * float(np.log(min(len(side) for side in cut.sides))),
        "tilt": min(apart, 10.0) if apart <= 45 else 0.0,
        "tilt_clear": min(apart / (0.5 + sum(spreads)), 8.0) if apart <= 45 else 0.0,
    }


def _spread(lines: PrintedLines, side: Rows, middle: float) -> float:
    return float(np.median(_away(lines, side, middle)))


def _away(lines: PrintedLines, side: Rows, middle: float) -> Floats:
    return np.abs((lines.angles[side] - middle + 90) % 180 - 90)


def _extents(lines: PrintedLines, cut: Cut, height: float) -> Mapping[str, float]:
    """Where the groups begin and end in the direction of the cut."""
    ends = []
    for side in cut.sides:
        reach = lines.corners[side] @ cut.along
        ends.append((float(reach.min()), float(reach.max())))
    (start, end), (start2, end2) = ends
    shared = max(0.0, min(end, end2) - max(start, start2))
    shorter = min(end - start, end2 - start2)
    return {
        "shared": shared / max(shorter, 1.0),
        "shorter": float(np.log(max(shorter / height, 1.0))),
        "starts_apart": min(abs(start - start2) / height, 10.0),
        "ends_apart": min(abs(end - end2) / height, 10.0),
        "middles_apart": min(abs(start + end - start2 - end2) / 2 / height, 10.0),
    }


def _rows_that_match(lines: PrintedLines, cut: Cut, height: float) -> Mapping[str, float]:
    """For groups side by side: the share of lines whose row goes on at the other side."""
    if not cut.across:
        return {"rows_match": 0.0}
    text = middle_angle(
        lines.angles[np.concatenate(cut.sides)], lines.lengths[np.concatenate(cut.sides)]
    )
    across = np.array([-np.sin(np.radians(text)), np.cos(np.radians(text))])
    one, other = (np.sort(lines.centres[side] @ across) for side in cut.sides)
    few, many = (one, other) if len(one) < len(other) else (other, one)
    inside = few[(few > many[0] - height) & (few < many[-1] + height)]
    if not len(inside):
        return {"rows_match": 0.0}
    nearest = np.abs(inside[:, None] - many[None, :]).min(axis=1)
    return {"rows_match": float((nearest < 0.3 * height).mean())}


def _said(lines: PrintedLines, cut: Cut) -> Mapping[str, float]:
    counts = [
        {name: float(values[side].sum()) for name, values in lines.has.items()}
        for side in cut.sides
    ]
    one, other = counts
    unread = [1 - side["read"] / len(rows) for side, rows in zip(counts, cut.sides, strict=True)]
    one_unread = float(max(unread) >= _PURE and min(unread) <= 1 - _PURE)
    both = {
        f"both_{name}": float(one[name] > 0 and other[name] > 0)
        for name in ("amount", "total", "date", "phone")
    }
    least = min(one["amount"], other["amount"])
    return {
        **both,
        "least_amounts": float(np.log1p(least)),
        "one_unread": one_unread,
        "unread_lines": one_unread * float(np.log(min(len(side) for side in cut.sides))),
        "both_unread": float(min(unread) > 0.6),
        "kinds": sum(both.values()),
        "both_whole": both["both_amount"] * both["both_total"] * both["both_date"],
    }


def _order(lines: PrintedLines, cut: Cut) -> Mapping[str, float]:
    """For one group above the other: whether the upper ends and the lower begins as a receipt."""
    if cut.across:
        return {"total_above": 0.0, "total_below": 0.0, "top_without_amounts": 0.0}
    above, below = cut.sides
    if float(lines.centres[above].mean(axis=0)[1]) > float(lines.centres[below].mean(axis=0)[1]):
        above, below = below, above
    top = below[np.argsort(lines.centres[below] @ np.abs(cut.normal))][:_TOP]
    return {
        "total_above": float(lines.has["total"][above].any()),
        "total_below": float(lines.has["total"][below].any()),
        "top_without_amounts": 1 - float(lines.has["amount"][top].mean()),
    }


def _widest_within(lines: PrintedLines, cut: Cut) -> float:
    """The widest gap within the groups in the direction of the cut, in pixels."""
    widest = 0.0
    for side in cut.sides:
        reach = lines.corners[side] @ cut.normal
        order = np.argsort(reach.min(axis=1))
        low, high = reach.min(axis=1)[order], np.maximum.accumulate(reach.max(axis=1)[order])
        if len(order) > 1:
            widest = max(widest, float((low[1:] - high[:-1]).max()))
    return widest


def seen_evidence(lines: PrintedLines, cut: Cut, grey: Grey) -> Mapping[str, float]:
    """What the picture shows in the gap: the ground between two papers, or a paper's edge."""
    ends = [lines.corners[side] @ cut.along for side in cut.sides]
    start = max(float(reach.min()) for reach in ends)
    end = min(float(reach.max()) for reach in ends)
    if end - start < 1:
        start, end = (
            min(float(reach.min()) for reach in ends),
            max(float(reach.max()) for reach in ends),
        )
    seen = _gap_seen(cut, grey, np.linspace(start, end, _PLACES))
    sides = seen[:, :_RIM], seen[:, -_RIM:]
    levels = [float(np.median(side)) for side in sides]
    low, high = min(levels), max(levels)
    noise = 0.5 + float(
        np.median([np.abs(side - level) for side, level in zip(sides, levels, strict=True)])
    )
    change = np.maximum(low - seen.min(axis=1), seen.max(axis=1) - high)
    other = (seen < low - _OTHER) | (seen > high + _OTHER)
    return {
        "edge": min(float(np.percentile(change, 20)) / noise, MOST_SEEN["edge"]),
        "ground": float(np.percentile(other.mean(axis=1), 25)),
        "ground_all_along": float((other.mean(axis=1) > _WIDE_GROUND).mean() > _ALL_ALONG),
        "deep": min(float(np.percentile(change, 20)) / 40, MOST_SEEN["deep"]),
    }


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
