"""The pool of worker processes: each holds one extractor and reads one file at a time.

Built on pipes rather than on ``ProcessPoolExecutor``, which breaks as a whole when one
process dies and does not know which file it was reading. Here only that worker is replaced, file
and cause are known, and a worker that exceeds the time or memory limit is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from time import monotonic
from types import TracebackType
from typing import Self

import psutil

from pipeline.batch.inputs import Input
from pipeline.batch.processes import cause_of_death, resident
from pipeline.batch.worker import Done, Hashed, MakeExtractor, Ready, receive
from pipeline.batch.worker_events import Asked, Died, Event, Read
from pipeline.batch.worker_handle import WorkerHandle, start_worker
from pipeline.config import ExtractConfig
from pipeline.errors import PipelineError

_STOP_SECONDS = 5
_KILLED_STARTS = 3
_MEGABYTE = 1 << 20
_MEMORY_SHARE = 0.8
_LEAST_MEGABYTES = 2048  # one receipt of the largest allowed size may need more
# A process grows by about a gigabyte a second at most.
_MEMORY_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of time and memory per file.

    Attributes:
        seconds: from sending the file to a worker until its records arrive.
        megabytes: resident memory of the worker that reads it; ``None`` for no limit.
    """

    seconds: float = 300
    megabytes: int | None = None

    @classmethod
    def of(cls, settings: ExtractConfig, workers: int) -> Limits:
        """The configured limits; by default each worker gets an equal share of four fifths of
        the machine's memory, at least 2048 MB."""
        machine = psutil.virtual_memory().total // _MEGABYTE
        share = max(_LEAST_MEGABYTES, int(machine * _MEMORY_SHARE / workers))
        return cls(settings.timeout, settings.memory_limit or share)


SwitchDone = Callable[[PipelineError | None], None]


