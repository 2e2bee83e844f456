"""Find the files that a run reads: files, folders, globs, lists and addresses.

Nothing here holds a list of what was found, so that a run starts before its folder is
listed, however large that is. Where each input belongs in the output goes with it.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.images import SUPPORTED_SUFFIXES

_NAMES_KEPT = 3
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read.

    Attributes:
        location: a path as it was given or found, or an address such as ``s3://...``.
        position: the number of the argument, or line of a list, that it came from.
        place: orders what one argument gave.
        changed: it was read before in this run, and has changed since.
    """

    location: str
    position: int = 0
    place: bytes = b""
    changed: bool = False

    @property
    def name(self) -> str:
        """The location as written into records; bytes that are not Unicode text are escaped."""
        return printable(self.location)

    @property
    def key(self) -> bytes:
        """An identifier that is the same for all spellings of a location."""
        return key_of(self.location)


@dataclass(slots=True)
class Skipped:
    """Files in folders that are neither images nor PDFs by their suffix: the count and some
    names."""

    count: int = 0
    names: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        self.count += 1
        if len(self.names) < _NAMES_KEPT:
            self.names.append(printable(name))


Arrange = Callable[[Iterable["os.DirEntry[str]"]], Iterable["os.DirEntry[str]"]]


def by_name(entries: Iterable[os.DirEntry[str]]) -> list[os.DirEntry[str]]:
    """A folder's entries, sorted; holds the names of one folder in memory."""
    return sorted(entries, key=lambda entry: entry.name)


def as_they_come(entries: Iterable[os.DirEntry[str]]) -> Iterable[os.DirEntry[str]]:
    """A folder's entries in the file system's order; holds nothing in memory."""
    return entries


@dataclass(frozen=True, slots=True)
class Listing:
    """How folders are listed.

    Attributes:
        arrange: the order within a folder, ``by_name`` or ``as_they_come``.
        written: keys of the files that the run writes; in folders they are passed over.
        named: keys of what is given by name, and so is not skipped for its suffix.
        skipped: takes what is left out.
    """

    arrange: Arrange = by_name
    written: frozenset[bytes] = frozenset()
    named: frozenset[bytes] = frozenset()
    skipped: Skipped = field(default_factory=Skipped)


def inputs_at(locations: Iterable[str], listing: Listing) -> Iterator[Input]:
    """All inputs at these paths and addresses; a file may occur twice.

    A folder gives its files of a supported suffix, recursively; hidden files and folders
    are left out, links to folders are not followed. A file that is named is read whatever
    its suffix. What is missing, and folders that cannot be listed, are among the inputs:
    reading says what is wrong with them.

    Raises:
        ConfigError: while iterating: an output is named as an input, or an address needs a
            package that is not installed.
    """
    for position, location in enumerate(locations):
        if is_address(location):
            from pipeline.batch.remote import inputs_at_address

            yield from inputs_at_address(location, position, listing)
        elif os.path.isdir(location):  # noqa: PTH112 - Path would raise on null characters
            yield from _in_folder(location, position, listing)
        elif key_of(location) in listing.written:
            raise ConfigError(f"{location}: is an input and an output of the same run")
        else:
            yield Input(location, position)


def expanded(arguments: Iterable[str]) -> Iterator[str]:
    """The arguments with globs resolved; a glob without a match is kept as it is.

    An argument that is no file and holds ``*``, ``?`` or ``[`` is a glob, ``**`` any number
    of folders.
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
        skipped: files in folders that are neither image nor PDF by their suffix.
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


def is_address(location: str) -> bool:
    """Whether the argument is an address that fsspec opens, not a path."""
    return _ADDRESS.match(location) is not None


def key_of(location: str) -> bytes:
    """The absolute path's bytes, or the address's."""
    if is_address(location):
        return location.encode("utf-8", "surrogateescape")
    return os.fsencode(os.path.abspath(location))  # noqa: PTH100 - resolve() follows links


def printable(location: str) -> str:
    """The name as Unicode text; bytes that are not are escaped."""
    return location.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def place_of(path: str) -> bytes:
    """A sort key by the parts of the path."""
    return os.fsencode(path).replace(os.fsencode(os.sep), b"\0")


def is_hidden(name: str) -> bool:
    return name.startswith(".")


def is_supported(name: str) -> bool:
    return os.path.splitext(name)[1].lower() in SUPPORTED_SUFFIXES  # noqa: PTH122


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
                listing.skipped.add(entry.name)
