"""The default memory limit of a worker."""

from __future__ import annotations

import psutil

_SHARE = 0.8
# Less than what one receipt of the largest allowed size may need.
_LEAST = 2048
_MEGABYTE = 1 << 20


def default_memory_limit(workers: int) -> int:
    """A worker's share of four fifths of the machine's memory, in megabytes; at least 2048."""
    total = psutil.virtual_memory().total
    return max(_LEAST, int(total * _SHARE / workers / _MEGABYTE))
