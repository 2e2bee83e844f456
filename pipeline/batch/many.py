"""Read many files in worker processes and return their records in the order of the paths.

A thread receives the workers' messages while the caller works on the records it has: the
workers' time limits must not depend on the caller's pace.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import current_process
from queue import SimpleQueue
from threading import Event, Semaphore, Thread

from pipeline.batch.feed import Feed
from pipeline.batch.inputs import Input
from pipeline.batch.journal import Journal, open_journal
from pipeline.batch.run import Run
from pipeline.batch.worker import MakeExtractor
from pipeline.batch.worker_handle import PROCESS_NAME
from pipeline.batch.workers import Limits, WorkerPool
from pipeline.config import ExtractConfig
from pipeline.documents.sources import ReceiptPath
from pipeline.receipt import Receipt

_AHEAD = 64  # at least so many paths are taken ahead of the records that the caller has
_POLL_SECONDS = 0.1


def read_many(
    paths: Iterable[ReceiptPath], settings: ExtractConfig, make_extractor: MakeExtractor
) -> Iterator[list[Receipt]]:
    """The records of each path, in the order of the paths.

    Args:
        paths: of files, or addresses such as ``s3://bucket/a.jpg``; taken in another thread.
        settings: the number of workers, and the limits per file.
        make_extractor: called once in each worker.

    Raises:
        PipelineError: while iterating: a worker cannot be started.
        RuntimeError: called while a worker imports the script.
        TypeError: ``paths`` is a single path; or, while iterating, one of them is not a path.
    """
    if isinstance(paths, str | bytes | os.PathLike):
        raise TypeError(f"extract_many takes several paths, not a {type(paths).__name__}")
    if current_process().name == PROCESS_NAME:
        raise RuntimeError(
            "extract_many was called while a worker process imported this script: put the "
            "script's own work under `if __name__ == '__main__':`"
        )
    return _Reading(paths, settings, make_extractor).records()


class _Reading:
    """One call of ``read_many``: the reading thread and its results."""

    def __init__(
        self, paths: Iterable[ReceiptPath], settings: ExtractConfig, make_extractor: MakeExtractor
    ) -> None:
        self._paths = paths
        self._settings = settings
        self._make_extractor = make_extractor
        self._workers = settings.worker_count()
        self._open_slots = Semaphore(max(_AHEAD, 4 * self._workers))
        self._taken: deque[Input] = deque()  # from the paths, and not passed on yet
        self._finished: SimpleQueue[list[Receipt] | None] = SimpleQueue()
        self._stop = Event()
        # Set by one thread each: the one that takes the paths and the one that reads.
        self._error_in_paths: Exception | None = None
        self._error_in_reading: BaseException | None = None

    def records(self) -> Iterator[list[Receipt]]:
        thread = Thread(target=self._run, name="extract_many", daemon=True)
        thread.start()
        try:
            while (records := self._finished.get()) is not None:
                self._open_slots.release()
                yield records
        finally:
            self._stop.set()
            thread.join()
        error = self._error_in_reading or self._error_in_paths
        if error is not None:
            raise error

    def _run(self) -> None:
        feed = Feed(self._inputs())
        try:
            self._read(feed)
        except BaseException as error:  # noqa: BLE001 - raised again where the records are taken
            self._error_in_reading = error
        finally:
            feed.close()
            self._finished.put(None)

    def _read(self, feed: Feed) -> None:
        size = feed.look_ahead(self._workers, should_stop=self._stop.is_set)
        if not size or self._stop.is_set():
            return
        limits = Limits.of(self._settings, size)
        with WorkerPool(self._make_extractor, size, limits) as pool, open_journal(None) as journal:
            journal.begin()
            for _ in Run(pool, feed, journal).read(self._stop.is_set):
                self._pass_on(journal)
            self._pass_on(journal)

    def _inputs(self) -> Iterator[Input]:
        """The paths as inputs, as far ahead as the caller's pace allows."""
        try:
            for position, path in enumerate(self._paths):
                found = Input(_location(path), position)
                while not self._open_slots.acquire(timeout=_POLL_SECONDS):
                    if self._stop.is_set():
                        return
                self._taken.append(found)
                yield found
        except Exception as error:  # noqa: BLE001 - raised again where the records are taken
            self._error_in_paths = error

    def _pass_on(self, journal: Journal) -> None:
        """Hand the caller what has been read, up to the first path that has not.

        The run reports a path that is given twice only once, so the journal is asked.
        """
        while self._taken:
            try:
                outcome = journal.outcome(self._taken[0])
            except KeyError:
                return
            self._taken.popleft()
            self._finished.put(outcome.records)


def _location(path: ReceiptPath) -> str:
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"extract_many takes paths, not a {type(path).__name__}")
    return os.fspath(path)
