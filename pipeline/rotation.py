"""Turn images by quarter turns."""

from __future__ import annotations

from PIL import Image


def turned(image: Image.Image, degrees: int) -> Image.Image:
    """The image rotated clockwise by a multiple of 90 degrees."""
    turns = {
        90: Image.Transpose.ROTATE_270,  # Pillow counts counter-clockwise
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    return image.transpose(turns[degrees]) if degrees else image
