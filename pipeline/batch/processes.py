"""Observe and end processes: memory use, termination, and their environment."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess

import psutil

_END_SECONDS = 5

# One receipt per core is faster than one receipt on all cores.
ONE_THREAD = dict.fromkeys(
    (
        "MKL_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OMP_THREAD_LIMIT",
        "OPENBLAS_NUM_THREADS",
        "OPENCV_FOR_THREADS_NUM",
    ),
    "1",
)


def resident(process: BaseProcess) -> int:
    """Resident memory of a process in bytes; 0 if it has ended."""
    try:
        size: int = psutil.Process(process.pid).memory_info().rss
    except psutil.NoSuchProcess:
        return 0
    return size


def kill(process: BaseProcess) -> None:
    """Kill a process and the processes it has started, such as an OCR program."""
    if not process.is_alive():
        return  # its process id may belong to another by now
    with suppress(psutil.NoSuchProcess):
        for started in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                started.kill()
    process.kill()


def cause_of_death(process: BaseProcess) -> str:
    """How a process ended, or is about to end."""
    process.join(_END_SECONDS)
    if process.is_alive():  # its pipe is closed, but a library's thread keeps it alive
        kill(process)
        process.join()
    code = process.exitcode or 0
    if code >= 0:
        return f"its process ended with exit code {code}"
    name = signal.Signals(-code).name
    hint = " (out of memory?)" if name == "SIGKILL" else ""
    return f"its process was killed by {name}{hint}"


@contextmanager
def one_thread() -> Iterator[None]:
    """Processes started within the block use one thread each, in any library."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
