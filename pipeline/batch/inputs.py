"""An input of a run and its identity, and the rules for which files of a folder are inputs."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import IO

from pipeline.batch.durable import replace_durably
from pipeline.documents.image_formats import SUPPORTED_SUFFIXES
from pipeline.errors import writing

_NAMES_SHOWN = 3
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read.

    Attributes:
        location: a path as given or found, or an address such as ``s3://...``.
        position: the number of the argument, or line of a list, that it came from.
        place: sort key among the files of one argument.
        changed: whether it was read before in this run and has changed since.
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
        """The same identifier for all spellings of a location."""
        return key_of(self.location)


class Skipped:
    """Files in folders that are neither images, PDFs, mails nor HTML by their suffix.

    Args:
        folder: holds a temporary file with all their names, so that memory does not grow with
            their number; ``None`` to keep only the first names.

    Attributes:
        count: how many.
        names: the first of them.
        list_file: where ``write`` has listed all of them.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.count = 0
        self.names: list[str] = []
        self.list_file: Path | None = None
        self._folder = folder
        self._all: IO[bytes] | None = None
        self._lock = Lock()  # a thread adds while another writes

    def add(self, location: str) -> None:
        """Note one more.

        Raises:
            PipelineError: the temporary file cannot be written.
        """
        name = printable(location)
        with self._lock:
            self.count += 1
            if len(self.names) < _NAMES_SHOWN:
                self.names.append(name)
            if self._folder is None:
                return
            with writing(self._folder / "list of skipped files"):
                self._all = self._all or TemporaryFile(dir=self._folder)  # noqa: SIM115
                self._all.write(name.replace("\n", "\\n").encode() + b"\n")

    def write(self, path: Path) -> None:
        """List all of them in a file, one per line; if there are none, delete the file.

        Raises:
            OSError: it cannot be written.
        """
        with self._lock:
            if self._all is None:
                path.unlink(missing_ok=True)
                return
            unfinished = path.with_name(f".{path.name}.part")
            with unfinished.open("wb") as file:
                self._all.seek(0)
                shutil.copyfileobj(self._all, file)  # leaves it at its end, for more
            replace_durably(unfinished, path)
            self.list_file = path

    def __str__(self) -> str:
        """The count and the first names, such as ``2 (a.txt, b.docx)``."""
        more = ", ..." if self.count > len(self.names) else ""
        return f"{self.count} ({', '.join(self.names)}{more})"


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
        written: keys of the files that the run writes; in folders they are ignored.
        named: keys of files that are arguments themselves, so that they do not count as skipped.
        skipped: receives the files that are skipped.
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
