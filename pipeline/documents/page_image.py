"""A page of a file as an image, and which pages of a file are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PIL import Image

from pipeline.errors import ImageError
from pipeline.wording import counted


@dataclass(frozen=True, slots=True)
class PageImage:
    """One page: an upright RGB image and its number in the file, from 1."""

    image: Image.Image
    number: int


def page_numbers(count: int, only: int | None, name: str) -> Iterable[int]:
    """The numbers of a file's pages from 1, or ``only`` that one."""
    if only is None:
        return range(1, count + 1)
    if not 1 <= only <= count:
        raise ImageError(name, f"has {counted(count, 'page')}, so there is no page {only}")
    return (only,)