class WorkerPool:
    """A fixed number of workers; a dead one is replaced. Use as a context manager.

    Entering starts the workers and waits until one has loaded its models.

    Args:
        make_extractor: called once in each worker; must be picklable.
        size: the number of workers.
        limits: per file.
        files_per_worker: after so many files a worker is replaced, so that memory which a library
            does not free cannot grow for ever; ``None`` for never.
        asks: whether workers ask of each file if it is to be read, once they have its bytes; if
            not, there is no event ``Asked``.

    Attributes:
        engine, model: the names in the workers' records.

    Raises:
        PipelineError: on entering: a worker could not load; as raised there.
    """

    def __init__(
        self,
        make_extractor: MakeExtractor,
        size: int,
        limits: Limits | None = None,
        files_per_worker: int | None = None,
        asks: bool = True,
    ) -> None:
        self._make_extractor = make_extractor
        self._size = size
        self._limits = limits or Limits()
        self._files_per_worker = files_per_worker
        self._asks = asks
        self._workers: list[WorkerHandle] = []
        self._candidate: WorkerHandle | None = None
        self._switch_done: SwitchDone = lambda _error: None
        self._killed_starts = 0
        self.engine = self.model = ""

    def __enter__(self) -> Self:
        try:
            for _ in range(self._size):
                self._workers.append(self._start())
            while not any(worker.is_ready for worker in self._workers):
                self.wait(_STOP_SECONDS)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    @property
    def size(self) -> int:
        return self._size

    @property
    def idle_count(self) -> int:
        return sum(worker.is_idle for worker in self._workers)

    @property
    def busy_count(self) -> int:
        return sum(worker.task is not None for worker in self._workers)

    def hand_out(self, task: Input) -> None:
        """Give one file to an idle worker."""
        worker = next(worker for worker in self._workers if worker.is_idle)
        worker.task = task
        worker.deadline = monotonic() + self._limits.seconds
        with suppress(OSError):  # died while idle: the next wait notices
            worker.connection.send(task.location)

    def answer(self, task: Input, go_on: bool) -> None:
        """Answer the worker that asked whether to read the file of ``task``."""
        worker = next(worker for worker in self._workers if worker.task is task)
        with suppress(OSError):
            worker.connection.send(go_on)
        if not go_on:
            worker.task = None

    def drop(self, task: Input) -> None:
        """Kill the worker that reads the file of ``task``; there will be no event of it."""
        worker = next(worker for worker in self._workers if worker.task is task)
        self._replace(worker)

    def switch(self, make_extractor: MakeExtractor, done: SwitchDone) -> None:
        """Go over to another extractor without a pause; a switch that is still loading is given up.

        A further worker loads it. Then the others are replaced, one after another, each when it
        has finished its file. If it cannot be loaded, all stays as it was.

        Args:
            make_extractor: as that of the pool.
            done: called by ``wait`` once the extractor has been loaded, with ``None``, or with the
                error if it cannot be loaded.
        """
        if self._candidate is not None:
            self._candidate.end()
        self._candidate = start_worker(make_extractor, self._limits.seconds, self._asks)
        self._switch_done = done

    def wait(self, seconds: float) -> list[Event]:
        """The events since the last call, after at most ``seconds``; also passes on the workers'
        logs.

        Raises:
            PipelineError: a dead worker could not be replaced.
        """
        if self._limits.megabytes is not None and self.busy_count:
            seconds = min(seconds, _MEMORY_POLL_SECONDS)
        by_connection = {worker.connection: worker for worker in self._all()}
        events: list[Event] = []
        for connection in wait(list(by_connection), timeout=seconds):
            worker = by_connection[connection]  # type: ignore[index]
            event = self._handle(worker, receive(worker.connection))
            if event is not None:
                events.append(event)
        for worker in list(self._workers):
            cause = self._exceeded_limit(worker)
            if cause is not None and not worker.connection.poll():
                events.append(self._end(worker, cause))
        self._replace_outdated()
        return events

    def _handle(self, worker: WorkerHandle, message: object) -> Event | None:
        if isinstance(message, logging.LogRecord):
            logging.getLogger(message.name).handle(message)
        elif worker is self._candidate:
            self._handle_candidate(worker, message)
        elif isinstance(message, Ready):
            if worker.make_extractor is self._make_extractor:
                self.engine, self.model = message.engine, message.model
            worker.is_ready = True
            self._killed_starts = 0
        elif isinstance(message, Exception):
            raise message
        elif message is None:
            return self._handle_death(worker)
        elif isinstance(message, Hashed):
            assert worker.task is not None
            return Asked(worker.task, message)
        elif isinstance(message, Done):
            assert worker.task is not None
            task, worker.task = worker.task, None
            worker.files_read += 1
            if worker.files_read == self._files_per_worker:
                self._replace(worker)
            return Read(task, message)
        return None

    def _handle_death(self, worker: WorkerHandle) -> Died | None:
        cause = cause_of_death(worker.process)
        if not worker.is_ready:
            self._killed_starts += 1
            by_itself = (worker.process.exitcode or 0) >= 0
            if by_itself or self._killed_starts == _KILLED_STARTS:
                raise PipelineError(f"a worker could not load engine and model: {cause}")
        task = worker.task
        self._replace(worker)
        return Died(task, cause) if task is not None else None

    def _exceeded_limit(self, worker: WorkerHandle) -> str | None:
        """The limit that a worker has exceeded, if any."""
        if worker.task is None:
            return None
        if monotonic() > worker.deadline:
            return f"it took longer than {self._limits.seconds:g} seconds"
        megabytes = self._limits.megabytes
        if megabytes is not None and resident(worker.process) > megabytes * _MEGABYTE:
            return f"it took more than {megabytes} MB of memory"
        return None

    def _end(self, worker: WorkerHandle, cause: str) -> Died:
        assert worker.task is not None
        task = worker.task
        self._replace(worker)
        return Died(task, cause)

    def _handle_candidate(self, candidate: WorkerHandle, message: object) -> None:
        """The worker that loads another extractor has done so, or has failed."""
        self._candidate = None
        if isinstance(message, Ready):
            self._make_extractor = candidate.make_extractor
            self.engine, self.model = message.engine, message.model
            candidate.is_ready = True
            self._workers.insert(0, candidate)  # the first idle one gets the next file
            self._switch_done(None)
            return
        error = message
        if not isinstance(error, PipelineError):
            error = PipelineError(cause_of_death(candidate.process))
        candidate.end()
        self._switch_done(error)

    def _replace_outdated(self) -> None:
        """After a switch: the next step of replacing the workers of the extractor before.

        Meanwhile there is one worker more than usual, so that no fewer read.
        """
        outdated = [one for one in self._workers if one.make_extractor is not self._make_extractor]
        if not outdated:
            return
        if len(self._workers) <= self._size:
            self._workers.insert(0, self._start())
        elif all(one.is_ready for one in self._workers if one not in outdated):
            free = next((one for one in outdated if one.task is None), None)
            if free is not None:
                self._replace(free)

    def _replace(self, worker: WorkerHandle) -> None:
        """End a worker and start another in its place, unless there is one more than usual."""
        worker.end()
        place = self._workers.index(worker)
        is_needed = len(self._workers) <= self._size
        self._workers[place : place + 1] = [self._start()] if is_needed else []

    def _start(self) -> WorkerHandle:
        return start_worker(self._make_extractor, self._limits.seconds, self._asks)

    def _all(self) -> list[WorkerHandle]:
        return [*self._workers, *([] if self._candidate is None else [self._candidate])]

    def _stop(self) -> None:
        for worker in self._all():
            worker.end()
        for worker in self._all():
            worker.process.join(_STOP_SECONDS)
