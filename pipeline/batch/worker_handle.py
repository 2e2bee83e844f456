"""A worker process as the main process sees it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from pipeline.batch.inputs import Input
from pipeline.batch.processes import kill, one_thread
from pipeline.batch.worker import MakeExtractor, serve
from receipt_pipeline import worker_process

PROCESS_NAME = "receipts"


@dataclass(slots=True, eq=False)
class WorkerHandle:
    """A worker, what it reads, and until when it may.

    Attributes:
        make_extractor: made its extractor.
        is_ready: whether it has loaded its models.
    """

    make_extractor: MakeExtractor
    process: SpawnProcess
    connection: Connection
    is_ready: bool = False
    task: Input | None = None
    deadline: float = 0.0
    files_read: int = 0

    @property
    def is_idle(self) -> bool:
        return self.is_ready and self.task is None

    def end(self) -> None:
        """Kill the process, whatever it does."""
        self.connection.close()
        kill(self.process)


def start_worker(make_extractor: MakeExtractor, seconds: float, asks: bool) -> WorkerHandle:
    """Start a process that loads its models and then waits for files.

    Args:
        make_extractor: called once in the process; must be picklable.
        seconds: that a file may take.
        asks: whether it asks of each file if it is to be read.
    """
    context = get_context("spawn")
    arguments = (pickle.dumps(make_extractor), seconds, asks)
    here, there = context.Pipe()
    process = context.Process(
        target=worker_process.run,
        args=(pickle.dumps((serve, arguments)), there),
        name=PROCESS_NAME,
        daemon=True,
    )
    with one_thread():
        process.start()
    there.close()  # else the end of the process would not close the pipe
    return WorkerHandle(make_extractor, process, here)
