"""Worker processes: each holds one extractor and reads one file at a time.

Built on pipes rather than on ``ProcessPoolExecutor``, which breaks as a whole when one
process dies and cannot say which file it was reading. Here a death costs one worker, and
file and cause are known.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from logging.handlers import QueueHandler
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pipeline.errors import PipelineError
from pipeline.extractor import Extractor
from pipeline.receipt import Receipt

MakeExtractor = Callable[[], Extractor]

# One receipt a core is faster than one receipt on all cores.
_ONE_THREAD = dict.fromkeys(
    (
        "MKL_NUM_THREADS",
        "OMP_NUM_THREADS",
        "OMP_THREAD_LIMIT",
        "OPENBLAS_NUM_THREADS",
        "OPENCV_FOR_THREADS_NUM",
    ),
    "1",
)


_STOP_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Read:
    """A file that a worker has read."""

    task: int
    records: list[Receipt]


@dataclass(frozen=True, slots=True)
class Died:
    """A file whose worker died over it, and how."""

    task: int
    cause: str


@dataclass(frozen=True, slots=True)
class _Ready:
    engine: str
    model: str


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    connection: Connection
    task: int | None = None


class WorkerPool:
    """A fixed number of workers; a dead one is replaced. Use as a context manager.

    Entering starts the workers and waits until each has loaded its models.

    Args:
        make_extractor: called once in each worker, so it must pickle.
        size: how many workers.

    Attributes:
        engine, model: as the workers' records will name them.

    Raises:
        PipelineError: on entering, what kept a worker from loading, as raised there.
    """

    def __init__(self, make_extractor: MakeExtractor, size: int) -> None:
        self._make_extractor = make_extractor
        self._size = size
        self._workers: list[_Worker] = []
        self.engine = self.model = ""

    def __enter__(self) -> Self:
        try:
            for _ in range(self._size):
                self._workers.append(self._started())
            for worker in self._workers:
                self._await_ready(worker)
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
        return sum(worker.task is None for worker in self._workers)

    def hand_out(self, task: int, path: Path) -> None:
        """Give one file to an idle worker; ``task`` names it in what ``wait`` returns."""
        worker = next(worker for worker in self._workers if worker.task is None)
        try:
            worker.connection.send(path)
        except OSError:  # died while idle
            worker = self._replaced(worker)
            worker.connection.send(path)
        worker.task = task

    def wait(self, seconds: float) -> list[Read | Died]:
        """What came to an end, at the latest after ``seconds``; workers' logs are passed on."""
        busy = {worker.connection: worker for worker in self._workers if worker.task is not None}
        finished: list[Read | Died] = []
        for connection in wait(list(busy), timeout=seconds):
            worker = busy[connection]  # type: ignore[index]
            assert worker.task is not None
            message = _receive(worker.connection)
            if isinstance(message, logging.LogRecord):
                logging.getLogger(message.name).handle(message)
            elif message is None:
                cause = _cause_of_death(worker.process)
                finished.append(Died(worker.task, cause))
                self._replaced(worker)
            else:
                records = [Receipt.model_validate(record) for record in message]
                finished.append(Read(worker.task, records))
                worker.task = None
        return finished

    def _started(self) -> _Worker:
        context = get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(
            target=_serve, args=(there, self._make_extractor), name="receipts", daemon=True
        )
        with _environment(_ONE_THREAD):
            process.start()
        there.close()  # else its end would never be seen
        return _Worker(process, here)

    def _await_ready(self, worker: _Worker) -> None:
        while isinstance(message := _receive(worker.connection), logging.LogRecord):
            logging.getLogger(message.name).handle(message)
        if message is None:
            cause = _cause_of_death(worker.process)
            raise PipelineError(f"a worker could not load engine and model: {cause}")
        if isinstance(message, Exception):
            raise message
        self.engine, self.model = message.engine, message.model

    def _replaced(self, dead: _Worker) -> _Worker:
        dead.connection.close()
        worker = self._started()
        self._workers[self._workers.index(dead)] = worker
        self._await_ready(worker)
        return worker

    def _stop(self) -> None:
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join(_STOP_SECONDS)
            worker.process.kill()


def _serve(connection: Connection, make_extractor: MakeExtractor) -> None:
    """A worker's life: load, then read one file after another until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    channel = _Channel(connection)
    logging.basicConfig(handlers=[_LogToParent(channel)], force=True)
    try:
        extractor = make_extractor()
    except PipelineError as error:
        channel.send(error)
        return
    except Exception as error:
        logging.getLogger(__name__).exception("a worker could not load engine and model")
        channel.send(PipelineError(f"{type(error).__name__}: {error}"))
        return
    channel.send(_Ready(extractor.engine.name, extractor.tagger.name))
    while (path := _receive(connection)) is not None:
        # Plain values, for generic pydantic models do not pickle.
        channel.send([record.model_dump() for record in extractor.extract(path)])


class _Channel:
    """The worker's end of the pipe, safe to log to from an engine's threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        with self._lock:
            self._connection.send(message)


class _LogToParent(QueueHandler):
    """Sends log records through the pipe: ``QueueHandler`` makes them fit to pickle."""

    def __init__(self, channel: _Channel) -> None:
        super().__init__(channel)  # type: ignore[arg-type]
        self._channel = channel

    def enqueue(self, record: logging.LogRecord) -> None:
        self._channel.send(record)


def _receive(connection: Connection) -> Any:
    """The next message, ``None`` where the other side is gone."""
    try:
        return connection.recv()
    except (EOFError, OSError):
        return None


def _cause_of_death(process: SpawnProcess) -> str:
    process.join()
    code = process.exitcode or 0
    if code >= 0:
        return f"its process ended with exit code {code}"
    name = signal.Signals(-code).name
    hint = " (out of memory?)" if name == "SIGKILL" else ""
    return f"its process was killed by {name}{hint}"


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for the processes started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
