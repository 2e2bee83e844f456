"""The geometry of the charts on the page of numbers, in units of an SVG's view box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.service.store.review_numbers import Bin

_LEFT, _TOP, _SIDE = 40.0, 10.0, 240.0
_COLUMN, _GAP, _HEIGHT = 18.0, 6.0, 110.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A range of confidence: its place, its interval from ``low`` to ``high``, and its size."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """A day: two columns side by side, each with its upper edge and height."""

    x: float
    read_y: float
    read_height: float
    accepted_y: float
    accepted_height: float
    title: str


def dots(bins: Sequence[Bin]) -> list[Dot]:
    """Confidence to the right, the share that was right upwards, both from 0 to 1."""
    most = max((one.count for one in bins), default=1)
    return [
        Dot(
            _LEFT + _SIDE * one.confidence,
            _up(one.right),
            _up(one.low),
            _up(one.high),
            3 + 4 * (one.count / most) ** 0.5,
            f"{one.count} fields: confidence {one.confidence:.2f}, right {one.right:.2f}",
        )
        for one in bins
    ]


def _up(share: float) -> float:
    return _TOP + _SIDE * (1 - share)


def columns(read: Sequence[int], accepted: Sequence[int]) -> list[Column]:
    """One column pair a day, the highest of all as high as the chart."""
    most = max((*read, *accepted, 1))
    days = len(read)
    return [
        Column(
            index * (2 * _COLUMN + _GAP) / 2,
            _HEIGHT * (1 - one / most),
            _HEIGHT * one / most,
            _HEIGHT * (1 - other / most),
            _HEIGHT * other / most,
            f"{_ago(days - 1 - index)}: {one} read, {other} accepted",
        )
        for index, (one, other) in enumerate(zip(read, accepted, strict=True))
    ]


def _ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
