"""From points of a PDF page to pixels of the upright page image."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pypdfium2

from pipeline.document import Box


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a PDF's page lies on its image.

    Attributes:
        quarters: the quarter turns clockwise by which the page is shown.
        width, height: of the page image in pixels.
        across: the pixels to the right by a point to the right, by a point up, and at the origin.
        down: the pixels down by a point to the right, by a point up, and at the origin.
    """

    quarters: int
    width: int
    height: int
    across: tuple[float, float, float]
    down: tuple[float, float, float]

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page in points, y upwards, in pixels of the page image."""
        (ax, ay, a0), (dx, dy, d0) = self.across, self.down
        return ax * x + ay * y + a0, dx * x + dy * y + d0

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle in points as a box in pixels of the page image."""
        if self.quarters == 0:
            (ax, _, a0), (_, dy, d0) = self.across, self.down
            return Box(ax * left + a0, dy * top + d0, ax * right + a0, dy * bottom + d0)
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def placement_of(page: pypdfium2.PdfPage, scale: float) -> Placement:
    """The placement of a page that is rendered with ``scale`` pixels per point."""
    quarters = page.get_rotation() // 90 % 4
    width, height = (math.ceil(side * scale) for side in page.get_size())
    left, bottom, right, top = page.get_bbox()
    sides = (height, width) if quarters % 2 else (width, height)
    h, v = sides[0] / max(right - left, 1e-6), sides[1] / max(top - bottom, 1e-6)
    rightwards, leftwards = (h, 0.0, -h * left), (-h, 0.0, h * right)
    upwards, downwards = (0.0, v, -v * bottom), (0.0, -v, v * top)
    across, down = (
        (rightwards, downwards),
        (upwards, rightwards),
        (leftwards, upwards),
        (downwards, leftwards),
    )[quarters]
    return Placement(quarters, width, height, across, down)


def turned_box(box: Box, size: tuple[int, int], degrees: int) -> Box:
    """A box after its page has been turned clockwise.

    Args:
        size: width and height of the page before.
        degrees: 0, 90, 180 or 270.
    """
    width, height = size
    corners: Sequence[tuple[float, float]] = ((box.x0, box.y0), (box.x1, box.y1))
    if degrees == 90:
        corners = [(height - y, x) for x, y in corners]
    elif degrees == 180:
        corners = [(width - x, height - y) for x, y in corners]
    elif degrees == 270:
        corners = [(y, width - x) for x, y in corners]
    return Box.around(corners)
