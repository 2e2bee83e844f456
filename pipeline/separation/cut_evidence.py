"""What tells whether two groups of lines are two receipts: numbers from which a cut is judged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.separation.cuts import Cut, Rows
from pipeline.separation.gap_seen import Grey, seen_evidence
from pipeline.separation.printed_lines import Floats, PrintedLines, middle_angle

_TOP = 5  # lines of a group that may be a receipt's header
_SAME = 10.0  # degrees between lines of one direction
_PURE = 0.7  # of a group's lines that run in its direction, or are read or not, as a receipt's do


def evidence_of(
    lines: PrintedLines, cut: Cut, grey: Grey | None, is_part: bool = False
) -> dict[str, float]:
    """The evidence by name; without ``grey`` that of the picture is left out."""
    printed = printed_evidence(lines, cut, is_part)
    return printed if grey is None else {**printed, **seen_evidence(lines, cut, grey)}


def printed_evidence(lines: PrintedLines, cut: Cut, is_part: bool) -> dict[str, float]:
    """The evidence of the lines and their words.

    Args:
        is_part: whether it cuts a part of a page that is known to hold several receipts.
    """
    one, other = cut.sides
    heights = [float(np.median(lines.heights[side])) for side in cut.sides]
    height = float(np.median(lines.heights[np.concatenate(cut.sides)]))
    gap = (cut.end - cut.start) / height
    return {
        "part": float(is_part),
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
        return {}
    above, below = cut.sides
    if float(lines.centres[above].mean(axis=0)[1]) > float(lines.centres[below].mean(axis=0)[1]):
        above, below = below, above
    down = np.abs(cut.normal)
    top = below[np.argsort(lines.centres[below] @ down)][:_TOP]
    foot = above[np.argsort(-(lines.centres[above] @ down))][:_TOP]
    has = lines.has
    return {
        "total_above": float(has["total"][above].any()),
        "total_below": float(has["total"][below].any()),
        "top_without_amounts": 1 - float(has["amount"][top].mean()),
        "foot_without_amounts": 1 - float(has["amount"][foot].mean()),
        "phone_on_top": float(has["phone"][top].any()),
        "top_centred": float(_are_centred(lines, top, below, cut).mean()),
        "foot_centred": float(_are_centred(lines, foot, above, cut).mean()),
        "top_at_right": float(_are_at_right(lines, top, below, cut).mean()),
        "foot_at_right": float(_are_at_right(lines, foot, above, cut).mean()),
        "top_large": float(
            np.log(lines.heights[top[:3]].max() / np.median(lines.heights[below])).clip(0, 1)
        ),
    }


def _are_centred(lines: PrintedLines, some: Rows, group: Rows, cut: Cut) -> NDArray[np.bool_]:
    """Which lines stand in the middle of their group and reach neither of its sides."""
    low, high, start, end, height = _reaches(lines, some, group, cut)
    off = np.abs(low + high - start - end) / 2
    return np.asarray((off < height) & (low - start > height))


def _are_at_right(lines: PrintedLines, some: Rows, group: Rows, cut: Cut) -> NDArray[np.bool_]:
    """Which lines are in the right half of their group and end where it ends, as amounts do."""
    low, high, start, end, height = _reaches(lines, some, group, cut)
    return np.asarray((low > (start + end) / 2) & (end - high < 2 * height))


def _reaches(
    lines: PrintedLines, some: Rows, group: Rows, cut: Cut
) -> tuple[Floats, Floats, float, float, float]:
    """Where lines begin and end, where their group does, and its line height."""
    along = cut.along * np.sign(cut.along[np.argmax(np.abs(cut.along))])
    reach, all_reach = lines.corners[some] @ along, lines.corners[group] @ along
    start, end = np.percentile(all_reach.min(axis=1), 5), np.percentile(all_reach.max(axis=1), 95)
    height = float(np.median(lines.heights[group]))
    return reach.min(axis=1), reach.max(axis=1), float(start), float(end), height


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
