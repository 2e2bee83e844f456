"""Read all inputs in worker processes and store the results in the journal."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.batch.content import signature_of
from pipeline.batch.feed import Feed
from pipeline.batch.inputs import Input
from pipeline.batch.journal import Journal, unread
from pipeline.batch.packing import pack
from pipeline.batch.worker import Done, Hashed, error_record
from pipeline.batch.worker_events import Asked, Died, Read
from pipeline.batch.workers import WorkerPool

_POLL_SECONDS = 0.2
# Known inputs need no worker; workers are polled after so many of them.
_TAKEN_PER_POLL = 200


@dataclass(frozen=True, slots=True)
class Settled:
    """An input whose records are in the journal.

    Attributes:
        number: its place among the inputs of this run, as they were found, from 0.
        was_read: whether it was read now; else its records were known already.
    """

    number: int
    found: Input
    was_read: bool


@dataclass(slots=True)
class _Content:
    """A content that is being read, by one input; others with the same content wait for it."""

    reader: Input
    others: list[Input] = field(default_factory=list)


def in_order(settled: Iterable[Settled | None]) -> Iterator[Settled]:
    """Settled inputs in listing order, each as soon as the ones before it are settled.

    If the run ends early, the remaining settled ones follow in order.
    """
    waiting: dict[int, Settled] = {}
    number = 0
    for one in settled:
        if one is not None:
            waiting[one.number] = one
        while number in waiting:
            yield waiting.pop(number)
            number += 1
    for number in sorted(waiting):
        yield waiting[number]


class Run:
    """The state of a run: inputs being read, inputs to retry alone, settled inputs.

    Args:
        pool: entered already.
        feed: the inputs.
        journal: begun already; committed during the run.
    """

    def __init__(self, pool: WorkerPool, feed: Feed, journal: Journal) -> None:
        self._pool = pool
        self._feed = feed
        self._journal = journal
        self._to_reread: deque[Input] = deque()  # changed while they were read
        self._postponed: deque[Input] = deque()
        self._failed_once: deque[Input] = deque()
        self._retrying: Input | None = None
        self._numbers: dict[bytes, int] = {}  # of the unsettled
        self._changed: dict[bytes, Input] = {}  # while they were read
        self._digests: dict[bytes, str] = {}  # of those being read
        self._contents: dict[str, _Content] = {}  # being read
        self._settled: deque[Settled] = deque()
        self._count = 0

    @property
    def unread_count(self) -> int:
        """The number of listed inputs that are not settled."""
        return len(self._numbers) + len(self._to_reread) + self._feed.waiting_count

    def read(self, should_stop: Callable[[], bool] = lambda: False) -> Iterator[Settled | None]:
        """Read all inputs, yielding each as it is settled, in no particular order.

        If a worker dies or is killed while reading a file, the file is read once more with
        nothing else running, in case memory or time was short; if that fails too, it gets an
        error record.

        Args:
            should_stop: called several times a second; the run ends when it returns true.

        Yields:
            ``None`` when no input is settled at the moment, so that the caller can act.

        Raises:
            PipelineError: a worker cannot be replaced, or finding inputs failed.
            sqlite3.Error: the journal's disk fails.
        """
        while not self._is_done and not should_stop():
            self._hand_out()
            self._collect(0 if self._settled else _POLL_SECONDS)
            while self._settled:
                yield self._settled.popleft()
            self._journal.commit_when_due()
            yield None
        self._journal.commit()

    @property
    def _is_done(self) -> bool:
        return self._feed.is_exhausted and not self._numbers and not self._to_reread

    def _hand_out(self) -> None:
        """Keep the workers busy; an input that failed once is retried while nothing else runs."""
        if self._retrying is not None:
            return
        if self._failed_once:
            if not self._pool.busy_count and self._pool.idle_count:
                self._retrying = self._failed_once.popleft()
                self._pool.hand_out(self._retrying)
            return
        while self._postponed and self._pool.idle_count:
            self._pool.hand_out(self._postponed.popleft())
        for _ in range(_TAKEN_PER_POLL):
            if not self._pool.idle_count:
                return
            found = self._to_reread.popleft() if self._to_reread else self._feed.take()
            if found is None:
                return
            self._take(found)

    def _collect(self, seconds: float) -> None:
        """Receive messages from the workers, for at most this time."""
        for event in self._pool.wait(seconds):
            if isinstance(event, Asked):
                go_on = self._should_read(event.task, event.content)
                self._pool.answer(event.task, go_on)
            elif isinstance(event, Read):
                self._keep(event.task, event.done)
            elif event.task is self._retrying:
                self._keep(event.task, self._failed_twice(event))
            else:
                self._failed_once.append(event.task)

    def _take(self, found: Input) -> None:
        is_new = self._journal.enter(found)
        if found.key in self._numbers:
            if found.changed:
                self._changed[found.key] = found
            return
        if not is_new and not found.changed:
            return
        self._numbers[found.key] = self._count
        self._count += 1
        known = self._journal.signature(found)
        if known is not None and known == signature_of(found.location):
            self._settle(found, was_read=False)
        else:
            self._pool.hand_out(found)

    def _should_read(self, task: Input, content: Hashed) -> bool:
        """Whether this content is neither read nor being read; otherwise settles the task."""
        self._journal.note(task, content.digest, content.signature)
        if self._digests.get(task.key, content.digest) != content.digest:
            self._let_others_read(task)  # it changed between two attempts
        if self._journal.has(content.digest):
            self._settle(task, was_read=False)
            return False
        reading = self._contents.setdefault(content.digest, _Content(task))
        if reading.reader is not task:
            reading.others.append(task)
            if task is self._retrying:
                self._retrying = None
            return False
        self._digests[task.key] = content.digest
        return True

    def _keep(self, task: Input, done: Done) -> None:
        if self._digests.get(task.key, done.digest) != done.digest:
            self._let_others_read(task)  # it could be read at the first attempt only
        if done.digest is None:
            self._journal.note(task, unread(task), None)
        digest = done.digest or unread(task)
        self._journal.keep(digest, done.packed, done.failed)
        self._settle(task, was_read=True)
        reading = self._contents.pop(digest, None)
        for other in reading.others if reading else ():
            self._settle(other, was_read=False)

    def _let_others_read(self, task: Input) -> None:
        """A file's content differs from the one that other inputs wait for: read those
        separately."""
        reading = self._contents.pop(self._digests.pop(task.key))
        self._postponed.extend(reading.others)

    def _settle(self, task: Input, was_read: bool) -> None:
        if task is self._retrying:
            self._retrying = None
        self._digests.pop(task.key, None)
        self._settled.append(Settled(self._numbers.pop(task.key), task, was_read))
        if task.key in self._changed:
            self._to_reread.append(self._changed.pop(task.key))

    def _failed_twice(self, end: Died) -> Done:
        pool, task = self._pool, end.task
        reason = f"reading it failed twice: {end.cause}"
        digest = self._digests.get(task.key)
        record = error_record(task.name, digest, reason, pool.engine, pool.model)
        return Done(digest, pack([record]), failed=True)
