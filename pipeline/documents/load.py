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
from pipeline.documents.mail.recognise import is_html, is_mail, is_outlook_message
from pipeline.documents.mail.rendering import html_to_pdf
from pipeline.documents.page_image import LoadedPage, PageImage
from pipeline.documents.parts import AttachedPage, BrokenPage, parts_of
from pipeline.documents.pdf import pdf_pages, pdf_size
from pipeline.errors import ImageError


def load_pages(
    source: Path | bytes | Image.Image,
    limits: ImageLimits | None = None,
    name: str | None = None,
) -> Iterator[LoadedPage]:
    """Yield every page of a file and of the files in it, one loaded at a time.

    An animated GIF, WebP or PNG gives its first frame, a TIFF each of its frames. PDF pages are
    rendered and their text is read when it is asked for. A mail gives the pages of its text and of
    each of its attachments; an attachment that cannot be loaded is a page that raises the error
    when it is asked for its image or text.

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
    for part in parts_of(checked_content(source, limits, name), limits, name):
        if isinstance(part, BrokenPage):
            yield part
        elif part.attachment is None:
            yield from _pages(part.content, limits, name)
        else:
            yield from _attached_pages(part.content, part.attachment, limits, name)


def _attached_pages(
    content: bytes, attachment: str, limits: ImageLimits, name: str
) -> Iterator[LoadedPage]:
    number = 0
    try:
        for page in _pages(checked_content(content, limits, name), limits, name):
            number = page.number
            yield AttachedPage(page, attachment)
    except ImageError as error:
        yield BrokenPage(error, number + 1, attachment)


def one_page(
    path: Path, number: int, limits: ImageLimits | None = None, attachment: str | None = None
) -> LoadedPage:
    """The page of a file with that number, counted from 1; of others no image is decoded.

    Args:
        attachment: of a mail, to which the page belongs.

    Raises:
        ImageError: the page cannot be loaded, or the file has no such page.
    """
    limits = limits or ImageLimits()
    content = checked_content(path, limits, str(path))
    if not is_mail(content):
        return next(_pages(content, limits, str(path), number))
    for page in load_pages(content, limits, str(path)):
        if (page.number, page.attachment) == (number, attachment):
            return page
    raise ImageError(str(path), f"has no page {number} of {attachment or 'its text'}")


def load_page(
    path: Path, number: int, limits: ImageLimits | None = None, attachment: str | None = None
) -> Image.Image:
    """The image of the page that ``one_page`` gives.

    Raises:
        ImageError: the page cannot be loaded, or the file has no such page.
    """
    return one_page(path, number, limits, attachment).image


def page_size(path: Path, number: int, limits: ImageLimits | None = None) -> tuple[int, int]:
    """Width and height in pixels of the image that ``load_page`` returns, without decoding it
    where the file tells.

    Raises:
        ImageError: the file cannot be opened, or has fewer pages.
    """
    limits = limits or ImageLimits()
    content = checked_content(path, limits, str(path))
    if is_mail(content) or is_html(content):
        return one_page(path, number, limits).image.size
    size = pdf_size if is_pdf(content) else image_size
    return size(content, number, limits, str(path))


def _pages(
    content: bytes, limits: ImageLimits, name: str, only: int | None = None
) -> Iterator[LoadedPage]:
    """The pages of a file that is no mail, or ``only`` the one with that number."""
    if is_outlook_message(content):
        raise ImageError(name, "Outlook's format .msg cannot be read: save the mail as .eml")
    if is_pdf(content):
        return pdf_pages(content, limits, name, only)
    if is_html(content):
        return pdf_pages(html_to_pdf(content, limits, name), limits, name, only)
    return image_pages(content, limits, name, only)
