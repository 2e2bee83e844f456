"""Load a file or its bytes as upright RGB page images, or raise an error with the reason.

The format is detected from the content, not from the file's name. Sizes are checked in the header
before any pixel is decoded, so that decompression bombs do no harm.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constraint

from pipeline.errors import ImageError
from pipeline.image_formats import DECODE_ERRORS, PILLOW_MAX_PIXELS, decoding, is_pdf, open_image
from pipeline.pdf import open_pdf
from pipeline.pixels import eight_bit, on_white
from pipeline.wording import counted

logger = logging.getLogger(__name__)

_ORIENTATION = 0x0112  # the EXIF tag
_FIRST_SIDEWAYS = 5  # from this value on, width and height change places


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


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: an upright RGB image and its number in the file, from 1."""

    image: Image.Image
    number: int


def load_pages(
    source: Path | bytes | Image.Image,
    limits: ImageLimits | None = None,
    name: str | None = None,
) -> Iterator[PageImage]:
    """Yield every page of an image file or PDF, one decoded at a time.

    An animated GIF, WebP or PNG gives its first frame, a TIFF each of its frames.
    PDF pages are rendered.

    Args:
        source: a file, its content, or an image, which is one page.
        limits: by default ``ImageLimits()``.
        name: names the source in errors; by default its path.

    Raises:
        ImageError: while iterating, at the first page that cannot be loaded. Pages
            before it have been yielded by then.
    """
    limits = limits or ImageLimits()
    name = name or (str(source) if isinstance(source, Path) else "<bytes>")
    if isinstance(source, Image.Image):
        yield PageImage(_upright_page(source, limits, name), 1)
        return
    yield from _pages(_content(source, limits, name), limits, name)


def load_page(path: Path, number: int, limits: ImageLimits | None = None) -> Image.Image:
    """The page of a file with that number, counted from 1; no other page is decoded.

    Raises:
        ImageError: the page cannot be loaded, or the file has fewer pages.
    """
    limits = limits or ImageLimits()
    content = _content(path, limits, str(path))
    return next(_pages(content, limits, str(path), number)).image


def page_size(path: Path, number: int, limits: ImageLimits | None = None) -> tuple[int, int]:
    """Width and height in pixels of the image that ``load_page`` returns, without decoding it.

    Raises:
        ImageError: the file cannot be opened, or has fewer pages.
    """
    limits = limits or ImageLimits()
    content = _content(path, limits, str(path))
    if is_pdf(content):
        with open_pdf(content, str(path)) as pdf:
            _page_numbers(pdf.page_count, number, str(path))
            return pdf.size(number, limits.max_pixels)
    with open_image(content, str(path), limits.max_pixels) as image:
        _page_numbers(_page_count(image, limits, str(path)), number, str(path))
        with decoding(str(path)):
            image.seek(number - 1)
            width, height = image.size
            is_sideways = image.getexif().get(_ORIENTATION, 1) >= _FIRST_SIDEWAYS
    return (height, width) if is_sideways else (width, height)


def upright_rgb(image: Image.Image) -> Image.Image:
    """Rotate an image by its EXIF orientation, put it on white where transparent, and make it
    RGB."""
    try:
        upright = ImageOps.exif_transpose(image)
    except DECODE_ERRORS as error:
        logger.warning("EXIF data cannot be read, the image stays as it is: %s", error)
        upright = image
    return on_white(eight_bit(upright))


def turned(image: Image.Image, degrees: int) -> Image.Image:
    """The image rotated clockwise by a multiple of 90 degrees."""
    turns = {
        90: Image.Transpose.ROTATE_270,  # Pillow counts counter-clockwise
        180: Image.Transpose.ROTATE_180,
        270: Image.Transpose.ROTATE_90,
    }
    return image.transpose(turns[degrees]) if degrees else image


def _content(source: Path | bytes, limits: ImageLimits, name: str) -> bytes:
    content = _read(source, limits, name) if isinstance(source, Path) else source
    if not content:
        raise ImageError(name, "the file is empty")
    if len(content) > limits.max_bytes:
        raise ImageError(name, _too_many_bytes(len(content), limits))
    return content


def _read(path: Path, limits: ImageLimits, name: str) -> bytes:
    try:
        if path.is_dir():
            readable = os.access(path, os.R_OK | os.X_OK)
            raise ImageError(name, f"is a folder{'' if readable else ' that cannot be listed'}")
        if path.exists() and not path.is_file():
            raise ImageError(name, "is not a regular file")  # reading a pipe might never end
        size = path.stat().st_size
        if size > limits.max_bytes:
            raise ImageError(name, _too_many_bytes(size, limits))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImageError(name, "the file does not exist") from error
    except PermissionError as error:
        raise ImageError(name, "no permission to read the file") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise ImageError(name, f"the file cannot be read: {error}") from error


def _too_many_bytes(size: int, limits: ImageLimits) -> str:
    return f"too large: {size:,} bytes, at most {limits.max_bytes:,} are allowed"


def _check_size(width: float, height: float, limits: ImageLimits, name: str) -> None:
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


def _check_pages(count: int, limits: ImageLimits, name: str) -> None:
    if count > limits.max_pages:
        raise ImageError(name, f"too many pages: {count}, at most {limits.max_pages} are allowed")


def _page_numbers(count: int, only: int | None, name: str) -> Iterable[int]:
    """The numbers of a file's pages from 1, or ``only`` that one."""
    if only is None:
        return range(1, count + 1)
    if not 1 <= only <= count:
        raise ImageError(name, f"has {counted(count, 'page')}, so there is no page {only}")
    return (only,)


def _pages(
    content: bytes, limits: ImageLimits, name: str, only: int | None = None
) -> Iterator[PageImage]:
    read = _pdf_pages if is_pdf(content) else _image_pages
    return read(content, limits, name, only)


def _image_pages(
    content: bytes, limits: ImageLimits, name: str, only: int | None = None
) -> Iterator[PageImage]:
    with open_image(content, name, limits.max_pixels) as image:
        count = _page_count(image, limits, name)
        for number in _page_numbers(count, only, name):
            where = f"page {number} is " if count > 1 else ""
            with decoding(name, where):
                image.seek(number - 1)
            yield PageImage(_upright_page(image, limits, name, where), number)


def _upright_page(
    image: Image.Image, limits: ImageLimits, name: str, where: str = ""
) -> Image.Image:
    """The frame that an image shows."""
    _check_size(image.width, image.height, limits, name)
    with decoding(name, where):
        image.load()
        return upright_rgb(image)


def _page_count(image: Image.Image, limits: ImageLimits, name: str) -> int:
    if image.format != "TIFF":
        return 1
    with decoding(name):
        count = int(getattr(image, "n_frames", 1))
    _check_pages(count, limits, name)
    return count


def _pdf_pages(
    content: bytes, limits: ImageLimits, name: str, only: int | None = None
) -> Iterator[PageImage]:
    with open_pdf(content, name) as pdf:
        _check_pages(pdf.page_count, limits, name)
        for number in _page_numbers(pdf.page_count, only, name):
            image = pdf.render(number, limits.max_pixels)
            _check_size(image.width, image.height, limits, name)
            yield PageImage(image, number)
