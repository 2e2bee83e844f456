"""Resolve the pictures that tasks refer to.

A task names its picture by a prefix and a path relative to the folder of the task file. The
prefix is Label Studio's own for files on its server, ``/data/local-files/?d=`` (started with
``LABEL_STUDIO_LOCAL_FILES_SERVING_ENABLED=true`` and
``LABEL_STUDIO_LOCAL_FILES_DOCUMENT_ROOT`` set to that folder), or any URL under which the
folder is served. The export is put beside the pictures, in the same folder, to be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from pipeline.errors import ConfigError

LOCAL_FILES = "/data/local-files/?d="

# Pictures uploaded in the browser get eight hexadecimal digits before their name.
_UPLOAD_PREFIX = re.compile(r"^[0-9a-f]{8}-")
_PICTURE = re.compile(r"\.(jpe?g|png|webp|gif|bmp|tiff?)$", re.IGNORECASE)
_KEYS = ("image", "ocr", "img", "picture", "url")


def image_url(relative_path: str, prefix: str = LOCAL_FILES) -> str:
    """The URL of a picture in a task.

    Raises:
        ConfigError: the picture does not lie in the folder of the task file.
    """
    if ".." in PurePosixPath(relative_path).parts or PurePosixPath(relative_path).is_absolute():
        raise ConfigError(
            f"{relative_path}: Label Studio serves pictures from the folder of the task file; "
            "write the tasks into a folder that holds the pictures"
        )
    if prefix != LOCAL_FILES and not prefix.endswith(("/", "=")):
        prefix += "/"
    return prefix + quote(relative_path)


def image_reference(data: Mapping[str, Any]) -> str | None:
    """The picture of a task, under any name in the labelling configuration."""
    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    for key in _KEYS:
        if key in texts:
            return texts[key]
    return next((text for text in texts.values() if _PICTURE.search(text)), None)


def find_image(reference: str, folder: Path) -> Path | None:
    """The picture's file under ``folder``: the longest tail of its path that exists there."""
    url = urlsplit(reference)
    named = parse_qs(url.query).get("d")
    path = named[0] if named else unquote(url.path)
    parts = [part for part in PurePosixPath(path).parts if part not in ("/", "..")]
    tails = [parts[start:] for start in range(len(parts))]
    tails += [[*tail[:-1], _UPLOAD_PREFIX.sub("", tail[-1])] for tail in tails]
    for tail in tails:
        if (found := folder.joinpath(*tail)).is_file():
            return found
    return None
