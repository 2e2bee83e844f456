"""What annotated data needs to know of its pictures."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from pipeline.errors import DataError

_ORIENTATION = 0x0112  # the EXIF tag; from 5 on the picture lies on its side


def picture_size(image: Path) -> tuple[int, int]:
    """Width and height in pixels of the picture as it is shown, without decoding it.

    Raises:
        DataError: the file is not a readable picture.
    """
    try:
        with Image.open(image) as picture:
            width, height = picture.size
            lies = picture.getexif().get(_ORIENTATION, 1) >= 5
    except (OSError, UnidentifiedImageError) as error:
        raise DataError(f"{image}: not a readable picture: {error}") from error
    return (height, width) if lies else (width, height)
