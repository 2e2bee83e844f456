"""An input of a run and its identity, and the rules for which files of a folder are inputs."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

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
