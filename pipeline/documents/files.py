"""Read a file of any kind into memory, or raise an error with the reason."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.documents.limits import ImageLimits, too_many_bytes
from pipeline.errors import ImageError


def checked_content(source: Path | bytes, limits: ImageLimits, name: str) -> bytes:
    """The bytes of a file, or the given bytes, within the limits.

    Raises:
        ImageError: the file cannot be read, is empty or too large.
    """
    content = _read(source, limits, name) if isinstance(source, Path) else source
    if not content:
        raise ImageError(name, "the file is empty")
    if len(content) > limits.max_bytes:
        raise ImageError(name, too_many_bytes(len(content), limits))
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
            raise ImageError(name, too_many_bytes(size, limits))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ImageError(name, "the file does not exist") from error
    except PermissionError as error:
        raise ImageError(name, "no permission to read the file") from error
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        raise ImageError(name, f"the file cannot be read: {error}") from error
