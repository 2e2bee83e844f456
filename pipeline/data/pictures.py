"""Read the sizes of annotated pictures."""

from __future__ import annotations

from pathlib import Path

from pipeline.documents.load import page_size
from pipeline.errors import DataError, ImageError


def picture_size(image: Path, page_number: int = 1) -> tuple[int, int]:
    """Width and height in pixels of a picture as it is shown, without decoding it.

    Args:
        page_number: counted from 1, in files of several pages.

    Raises:
        DataError: the file is not a readable picture, or does not have that page.
    """
    try:
        return page_size(image, page_number)
    except ImageError as error:
        raise DataError(str(error)) from error
