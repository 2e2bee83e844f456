"""From points of a PDF page to pixels of the page image."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pypdfium2

from pipeline.document import Box


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a PDF's page lies on its image.

    Attributes:
        quarters: the quarter turns clockwise from the PDF's page to the image.
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

    def turned(self, degrees: int) -> Placement:
        """The placement on the image turned clockwise by a multiple of 90 degrees."""
        placement = self
        for _ in range(degrees // 90 % 4):
            x, y, at = placement.down
            placement = Placement(
                quarters=(placement.quarters + 1) % 4,
                width=placement.height,
                height=placement.width,
                across=(-x, -y, placement.height - at),
                down=placement.across,
            )
        return placement


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
