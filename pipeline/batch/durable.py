"""Write files atomically and durably: complete or not at all, even after a power failure."""

from __future__ import annotations

import os
from pathlib import Path


def replace_durably(unfinished: Path, path: Path) -> None:
    """Sync a finished file to disk and rename it to its final path, replacing an older file."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Sync a folder's entries to disk, on systems that allow it."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
