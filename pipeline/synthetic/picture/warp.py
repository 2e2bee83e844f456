"""Bend and rotate a picture together with its annotated boxes.

A warp is a smooth displacement field on the flat sheet followed by a perspective. The image is
sampled through its inverse, points are mapped forwards: a box becomes the smallest box around
its bent outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from pipeline.data.annotated import AnnotatedPage
from pipeline.document import Box, Page
from pipeline.synthetic.picture.surface import Plane

Points = npt.NDArray[np.float64]
"""One point a row: x, y."""

# Points on each side of a box that are mapped; text lines bend little within a word.
_POINTS_A_SIDE = 4
# Shifts change by a few hundredths of a pixel per pixel: the error shrinks as fast each round.
_ROUNDS = 8


@dataclass(frozen=True, slots=True)
class Warp:
    """A mapping from the flat sheet to the picture.

    Attributes:
        perspective: 3 by 3, from the bent sheet to the picture, in pixels.
        shift_x, shift_y: for each pixel of the bent sheet, how far from it, in pixels, the
            flat sheet's point lies that is seen there.
        size: of the picture, (width, height).
    """

    perspective: npt.NDArray[np.float64]
    shift_x: Plane
    shift_y: Plane
    size: tuple[int, int]

    def warp_image(self, sheet: npt.NDArray[np.float32], outside: float) -> npt.NDArray[np.float32]:
        """The picture of ``sheet`` (height, width[, channels]), with ``outside`` beyond its
        edges."""
        width, height = self.size
        columns, rows = np.meshgrid(
            np.arange(width, dtype=np.float64), np.arange(height, dtype=np.float64)
        )
        seen = _project(np.linalg.inv(self.perspective).astype(np.float64), columns, rows)
        seen_x, seen_y = (plane.astype(np.float32) for plane in seen)
        map_x = seen_x + self._shift(self.shift_x, seen_x, seen_y)
        map_y = seen_y + self._shift(self.shift_y, seen_x, seen_y)
        pulled = cv2.remap(
            sheet, map_x, map_y, cv2.INTER_CUBIC, None, cv2.BORDER_CONSTANT, (outside,) * 4
        )
        return np.asarray(pulled, np.float32)

    def warp_points(self, points: Points) -> Points:
        """The positions of the flat sheet's points in the picture, shape (n, 2)."""
        flat = points.astype(np.float32)
        bent = flat.copy()
        for _ in range(_ROUNDS):
            x, y = bent[:, :1], bent[:, 1:]
            shift = [self._shift(plane, x, y) for plane in (self.shift_x, self.shift_y)]
            bent = flat - np.concatenate(shift, axis=1)
        return np.stack(_project(self.perspective, *bent.astype(np.float64).T), axis=1)

    def _shift(self, plane: Plane, x: Plane, y: Plane) -> Plane:
        sampled = cv2.remap(
            plane,
            np.ascontiguousarray(x),
            np.ascontiguousarray(y),
            cv2.INTER_LINEAR,
            None,
            cv2.BORDER_REPLICATE,
        )
        return np.asarray(sampled, np.float32)


def perspective_warp(
    sheet: tuple[int, int], perspective: npt.NDArray[np.float64], size: tuple[int, int]
) -> Warp:
    """A perspective without bending; ``sheet`` and ``size`` are (width, height)."""
    none = np.zeros((sheet[1], sheet[0]), np.float32)
    return Warp(perspective, none, none, size)


def warped_page(truth: AnnotatedPage, warp: Warp) -> AnnotatedPage:
    """The page after the warp: same tokens, new boxes and size."""
    width, height = warp.size
    boxes = warped_boxes([token.box for token in truth.page.tokens], warp)
    tokens = tuple(
        replace(token, box=box.clipped(width, height))
        for token, box in zip(truth.page.tokens, boxes, strict=True)
    )
    return replace(truth, page=Page(width, height, tokens, truth.page.rotation))


def warped_boxes(boxes: Sequence[Box], warp: Warp) -> list[Box]:
    """The smallest upright box around each warped box."""
    if not boxes:
        return []
    outlines = np.concatenate([_outline(box) for box in boxes])
    pushed = warp.warp_points(outlines).reshape(len(boxes), -1, 2)
    return [
        Box(*(float(side) for side in (*points.min(axis=0), *points.max(axis=0))))
        for points in pushed
    ]


def _outline(box: Box) -> Points:
    along = np.linspace(0, 1, _POINTS_A_SIDE)
    x = box.x0 + along * box.width
    return np.concatenate([np.stack([x, np.full_like(x, y)], axis=1) for y in (box.y0, box.y1)])


def _project(matrix: npt.NDArray[np.float64], x: Points, y: Points) -> tuple[Points, Points]:
    scale = matrix[2, 0] * x + matrix[2, 1] * y + matrix[2, 2]
    return (
        (matrix[0, 0] * x + matrix[0, 1] * y + matrix[0, 2]) / scale,
        (matrix[1, 0] * x + matrix[1, 1] * y + matrix[1, 2]) / scale,
    )
