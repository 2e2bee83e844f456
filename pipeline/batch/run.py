"""A folder run: every input gives its records, in the order of the inputs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch.workers import Died, Read, WorkerPool
from pipeline.extractor import sha256_of
from pipeline.receipt import Receipt, Source

# Files read ahead of the oldest unfinished one, a worker: bounds memory, rarely waits.
_AHEAD = 8
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """One input and its records, one a page, never none."""

    path: Path
    records: list[Receipt]


def extract_all(
    pool: WorkerPool, paths: Sequence[Path], should_stop: Callable[[], bool] = lambda: False
) -> Iterator[Outcome]:
    """Read every file, yielding in input order.

    A file over which a worker dies is read once more with nothing else running, for it may
    have been short of memory; if that worker dies too, the file gets an error record.

    Args:
        pool: entered already.
        paths: the inputs.
        should_stop: asked several times a second; once true, what is finished is
            yielded and the rest is left.
    """
    run = _Run(pool, paths)
    while not run.is_done and not should_stop():
        run.hand_out()
        run.collect()
        yield from run.in_order()
    yield from run.left_over()


class _Run:
    """The state of one run: which inputs wait, which are suspect, which are finished."""

    def __init__(self, pool: WorkerPool, paths: Sequence[Path]) -> None:
        self._pool = pool
        self._paths = paths
        self._waiting = deque(range(len(paths)))
        self._suspects: deque[int] = deque()
        self._on_trial: int | None = None
        self._finished: dict[int, Outcome] = {}
        self._yielded = 0

    @property
    def is_done(self) -> bool:
        return self._yielded == len(self._paths)

    def hand_out(self) -> None:
        """Keep the workers busy; a suspect gets the machine for itself."""
        pool = self._pool
        if self._on_trial is not None:
            return
        if self._suspects:
            if pool.idle_count == pool.size:
                self._on_trial = self._suspects.popleft()
                pool.hand_out(self._on_trial, self._paths[self._on_trial])
            return
        horizon = self._yielded + _AHEAD * pool.size
        while pool.idle_count and self._waiting and self._waiting[0] < horizon:
            task = self._waiting.popleft()
            pool.hand_out(task, self._paths[task])

    def collect(self) -> None:
        for end in self._pool.wait(_POLL_SECONDS):
            if isinstance(end, Read):
                self._finish(end.task, end.records)
            elif end.task == self._on_trial:
                self._finish(end.task, [self._died(end)])
            else:
                self._suspects.append(end.task)

    def in_order(self) -> Iterator[Outcome]:
        while self._yielded in self._finished:
            yield self._finished.pop(self._yielded)
            self._yielded += 1

    def left_over(self) -> Iterator[Outcome]:
        """What is finished but waits for a file before it that will not come."""
        for task in sorted(self._finished):
            yield self._finished.pop(task)

    def _finish(self, task: int, records: list[Receipt]) -> None:
        if task == self._on_trial:
            self._on_trial = None
        self._finished[task] = Outcome(self._paths[task], records)

    def _died(self, end: Died) -> Receipt:
        path = self._paths[end.task]
        return Receipt(
            source=Source(path=str(path), page=1, sha256=sha256_of(path)),
            status="error",
            error=f"reading it failed twice: {end.cause}",
            engine=self._pool.engine,
            model=self._pool.model,
        )
