"""The sources that ``Extractor.extract`` accepts: a file, its content, or an image in memory."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.documents.limits import ImageLimits
from pipeline.errors import ImageError

ReceiptPath = str | os.PathLike[str]
ReceiptSource = (
    ReceiptPath | bytes | bytearray | memoryview | BinaryIO | Image.Image | NDArray[np.uint8]
)


def name_of(source: object) -> str:
    """The name in the records of a source that was given without one."""
    if isinstance(source, str | os.PathLike):
        return os.fspath(source)
    if isinstance(source, Image.Image):
        return str(getattr(source, "filename", "")) or "<image>"
    if isinstance(source, np.ndarray):
        return "<array>"
    name = getattr(source, "name", None)  # a number for a file opened by its descriptor
    return name if isinstance(name, str) else "<bytes>"


def content_of(source: object, limits: ImageLimits, name: str) -> Path | bytes | Image.Image:
    """A source in a form that ``pipeline.documents.load.load_pages`` accepts.

    Raises:
        ImageError: a file object cannot be read.
        TypeError: the source has an unsupported type.
    """
    if isinstance(source, str | os.PathLike):
        return Path(source)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, np.ndarray):
        return _image_of(source)
    if callable(getattr(source, "read", None)):
        return _read(source, limits, name)
    several = isinstance(source, list | tuple | set | Iterator)
    raise TypeError(
        "extract takes a path, the bytes of one image or PDF, a file object, a Pillow image or a "
        f"NumPy array, not a {type(source).__name__}{': call it once for each' if several else ''}"
    )


def _image_of(array: NDArray[Any]) -> Image.Image:
    is_image = array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)
    if not is_image or array.dtype != np.uint8:
        shape = " x ".join(map(str, array.shape))
        raise TypeError(
            "an array must hold uint8, height x width x 3 (RGB) or height x width (grey), not "
            f"{array.dtype}, {shape}"
        )
    return Image.fromarray(np.ascontiguousarray(array))


def _read(file: Any, limits: ImageLimits, name: str) -> bytes:
    try:
        content = file.read(limits.max_bytes + 1)  # the extra byte shows that a file is too large
    except (OSError, ValueError) as error:  # ValueError: it is closed
        raise ImageError(name, f"the file cannot be read: {error}") from error
    if not isinstance(content, bytes):
        raise TypeError(
            f"read() of a {type(file).__name__} gives {type(content).__name__}, not bytes: "
            "open the file in binary mode"
        )
    return content


def sha256_of(source: Path | bytes | Image.Image) -> str | None:
    """Hash of the file's bytes; ``None`` for an image, and if they cannot be read (loading then
    gives the reason)."""
    if isinstance(source, Image.Image):
        return None
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    try:
        if not source.is_file():
            return None
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None
