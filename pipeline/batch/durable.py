"""Write files atomically and durably: complete or not at all, even after a power failure."""

from __future__ import annotations

import os
from pathlib import Path


def land(unfinished: Path, path: Path) -> None:
    """Bring a finished file to disk and give it its name, in place of an older one."""
    with unfinished.open("rb+") as file:
        os.fsync(file.fileno())
    unfinished.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Bring a folder's names to disk, where the system lets folders be opened for that."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
