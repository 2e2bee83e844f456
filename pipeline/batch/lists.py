"""Read lists of inputs from a manifest or the standard input, one path or address per line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import ConfigError

_CHUNK = 1 << 16


def manifest_lines(manifest: Path) -> Iterator[str]:
    """The paths listed in a file, read lazily; empty lines are skipped.

    Raises:
        ConfigError: the manifest cannot be read.
    """
    try:
        with manifest.open("rb", buffering=0) as file:
            yield from lines_from(file.fileno())
    except OSError as error:
        raise ConfigError(f"{manifest}: {error.strerror}") from error


def lines_from(descriptor: int) -> Iterator[str]:
    """Lines as they arrive, decoded like file names.

    Read from the descriptor itself: a thread that waits on ``sys.stdin`` would hold its
    lock while the program ends.
    """
    rest = b""
    while chunk := os.read(descriptor, _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(os.fsdecode, filter(None, (line.rstrip(b"\r") for line in lines)))
    if rest.rstrip(b"\r"):
        yield os.fsdecode(rest.rstrip(b"\r"))
