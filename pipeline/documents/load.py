"""Load a file or its bytes as upright RGB page images, or raise an error with the reason.

The format is detected from the content, not from the file's name. Sizes are checked in the header
before any pixel is decoded, so that decompression bombs do no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from pipeline.documents.files import checked_content
from pipeline.documents.image_formats import is_pdf
from pipeline.documents.images import image_pages, image_size, upright_page
from pipeline.documents.limits import ImageLimits
from pipeline.documents.page_image import LoadedPage, PageImage
from pipeline.documents.pdf import pdf_pages, pdf_size


def load_pages(
    source: Path | bytes | Image.Image,
    limits: ImageLimits | None = None,
    name: str | None = None,
) -> Iterator[LoadedPage]:
    """Yield every page of an image file or PDF, one loaded at a time.

    An animated GIF, WebP or PNG gives its first frame, a TIFF each of its frames.
    PDF pages are rendered and their text is read when it is asked for.

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
        yield PageImage(upright_page(source, limits, name), 1)
        return
    yield from _pages(checked_content(source, limits, name), limits, name)


def one_page(path: Path, number: int, limits: ImageLimits | None = None) -> LoadedPage:
    """The page of a file with that number, counted from 1; no other page is loaded.

    Raises:
        ImageError: the page cannot be loaded, or the file has fewer pages.
    """
    limits = limits or ImageLimits()
    content = checked_content(path, limits, str(path))
    return next(_pages(content, limits, str(path), number))


def load_page(path: Path, number: int, limits: ImageLimits | None = None) -> Image.Image:
    """The image of the page of a file with that number, counted from 1; no other is decoded.

    Raises:
        ImageError: the page cannot be loaded, or the file has fewer pages.
    """
    return one_page(path, number, limits).image


def page_size(path: Path, number: int, limits: ImageLimits | None = None) -> tuple[int, int]:
    """Width and height in pixels of the image that ``load_page`` returns, without decoding it.

    Raises:
        ImageError: the file cannot be opened, or has fewer pages.
    """
    limits = limits or ImageLimits()
    content = checked_content(path, limits, str(path))
    size = pdf_size if is_pdf(content) else image_size
    return size(content, number, limits, str(path))


def _pages(
    content: bytes, limits: ImageLimits, name: str, only: int | None = None
) -> Iterator[LoadedPage]:
    read = pdf_pages if is_pdf(content) else image_pages
    return read(content, limits, name, only)
