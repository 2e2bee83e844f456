"""The files that were posted: in a folder, or at any address that fsspec opens.

They are stored under ids of our own; no name of a client's becomes part of a path.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from pipeline.batch.durable import replace_durably
from pipeline.batch.inputs import is_address
from pipeline.batch.remote import open_address
from pipeline.errors import ConfigError

_ID = re.compile(r"[0-9a-f]{32}")
_PART = ".part"


class Blobs(Protocol):
    """Where the bytes of posted files are kept."""

    def put(self, blob_id: str, content: bytes) -> None:
        """Store bytes; they are on the disk when this returns."""

    def location(self, blob_id: str) -> str:
        """The path or address at which a worker reads them."""

    def get(self, blob_id: str) -> bytes:
        """The bytes.

        Raises:
            FileNotFoundError: they are not stored.
        """

    def delete(self, blob_id: str) -> None:
        """Delete them, if they are stored."""

    def older_than(self, seconds: float) -> Iterator[str]:
        """The ids of what was stored longer ago than that; others may be on their way into the
        database."""


def blobs_at(place: str) -> Blobs:
    """The store at a folder's path or at an address.

    Raises:
        ConfigError: it cannot be used.
    """
    return AddressBlobs(place) if is_address(place) else FolderBlobs(Path(place))


def checked(blob_id: str) -> str:
    """The id, if it is one of ours.

    Raises:
        ValueError: it is not.
    """
    if not _ID.fullmatch(blob_id):
        raise ValueError("not the id of a stored file")
    return blob_id


class FolderBlobs:
    """Files in folders named by the first two digits of their ids; only this user may read them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"{folder}: cannot be made: {error.strerror}") from error

    def put(self, blob_id: str, content: bytes) -> None:
        path = self._path(blob_id)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        unfinished = path.with_name(path.name + _PART)
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        replace_durably(unfinished, path)

    def location(self, blob_id: str) -> str:
        return str(self._path(blob_id).absolute())

    def get(self, blob_id: str) -> bytes:
        return self._path(blob_id).read_bytes()

    def delete(self, blob_id: str) -> None:
        self._path(blob_id).unlink(missing_ok=True)

    def older_than(self, seconds: float) -> Iterator[str]:
        moment = time.time() - seconds
        for path in self._folder.glob("??/*"):
            name = path.name.removesuffix(_PART)
            if not _ID.fullmatch(name) or path.stat().st_mtime >= moment:
                continue
            if path.name == name:
                yield name
            else:
                path.unlink(missing_ok=True)  # its writer was killed

    def _path(self, blob_id: str) -> Path:
        return self._folder / checked(blob_id)[:2] / blob_id


class AddressBlobs:
    """Files below an address such as ``s3://bucket/receipts``."""

    def __init__(self, address: str) -> None:
        self._files, root = open_address(address)
        self._root = root.rstrip("/")

    def put(self, blob_id: str, content: bytes) -> None:
        self._files.makedirs(self._root, exist_ok=True)
        self._files.pipe_file(self._path(blob_id), content)

    def location(self, blob_id: str) -> str:
        address: str = self._files.unstrip_protocol(self._path(blob_id))
        return address

    def get(self, blob_id: str) -> bytes:
        content: bytes = self._files.cat_file(self._path(blob_id))
        return content

    def delete(self, blob_id: str) -> None:
        path = self._path(blob_id)
        if self._files.exists(path):
            self._files.rm_file(path)

    def older_than(self, seconds: float) -> Iterator[str]:
        moment = time.time() - seconds
        if not self._files.isdir(self._root):
            return
        for entry in self._files.ls(self._root, detail=True):
            name = str(entry["name"]).rpartition("/")[2]
            if _ID.fullmatch(name) and _stored_at(self._files, entry) < moment:
                yield name

    def _path(self, blob_id: str) -> str:
        return f"{self._root}/{checked(blob_id)}"


def _stored_at(files: Any, entry: dict[str, Any]) -> float:
    """When a file was stored; the present where the file system does not tell."""
    try:
        moment = files.modified(entry["name"])
    except NotImplementedError:
        return time.time()
    return float(moment.timestamp())
