"""Many inputs from few pictures, for runs that are measured."""

from __future__ import annotations

import itertools
from pathlib import Path

from pipeline.errors import DataError

_SUFFIXES = (".jpg", ".jpeg", ".png")


def pictures_of(folder: Path) -> list[Path]:
    """The JPEG and PNG pictures of a folder, by their names.

    Raises:
        DataError: there are none.
    """
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
    if not found:
        raise DataError(f"{folder}: no .jpg, .jpeg or .png files")
    return found


def typical(pictures: list[Path], count: int) -> list[Path]:
    """``count`` of the pictures that stand for all: every n-th one by the size of its file, which
    the time for reading it goes with. All of them if they are fewer."""
    if count >= len(pictures):
        return pictures
    by_size = sorted(pictures, key=lambda path: (path.stat().st_size, path.name))
    step = len(by_size) / count
    return sorted(by_size[int((number + 0.5) * step)] for number in range(count))


def filled(inbox: Path, pictures: list[Path], count: int) -> Path:
    """A new folder with ``count`` inputs: the pictures in turn, each with other bytes at its end,
    so that none counts as a copy of another."""
    inbox.mkdir(parents=True)
    for number, picture in zip(range(count), itertools.cycle(pictures), strict=False):
        content = picture.read_bytes() + f"{number}".encode()
        (inbox / f"{number:06}{picture.suffix}").write_bytes(content)
    return inbox
