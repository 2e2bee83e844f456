"""Decode image files: one upright RGB image per page."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from PIL import Image, ImageOps

from pipeline.documents.image_formats import DECODE_ERRORS, decoding, open_image
from pipeline.documents.limits import ImageLimits, check_pages, check_size
from pipeline.documents.page_image import PageImage, page_numbers
from pipeline.documents.pixels import eight_bit, on_white

logger = logging.getLogger(__name__)

_ORIENTATION = 0x0112  # the EXIF tag
_FIRST_SIDEWAYS = 5  # from this value on, width and height change places


def upright_rgb(image: Image.Image) -> Image.Image:
    """Rotate an image by its EXIF orientation, put it on white where transparent, and make it
    RGB."""
    try:
        upright = ImageOps.exif_transpose(image)
    except DECODE_ERRORS as error:
        logger.warning("EXIF data cannot be read, the image stays as it is: %s", error)
        upright = image
    return on_white(eight_bit(upright))


def image_pages(
    content: bytes, limits: ImageLimits, name: str, only: int | None = None
) -> Iterator[PageImage]:
    """The frames of a TIFF, or the first frame of any other image.

    Args:
        only: the number of the frame to decode, from 1; by default all.

    Raises:
        ImageError: while iterating, at the first frame that cannot be loaded.
    """
    with open_image(content, name, limits.max_pixels) as image:
        count = _page_count(image, limits, name)
        for number in page_numbers(count, only, name):
            where = f"page {number} is " if count > 1 else ""
            with decoding(name, where):
                image.seek(number - 1)
            yield PageImage(upright_page(image, limits, name, where), number)


def image_size(content: bytes, number: int, limits: ImageLimits, name: str) -> tuple[int, int]:
    """Width and height in pixels of a frame when upright, without decoding it.

    Raises:
        ImageError: the image cannot be opened, or has fewer frames.
    """
    with open_image(content, name, limits.max_pixels) as image:
        page_numbers(_page_count(image, limits, name), number, name)
        with decoding(name):
            image.seek(number - 1)
            width, height = image.size
            is_sideways = image.getexif().get(_ORIENTATION, 1) >= _FIRST_SIDEWAYS
    return (height, width) if is_sideways else (width, height)


def upright_page(
    image: Image.Image, limits: ImageLimits, name: str, where: str = ""
) -> Image.Image:
    """The frame that an image shows."""
    check_size(image.width, image.height, limits, name)
    with decoding(name, where):
        image.load()
        return upright_rgb(image)


def _page_count(image: Image.Image, limits: ImageLimits, name: str) -> int:
    if image.format != "TIFF":
        return 1
    with decoding(name):
        count = int(getattr(image, "n_frames", 1))
    check_pages(count, limits, name)
    return count
