"""Read inputs from addresses with fsspec: ``s3://``, ``gs://``, ``https://``, ``zip://`` ..."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from typing import Any

from pipeline.batch.inputs import Input, Listing, is_hidden, is_supported
from pipeline.errors import ConfigError, ImageError
from pipeline.install import how_to_install

# Names of checksums, versions and modification times in various file systems. Not ``ukey``:
# in archives, reading changes it.
_VERSION_KEYS = (
    "CRC",
    "ETag",
    "LastModified",
    "checksum",
    "created",
    "etag",
    "generation",
    "last_modified",
    "md5Hash",
    "mtime",
    "updated",
)


def inputs_at_address(address: str, position: int, listing: Listing) -> Iterator[Input]:
    """The files at an address: itself, those of a folder, recursively, or of a glob.

    Folders follow the same rules as folders on disk.

    Raises:
        ConfigError: fsspec, or the package for this kind of address, is not installed, or
            the address cannot be listed.
    """
    files, path = open_address(address)
    try:
        yield from _listed(_Address(address, files), path, position, listing)
    except (OSError, ValueError) as error:  # ValueError: no pattern that fsspec knows
        raise ConfigError(f"{address}: cannot be listed: {error}") from error


def read_address(address: str, max_bytes: int) -> bytes:
    """The bytes at an address.

    Raises:
        ConfigError: a package is missing.
        ImageError: it is not a file, or larger than ``max_bytes``.
        Exception: whatever the file system's own package raises.
    """
    files, path = open_address(address)
    about = files.info(path)
    if about["type"] != "file":
        raise ImageError(address, "is not a file")
    size = about.get("size")
    if size is not None and size > max_bytes:
        raise ImageError(address, f"too large: {size:,} bytes, at most {max_bytes:,} are allowed")
    content: bytes = files.cat_file(path)
    return content


def signature_at(address: str) -> str | None:
    """A value that changes when the file does; ``None`` if the file system has none.

    Raises:
        Exception: whatever the file system's own package raises.
    """
    files, path = open_address(address)
    about = files.info(path)
    versions = [f"{name}={about[name]}" for name in _VERSION_KEYS if about.get(name) is not None]
    return f"{about.get('size')} {' '.join(versions)}" if versions else None


class _Address:
    """Converts paths within a file system to the form of the address given."""

    def __init__(self, address: str, files: Any) -> None:
        self.address = address
        self.files = files
        self._scheme = address.partition("://")[0]
        self._outer = "".join(address.partition("::")[1:])  # the archive that holds it

    def input_at(self, path: str, position: int) -> Input:
        if self._outer:
            location = f"{self._scheme}://{path}{self._outer}"
        else:
            location = self.files.unstrip_protocol(path)
        return Input(location, position, path.replace("/", "\0").encode())

    def entries(self, folder: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.files.ls(folder, detail=True)
        return sorted(entries, key=lambda entry: str(entry["name"]))


def _listed(within: _Address, path: str, position: int, listing: Listing) -> Iterator[Input]:
    if glob.has_magic(path):
        matches = sorted(within.files.glob(path))
        yield from (within.input_at(match, position) for match in matches or [path])
    elif within.files.isdir(path):
        yield from _in_folder(within, path, position, listing)
    else:
        yield Input(within.address, position)


def _in_folder(within: _Address, folder: str, position: int, listing: Listing) -> Iterator[Input]:
    for entry in within.entries(folder):
        path = entry["name"].rstrip("/")
        name = path.rpartition("/")[2]
        if is_hidden(name) or path == folder.rstrip("/"):
            continue  # object stores list a folder's own marker within it
        if entry["type"] == "directory":
            yield from _in_folder(within, path, position, listing)
        elif is_supported(name):
            yield within.input_at(path, position)
        else:
            listing.skipped.add(within.input_at(path, position).location)


def open_address(address: str) -> tuple[Any, str]:
    """The fsspec file system of an address, and the path within it.

    Raises:
        ConfigError: fsspec, or the package for this kind of address, is not installed.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise ConfigError(
            f"{address}: addresses need fsspec: {how_to_install('remote')}"
        ) from error
    try:
        files, path = url_to_fs(address)
    except (ImportError, ValueError) as error:  # ValueError: an unknown scheme
        raise ConfigError(f"{address}: {error}") from error
    return files, str(path)
