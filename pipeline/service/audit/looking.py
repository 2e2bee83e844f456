"""Looks at the pictures of records, in one process of low priority.

A file that crashes or hangs its decoder ends that process, and nothing is seen in it.
"""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import Self

from pipeline.audit.seen import Seen, seen_in
from pipeline.batch.content import fetch
from pipeline.documents.limits import ImageLimits
from pipeline.receipt import Receipt

# Reading comes first, but the lowest priority would get nothing where all cores are busy.
_LOWER_PRIORITY = 5
_MEGABYTES = 4096
_CPU_SECONDS = 30
_SECONDS = 300
_PICTURES = 500  # then the process is replaced


class Looking:
    """The process; use as a context manager. It is started when it is first needed."""

    def __init__(self, limits: ImageLimits) -> None:
        self._limits = limits
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._end()

    def look(self, location: str, record: Receipt) -> Seen:
        """What is in the stored file of a record; nothing if looking at it fails."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                1, get_context("spawn"), _prepare, max_tasks_per_child=_PICTURES
            )
        try:
            plain = record.model_dump_json()
            return self._pool.submit(_look, location, plain, self._limits).result()
        except BrokenProcessPool:
            self._end()
            return Seen()

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _prepare() -> None:
    import resource  # of POSIX systems only

    with suppress(OSError):  # containers may forbid it
        os.nice(_LOWER_PRIORITY)
    resource.setrlimit(resource.RLIMIT_AS, (_MEGABYTES << 20, _MEGABYTES << 20))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends this process


def _look(location: str, plain: str, limits: ImageLimits) -> Seen:
    # Both signals end the process.
    signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS)
    signal.alarm(_SECONDS)
    try:
        return _seen(location, Receipt.model_validate_json(plain), limits)
    except Exception:  # noqa: BLE001 - of any decoder; the reason may hold personal data
        return Seen()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.alarm(0)


def _seen(location: str, record: Receipt, limits: ImageLimits) -> Seen:
    content = fetch(location, limits.max_bytes).source
    if isinstance(content, Path):
        return seen_in(content, record)
    with NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return seen_in(Path(file.name), record)
