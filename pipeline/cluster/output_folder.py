"""The folder that a cluster run writes, on a shared disk or in an object store.

Every file appears whole or not at all: on a disk it is written beside and renamed, object stores
store an object when it has been sent completely.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipeline.batch.durable import replace_durably
from pipeline.batch.inputs import is_address
from pipeline.batch.remote import open_address


@dataclass(frozen=True, slots=True)
class OutputFolder:
    """A folder by its absolute path or its address; names within it have slashes.

    All methods raise what the file system's package raises, ``OSError`` for a disk.
    """

    address: str

    @classmethod
    def at(cls, place: str) -> OutputFolder:
        """The folder at a path, which is made absolute, or at an address."""
        if place.startswith("file://"):
            place = place.removeprefix("file://")
        return cls(place.rstrip("/") if is_address(place) else str(Path(place).absolute()))

    def read(self, name: str) -> bytes:
        """The content of a file.

        Raises:
            FileNotFoundError: there is none.
        """
        if self._disk is not None:
            return (self._disk / name).read_bytes()
        files, path = open_address(self.address)
        content: bytes = files.cat_file(f"{path}/{name}")
        return content

    def exists(self, name: str) -> bool:
        if self._disk is not None:
            return (self._disk / name).exists()
        files, path = open_address(self.address)
        return bool(files.exists(f"{path}/{name}"))

    def write(self, name: str, content: bytes) -> None:
        """Store a file, replacing an older one."""
        if self._disk is None:
            files, path = self._opened(name)
            files.pipe_file(path, content)
            return
        target = self._target(name)
        unfinished = _beside(target)
        try:
            unfinished.write_bytes(content)
            replace_durably(unfinished, target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def put(self, file: Path, name: str) -> None:
        """Store a copy of a local file, replacing an older one."""
        if self._disk is None:
            files, path = self._opened(name)
            files.put_file(str(file), path)
            return
        target = self._target(name)
        unfinished = _beside(target)
        try:
            shutil.copyfile(file, unfinished)
            replace_durably(unfinished, target)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def names(self, folder: str = "") -> list[str]:
        """The names of a folder's entries within it, sorted; none if there is no such folder."""
        if self._disk is not None:
            with suppress(FileNotFoundError):
                return sorted(path.name for path in (self._disk / folder).iterdir())
            return []
        files, path = open_address(self.address)
        files.invalidate_cache()
        with suppress(FileNotFoundError):
            entries = files.ls(f"{path}/{folder}".rstrip("/"), detail=False)
            return sorted(
                filter(None, (str(entry).rstrip("/").rpartition("/")[2] for entry in entries))
            )
        return []

    def delete(self, name: str) -> None:
        """Delete a file, if there is one."""
        if self._disk is not None:
            (self._disk / name).unlink(missing_ok=True)
            return
        files, path = open_address(self.address)
        with suppress(FileNotFoundError):
            files.rm_file(f"{path}/{name}")

    @property
    def _disk(self) -> Path | None:
        return None if is_address(self.address) else Path(self.address)

    def _target(self, name: str) -> Path:
        target = Path(self.address) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return target

    def _opened(self, name: str) -> tuple[Any, str]:
        files, path = open_address(self.address)
        with suppress(NotImplementedError, OSError):  # object stores know no folders
            files.makedirs(f"{path}/{name}".rpartition("/")[0], exist_ok=True)
        return files, f"{path}/{name}"


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{uuid4().hex[:8]}.part")
