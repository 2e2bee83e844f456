"""Limits on inputs; what exceeds them is refused before it is decoded."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from pipeline.documents.image_formats import PILLOW_MAX_PIXELS
from pipeline.errors import ImageError


class ImageLimits(BaseModel):
    """Limits on inputs; larger ones are refused before they are decoded.

    Attributes:
        max_bytes: of the file.
        max_pixels: declared width times height of one page.
        max_pages: PDF pages or TIFF frames of one file; no page of a longer file is read.
        min_side: pixels of the shorter side of a page.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: int = Constraint(default=100_000_000, gt=0)
    max_pixels: int = Constraint(default=100_000_000, gt=0, le=PILLOW_MAX_PIXELS)
    max_pages: int = Constraint(default=200, gt=0)
    min_side: int = Constraint(default=16, gt=0)


def too_many_bytes(size: int, limits: ImageLimits) -> str:
    """The reason why a file of ``size`` bytes is refused."""
    return f"too large: {size:,} bytes, at most {limits.max_bytes:,} are allowed"


def check_size(width: float, height: float, limits: ImageLimits, name: str) -> None:
    """Raise an ImageError if a page of that many pixels is too large or too small."""
    if width * height > limits.max_pixels:
        raise ImageError(
            name,
            f"too large: {width:.0f} x {height:.0f} pixels, "
            f"at most {limits.max_pixels:,} are allowed",
        )
    if min(width, height) < limits.min_side:
        raise ImageError(
            name,
            f"too small: {width:.0f} x {height:.0f} pixels, "
            f"each side needs at least {limits.min_side}",
        )


def check_pages(count: int, limits: ImageLimits, name: str) -> None:
    """Raise an ImageError if a file has too many pages."""
    if count > limits.max_pages:
        raise ImageError(name, f"too many pages: {count}, at most {limits.max_pages} are allowed")
