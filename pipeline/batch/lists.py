"""What a run is asked to read: its arguments, and lists with one path or address per line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.batch.inputs import Skipped
from pipeline.batch.listing import expanded
from pipeline.errors import ConfigError

STANDARD_INPUT = "-"
_STANDARD_INPUT_DESCRIPTOR = 0
_CHUNK = 1 << 16


def locations_of(arguments: Sequence[str], manifest: Path | None) -> Iterator[str]:
    """The arguments with globs resolved, ``-`` and the manifest replaced by what they list.

    Raises:
        ConfigError: while iterating: the manifest cannot be read.
    """
    for argument in arguments:
        if argument == STANDARD_INPUT:
            yield from lines_from(_STANDARD_INPUT_DESCRIPTOR)
        else:
            yield from expanded([argument])
    if manifest is not None:
        yield from manifest_lines(manifest)


def nothing_found(arguments: Sequence[str], manifest: Path | None, skipped: Skipped) -> ConfigError:
    """The error of a run without inputs; it names where they were looked for."""
    places = [*arguments, *([str(manifest)] if manifest else [])]
    others = f"; other files: {skipped}" if skipped.count else ""
    return ConfigError(f"no image, PDF or mail found in {', '.join(places)}{others}")


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
