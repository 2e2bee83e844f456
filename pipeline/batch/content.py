"""Content of an input: its bytes, their hash, and a signature that detects changes."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.inputs import is_address
from pipeline.batch.remote import read_address, signature_at

# A file may be written twice within one tick of the file system's clock: its times identify its
# content only if it has not been changed for this long.
_SETTLED_NS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Content:
    """The content of an input.

    Attributes:
        source: the bytes; or the path, if they cannot be read or are too many: loading it
            gives the reason.
        digest: SHA-256 of the bytes in hexadecimal.
        signature: as ``signature_of``, taken before the bytes; ``None`` if the file changed so
            recently that another change could go unnoticed.
    """

    source: bytes | Path
    digest: str | None
    signature: str | None


def fetch(location: str, max_bytes: int) -> Content:
    """Read a whole file or address.

    Raises:
        ConfigError, ImageError: an address that cannot be opened.
        Exception: whatever the package of a remote file system raises.
    """
    if is_address(location):
        signature = signature_at(location)
        content = read_address(location, max_bytes)
        return Content(content, hashlib.sha256(content).hexdigest(), signature)
    path = Path(location)
    try:
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= max_bytes:
            content = path.read_bytes()
            return Content(content, hashlib.sha256(content).hexdigest(), _settled(status))
    except (OSError, ValueError):  # loading the path reports the same error
        pass
    return Content(path, None, None)


def signature_of(location: str) -> str | None:
    """Size, times and inode number of a file, or the equivalent of a remote file system.

    Equal signatures mean equal content; ``None`` if there is no signature.
    """
    if is_address(location):
        return signature_at(location)
    try:
        status = os.stat(location)  # noqa: PTH116 - one call for each of a million files
    except (OSError, ValueError):
        return None
    return _signature(status) if stat.S_ISREG(status.st_mode) else None


def _signature(status: os.stat_result) -> str:
    # The change time cannot be set back, as the modification time can.
    return f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}"


def _settled(status: os.stat_result) -> str | None:
    touched = max(status.st_mtime_ns, status.st_ctime_ns)
    return _signature(status) if time.time_ns() - touched > _SETTLED_NS else None
