"""Place a drawn page in a picture as a text detector would see it, shifted and tilted.

Only boxes move; the renderer does the same to pixels by its own means.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Token


@dataclass(frozen=True, slots=True)
class _View:
    """The position of the paper in the picture (sides as fractions of the paper's).

    Attributes:
        left, right, top, bottom: the picture's parts beside the paper.
        slope: how far lines sink to the right; ``twist`` is added to it at the bottom.
        narrowing: how much smaller the paper's top looks than its bottom.
        wave: how far the middle of a line hangs below its ends.
        taller: by how much the detector's boxes exceed the glyphs' line box.
    """

    left: float
    right: float
    top: float
    bottom: float
    slope: float
    twist: float
    narrowing: float
    wave: float
    taller: float


def distort_boxes(page: AnnotatedPage, rng: random.Random) -> AnnotatedPage:
    """The same words as if read from a scan or photo of the paper; tags are unchanged.

    Boxes are as tall as detectors make them: real ones overlap the lines above and below.
    """
    view = _some_view(rng)
    width, height = page.page.width, page.page.height
    across = width * (1 + view.left + view.right)
    down = height * (1 + view.top + view.bottom)
    tokens = tuple(_seen(token, view, width, height, down) for token in page.page.tokens)
    return replace(
        page, page=replace(page.page, width=round(across), height=round(down), tokens=tokens)
    )


def _some_view(rng: random.Random) -> _View:
    is_photo = rng.random() < 0.5
    widest = 0.4 if is_photo else 0.3
    usual = 0.12 if is_photo else 0.05

    def margin() -> float:
        return rng.choice([0.0, rng.uniform(0, usual), rng.uniform(0, widest)])

    return _View(
        left=margin(),
        right=margin(),
        top=margin() / 2,
        bottom=margin() / 2,
        slope=rng.gauss(0, 0.02 if is_photo else 0.004),
        twist=rng.gauss(0, 0.015) if is_photo else 0.0,
        narrowing=rng.uniform(-0.05, 0.15) if is_photo else 0.0,
        wave=rng.gauss(0, 0.006) if is_photo else 0.0,
        taller=rng.uniform(1.0, 1.8),
    )


def _seen(token: Token, view: _View, width: float, height: float, down: float) -> Token:
    box = token.box
    middle_x, middle_y = box.center
    depth = middle_y / height
    size = 1 - view.narrowing * (1 - depth)
    offset = middle_x / width - 0.5
    y = view.top * height + middle_y
    y += width * (
        offset * (view.slope + view.twist * depth) + view.wave * (1 - 4 * offset * offset)
    )
    half = box.height * view.taller * size / 2
    left = view.left * width + width / 2
    x0, x1 = (left + (x - width / 2) * size for x in (box.x0, box.x1))
    box = Box(x0, y - half, x1, y + half).clipped(width * (1 + view.left + view.right), down)
    return replace(token, box=box)
