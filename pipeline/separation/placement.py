"""Where a receipt that was read alone lies on its page."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.document import Box


@dataclass(frozen=True, slots=True)
class Placement:
    """A turn and a shift, from pixels of the receipt's own picture to pixels of its page.

    Attributes:
        degrees: clockwise, by which the picture lies tilted on the page.
        x, y: where the picture's top left corner lies.
        size: of the page, width and height.
        rotation: quarter turns that both are turned by clockwise to stand upright, in degrees.
    """

    degrees: float
    x: float
    y: float
    size: tuple[int, int]
    rotation: int = 0

    def on_page(self, box: Box) -> Box:
        """The smallest upright box on the page around a box on the picture."""
        corners = np.array([(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1)])
        on_page = self.points_on_page(corners).tolist()
        return Box.around((x, y) for x, y in on_page).clipped(*self.size)

    def points_on_page(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points of the picture, shape (..., 2), on the page."""
        cos, sin = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        return np.asarray(points @ np.array([(cos, sin), (-sin, cos)]) + (self.x, self.y), float)

    def upright(self, picture: tuple[int, int], rotation: int) -> Placement:
        """The placement after picture and page are turned clockwise by a multiple of 90 degrees.

        Args:
            picture: its width and height before.
        """
        x, y, (width, height), own = self.x, self.y, self.size, picture
        cos, sin = math.cos(math.radians(self.degrees)), math.sin(math.radians(self.degrees))
        for _ in range(rotation % 360 // 90):
            # The picture's new top left corner was its lower left one.
            x, y = x - own[1] * sin, y + own[1] * cos
            x, y = height - y, x
            width, height, own = height, width, (own[1], own[0])
        return Placement(self.degrees, x, y, (width, height), (self.rotation + rotation) % 360)
