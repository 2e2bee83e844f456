"""Find the files that a run reads: files, folders, globs, lists and addresses.

Nothing here holds a list of what was found, so that a run starts before its folder is
listed, however large that is.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.inputs import (
    Input,
    Listing,
    Skipped,
    is_address,
    is_hidden,
    is_supported,
    key_of,
    place_of,
)
from pipeline.batch.remote import inputs_at_address
from pipeline.errors import ConfigError


def inputs_at(locations: Iterable[str], listing: Listing) -> Iterator[Input]:
    """All inputs at these paths and addresses; a file may occur twice.

    A folder gives its files of a supported suffix, recursively; hidden files and folders
    are left out, links to folders are not followed. A file that is an argument itself is read
    whatever its suffix. Missing files and folders that cannot be listed are inputs too: reading
    them gives the reason.

    Raises:
        ConfigError: while iterating: an output is named as an input, or an address needs a
            package that is not installed.
    """
    for position, location in enumerate(locations):
        if is_address(location):
            yield from inputs_at_address(location, position, listing)
        elif os.path.isdir(location):  # noqa: PTH112 - Path would raise on null characters
            yield from _in_folder(location, position, listing)
        elif key_of(location) in listing.written:
            raise ConfigError(f"{location}: is an input and an output of the same run")
        else:
            yield Input(location, position)


def expanded(arguments: Iterable[str]) -> Iterator[str]:
    """The arguments with globs resolved; a glob without a match is kept as it is.

    An argument that is not a file and contains ``*``, ``?`` or ``[`` is a glob; ``**`` matches
    any number of folders.
    """
    for argument in arguments:
        if is_address(argument) or not glob.has_magic(argument) or os.path.lexists(argument):
            yield argument
        else:
            # Path.glob would refuse absolute patterns.
            yield from sorted(glob.glob(argument, recursive=True)) or [argument]  # noqa: PTH207


@dataclass(frozen=True, slots=True)
class Inputs:
    """All inputs at once, for runs that fit in memory.

    Attributes:
        paths: the files to read, each once, in the order of the arguments and sorted by
            path within a folder or glob.
        skipped: files in folders that are neither images, PDFs, mails nor HTML by their suffix.
    """

    paths: tuple[Path, ...]
    skipped: Skipped


def find_inputs(arguments: Sequence[str], outputs: Iterable[Path] = ()) -> Inputs:
    """Resolve paths and globs as ``inputs_at`` does, all at once.

    Raises:
        ConfigError: an output is named as an input.
    """
    named = list(expanded(arguments))
    listing = Listing(
        written=frozenset(key_of(str(path)) for path in outputs),
        named=frozenset(map(key_of, named)),
    )
    taken: dict[bytes, Path] = {}
    for found in inputs_at(named, listing):
        taken.setdefault(found.key, Path(found.location))
    return Inputs(tuple(taken.values()), listing.skipped)


def _in_folder(folder: str, position: int, listing: Listing) -> Iterator[Input]:
    try:
        entries = os.scandir(folder)
    except OSError:
        yield Input(folder, position, place_of(folder))
        return
    with entries:
        for entry in listing.arrange(entries):
            if is_hidden(entry.name):
                continue
            if entry.is_dir():
                if not entry.is_symlink():
                    yield from _in_folder(entry.path, position, listing)
                continue
            key = key_of(entry.path)
            if key in listing.written:
                continue
            if is_supported(entry.name):
                yield Input(entry.path, position, place_of(entry.path))
            elif key not in listing.named:
                listing.skipped.add(entry.path)
