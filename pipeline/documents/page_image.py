"""A page as the load stage gives it, and which pages of a file are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from pipeline.document import Page
from pipeline.errors import ImageError
from pipeline.wording import counted


class LoadedPage(Protocol):
    """One page of a file. The image and the text may be made only when they are asked for."""

    @property
    def number(self) -> int:
        """The page's number in the file or attachment, from 1."""

    @property
    def attachment(self) -> str | None:
        """The name of the mail's attachment to which the page belongs; ``None`` if it is of the
        file itself."""

    @property
    def image(self) -> Image.Image:
        """The upright RGB image.

        Raises:
            ImageError: the page cannot be rendered.
        """

    @property
    def text(self) -> Page | None:
        """The words that the file holds as text, in pixels of the image turned by
        ``Page.rotation``; ``None`` if it holds none, or if they cannot be trusted.

        Raises:
            ImageError: the page cannot be read.
        """


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page that is an image and brings no text."""

    image: Image.Image
    number: int
    text: Page | None = None
    attachment: str | None = None


def page_numbers(count: int, only: int | None, name: str) -> Iterable[int]:
    """The numbers of a file's pages from 1, or ``only`` that one."""
    if only is None:
        return range(1, count + 1)
    if not 1 <= only <= count:
        raise ImageError(name, f"has {counted(count, 'page')}, so there is no page {only}")
    return (only,)
