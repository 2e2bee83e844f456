"""Convert rows to boxes: letters of one width, margins, a little skew and curl."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from pipeline.document import Box
from pipeline.labels import tag_of
from pipeline.synthetic.drawn import DrawnToken
from pipeline.synthetic.layout.rows import Cell, Row

_SCALE = {"normal": 1.0, "bold": 1.0, "large": 1.35, "small": 0.85}


def place_rows(
    rng: random.Random, rows: Sequence[Row], font_size: float
) -> tuple[float, float, tuple[DrawnToken, ...]]:
    """Page width, page height and tokens, in layout units.

    Text wider than its place pushes its neighbours to the right, never over them; the page
    grows as needed, so that every box lies inside.
    """
    em = font_size * rng.uniform(0.5, 0.62)
    spacing = font_size * rng.uniform(1.05, 1.6)
    columns = rng.randint(30, 48)
    margin = rng.uniform(0.5, 4) * em
    slope, bend = rng.gauss(0, 0.008), rng.gauss(0, 0.004)
    tokens: list[DrawnToken] = []
    y = margin + font_size * columns * 0.04
    open_labels: set[str] = set()
    right_edge = columns * em
    for number, row in enumerate(rows):
        size = font_size * _SCALE[row.style]
        letter = em * _SCALE[row.style]
        end = 0.0
        for cell in row.cells:
            end = _place_cell(
                cell, row.style, number, y, size, letter, columns * em, end, tokens, open_labels
            )
        right_edge = max(right_edge, end)
        y += max(spacing, size * 1.1) * (rng.uniform(1.3, 2) if rng.random() < 0.1 else 1)
    placed = [_bent(token, margin, slope, bend, right_edge) for token in tokens]
    top = min((token.box.y0 for token in placed), default=0.0)
    shift = max(0.0, 2 - top)
    if shift:
        placed = [replace(token, box=token.box.moved(0, shift)) for token in placed]
    height = max((token.box.y1 for token in placed), default=y) + margin + 2
    return right_edge + 2 * margin, height, tuple(placed)


def _place_cell(
    cell: Cell,
    style: str,
    line: int,
    y: float,
    size: float,
    letter: float,
    width: float,
    after: float,
    tokens: list[DrawnToken],
    open_labels: set[str],
) -> float:
    """Append the cell's tokens; returns the end of the text."""
    words = [
        (word, part.label, part.continues or place > 0)
        for part in cell.parts
        for place, word in enumerate(part.text.split())
    ]
    length = (sum(len(word) for word, _, _ in words) + len(words) - 1) * letter
    x = cell.at * width
    if cell.anchor == "right":
        x -= length
    elif cell.anchor == "center":
        x -= length / 2
    x = max(x, after + letter if after else 0.0, 0.0)
    for word, label, inside in words:
        box = Box(x, y, x + len(word) * letter, y + size)
        tokens.append(DrawnToken(word, _tag(label, inside, open_labels), box, line, style))
        x += (len(word) + 1) * letter
    return x - letter


def _tag(label: str | None, inside: bool, open_labels: set[str]) -> str:
    """``I-`` continues the label's span only if the last token placed belongs to it."""
    tag = tag_of(label, inside=inside and label in open_labels)
    open_labels.clear()
    if label is not None:
        open_labels.add(label)
    return tag


def _bent(token: DrawnToken, margin: float, slope: float, bend: float, width: float) -> DrawnToken:
    x = token.box.center[0]
    dy = slope * x + bend * width * 4 * (x / width) * (1 - x / width)
    return replace(token, box=token.box.moved(margin, dy))
