"""Turn images, and points on them, by quarter turns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def turned(image: Image.Image, degrees: int) -> Image.Image:
    """The image rotated clockwise by a multiple of 90 degrees."""
    turns = {
        90: Image.Transpose.ROTATE_270,  # Pillow counts counter-clockwise
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    return image.transpose(turns[degrees]) if degrees else image


def turned_points(
    points: NDArray[np.float64], size: tuple[int, int], degrees: int
) -> NDArray[np.float64]:
    """Where points are after their picture is rotated clockwise by a multiple of 90 degrees.

    Args:
        points: shape (..., 2), x and y in pixels.
        size: width and height of the picture before.
    """
    width, height = size
    for _ in range(degrees % 360 // 90):
        points = np.stack([height - points[..., 1], points[..., 0]], axis=-1)
        width, height = height, width
    return points
