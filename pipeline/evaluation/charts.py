"""Curves as inline SVG, without scripts, fonts or further files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_SIZE, _MARGIN = 320, 44
_SPAN = _SIZE - 2 * _MARGIN

Point = tuple[float, float]


def reliability_chart(bins: Sequence[dict[str, float]]) -> str:
    """The share of right values by confidence; the size of a dot shows the number of values."""
    most = max((entry["values"] for entry in bins), default=1)
    dots = [
        f'<circle cx="{_x(entry["confidence"]):.1f}" cy="{_y(entry["right"]):.1f}" '
        f'r="{3 + 7 * (entry["values"] / most) ** 0.5:.1f}" class="dot">'
        f"<title>{entry['values']:g} values, confidence {entry['confidence']:.2f}, "
        f"right {entry['right']:.2f}</title></circle>"
        for entry in bins
    ]
    diagonal = _path([(0, 0), (1, 1)], "ideal")
    curve = _path([(entry["confidence"], entry["right"]) for entry in bins], "curve")
    return _chart("confidence", "share right", [diagonal, curve, *dots])


def coverage_chart(curve: Sequence[dict[str, float]]) -> str:
    """The share of right receipts by the share of receipts that are accepted."""
    points = [(entry["coverage"], entry["precision"]) for entry in curve]
    levels = [_path([(0, level), (1, level)], "ideal") for level in (0.95, 0.98, 0.99)]
    return _chart(
        "share of receipts that pass", "precision among them", [*levels, _path(points, "curve")]
    )


def _chart(across: str, up: str, marks: Iterable[str]) -> str:
    lines, low, middle = [], _SIZE - _MARGIN, _SIZE / 2
    for value in (0, 0.2, 0.4, 0.6, 0.8, 1):
        lines += [
            _path([(0, value), (1, value)], "grid"),
            _text(_x(value), low + 15, f"{value:.1f}", "tick middle"),
            _text(_MARGIN - 6, _y(value) + 4, f"{value:.1f}", "tick end"),
        ]
    titles = [
        _text(middle, _SIZE - 8, across, "middle"),
        f'<g transform="rotate(-90 12 {middle})">{_text(12, middle, up, "middle")}</g>',
    ]
    return (
        f'<svg viewBox="0 0 {_SIZE} {_SIZE}" width="{_SIZE}" height="{_SIZE}" class="chart" '
        f'role="img" aria-label="{up} by {across}">{"".join([*lines, *marks, *titles])}</svg>'
    )


def _text(x: float, y: float, text: str, css: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}">{text}</text>'


def _path(points: Sequence[Point], css: str) -> str:
    if not points:
        return ""
    steps = " L".join(f"{_x(x):.1f} {_y(y):.1f}" for x, y in points)
    return f'<path d="M{steps}" class="{css}"/>'


def _x(value: float) -> float:
    return _MARGIN + value * _SPAN


def _y(value: float) -> float:
    return _SIZE - _MARGIN - value * _SPAN
