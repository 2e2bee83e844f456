"""Reads the queued files in the worker processes of ``pipeline.batch``.

A thread leases files from the database, hands them to the workers, and keeps what they read. A
file whose worker dies is put back. The work of a file that was cancelled, deleted or lost to
another server is ended by killing its worker.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from time import monotonic
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from pipeline.batch import worker_events
from pipeline.batch.inputs import Input
from pipeline.batch.packing import unpack_as
from pipeline.batch.worker import Done, error_record
from pipeline.batch.worker_events import Died, Read
from pipeline.batch.workers import WorkerPool
from pipeline.receipt import Receipt
from pipeline.receipt_words import ReceiptWithWords
from pipeline.service.blobs import Blobs
from pipeline.service.store import queue
from pipeline.service.store.database import Database, new_id
from pipeline.service.store.queue import Leased
from pipeline.service.store.tables import FileState
from pipeline.service.store.webhooks import FILE_FINISHED, tell_webhooks

logger = logging.getLogger(__name__)

# What is accepted waits no longer for an idle worker.
_POLL_SECONDS = 0.02
# How soon this server notices files that another server accepted, and what was cancelled there.
_LOOK_SECONDS = 0.5
_PAUSE_AFTER_ERROR = 1.0
_RENEWALS_PER_LEASE = 3


class Observer(Protocol):
    """Is told what becomes of files; called in the reading thread."""

    def finished(
        self, leased: Leased, state: FileState, records: list[Receipt], seconds: float | None
    ) -> None:
        """The file's records are in the database; ``seconds`` is how long reading it took, ``None``
        if it was given up."""

    def died(self, cause: str) -> None:
        """A worker died or exceeded a limit."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How leases are held.

    Attributes:
        lease_seconds: another server takes a file over when its server is silent for so long.
        stop_seconds: how long stopping waits for what is being read.
    """

    lease_seconds: float = 30.0
    stop_seconds: float = 20.0


@dataclass(slots=True)
class _Task:
    leased: Leased
    started: float


class Reading:
    """The reading thread.

    Args:
        enter_pool: gives the pool as long as a block runs, in the thread.
        failed: called if the thread ends because of an error: no worker can be started.
        look: called again and again in the thread; may switch the pool to another model.
    """

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        enter_pool: Callable[[], AbstractContextManager[WorkerPool]],
        observer: Observer,
        pace: Pace,
        failed: Callable[[], None],
        look: Callable[[WorkerPool], None] = lambda _pool: None,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._enter_pool = enter_pool
        self._observer = observer
        self._pace = pace
        self._failed = failed
        self._look = look
        self._owner = new_id()
        self._tasks: dict[Input, _Task] = {}
        self._poked = Event()
        self._stop = Event()
        self._ready = Event()
        self._error: Exception | None = None
        self._next_look = self._next_renewal = 0.0
        self._thread = Thread(target=self._run, name="reading", daemon=True)

    def start(self) -> None:
        """Start the workers, and wait until one has loaded its models.

        Raises:
            PipelineError: they cannot be loaded.
        """
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            raise self._error

    @property
    def is_running(self) -> bool:
        """Whether files are being read; false once it is stopping or has failed."""
        return self._ready.is_set() and self._thread.is_alive() and not self._stop.is_set()

    @property
    def error(self) -> Exception | None:
        """The error that ended the thread."""
        return self._error

    def poke(self) -> None:
        """Something in the queue has changed: look now."""
        self._poked.set()

    def stop(self) -> None:
        """Take nothing new, finish what is being read or give it back, and end the workers."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            with self._enter_pool() as pool:
                self._ready.set()
                while not self._stop.is_set():
                    self._look(pool)
                    self._step(pool, take=True)
                deadline = monotonic() + self._pace.stop_seconds
                while self._tasks and monotonic() < deadline:
                    self._step(pool, take=False)
                self._with_database(self._give_back)
        except Exception as error:
            logger.exception("reading has ended")
            self._error = error
            if self._ready.is_set():
                self._failed()
        finally:
            self._ready.set()

    def _step(self, pool: WorkerPool, take: bool) -> None:
        events = pool.wait(_POLL_SECONDS)
        if take:  # first: workers need not wait until what they have read is kept
            self._with_database(partial(self._hand_out, pool))
        for event in events:
            self._with_database(partial(self._handle, event, pool))
        self._with_database(partial(self._hold_leases, pool))

    def _with_database(self, act: Callable[[], None]) -> None:
        """Act; what is lost because the database fails is read again when its lease ends."""
        try:
            act()
        except SQLAlchemyError as error:
            logger.error("the database fails: %s", type(error).__name__)
            self._stop.wait(_PAUSE_AFTER_ERROR)

    def _hand_out(self, pool: WorkerPool) -> None:
        if not self._poked.is_set() and monotonic() < self._next_look:
            return
        self._poked.clear()
        while pool.idle_count:
            with self._database.writing(durably=False) as session:
                leased = queue.lease(session, self._owner, self._pace.lease_seconds)
            if leased is None:
                self._next_look = monotonic() + _LOOK_SECONDS
                return
            if leased.is_exhausted:
                self._give_up(leased, f"begun {queue.MOST_ATTEMPTS} times without a result", pool)
                continue
            task = Input(self._blobs.location(leased.id))
            self._tasks[task] = _Task(leased, monotonic())
            pool.hand_out(task)
        self._poked.set()  # there may be more when a worker is idle

    def _handle(self, event: worker_events.Event, pool: WorkerPool) -> None:
        if isinstance(event, Read):
            self._keep(self._tasks.pop(event.task), event.done, pool)
        elif isinstance(event, Died):
            self._put_back(self._tasks.pop(event.task).leased, event.cause, pool)

    def _keep(self, task: _Task, done: Done, pool: WorkerPool) -> None:
        leased = task.leased
        if done.digest != leased.sha256:
            stored = "could not be fetched" if done.digest is None else "has other bytes"
            self._put_back(leased, f"the stored file {stored}", pool)
            return
        seconds = monotonic() - task.started
        read = unpack_as(ReceiptWithWords, done.packed)
        records = [named(record, leased.name) for record in read]
        self._finish(leased, records, FileState.DONE, seconds)

    def _put_back(self, leased: Leased, cause: str, pool: WorkerPool) -> None:
        self._observer.died(cause)
        logger.warning("file %s: %s", leased.id, cause)
        with self._database.writing() as session:
            deaths = queue.note_death(session, self._owner, leased.id)
        if deaths is not None and deaths >= queue.MOST_DEATHS:
            self._give_up(leased, f"failed {deaths} times: {cause}", pool)
        self._poked.set()

    def _give_up(self, leased: Leased, why: str, pool: WorkerPool) -> None:
        reason = f"reading it {why}"
        record = error_record(leased.name, leased.sha256, reason, pool.engine, pool.model)
        self._finish(leased, [record], FileState.FAILED, None)

    def _finish(
        self, leased: Leased, records: list[Receipt], state: FileState, seconds: float | None
    ) -> None:
        with self._database.writing() as session:
            ids = queue.finish(session, self._owner, leased.id, records, seconds, state)
            if ids is not None:
                body = {"file_id": leased.id, "state": state, "receipt_ids": ids}
                tell_webhooks(session, leased.tenant, FILE_FINISHED, body)
        if ids is not None:
            self._observer.finished(leased, state, records, seconds)

    def _hold_leases(self, pool: WorkerPool) -> None:
        """Renew the leases, and drop the work of files that are no longer this server's."""
        if not self._tasks or monotonic() < self._next_renewal:
            return
        held = {task.leased.id for task in self._tasks.values()}
        with self._database.writing(durably=False) as session:
            kept = queue.renew(session, self._owner, held, self._pace.lease_seconds)
        for given, task in list(self._tasks.items()):
            if task.leased.id not in kept:
                del self._tasks[given]
                pool.drop(given)
                logger.info("file %s: cancelled", task.leased.id)
        pause = min(self._pace.lease_seconds / _RENEWALS_PER_LEASE, _LOOK_SECONDS)
        self._next_renewal = monotonic() + pause

    def _give_back(self) -> None:
        if self._tasks:
            ids = [task.leased.id for task in self._tasks.values()]
            with self._database.writing() as session:
                queue.give_back(session, self._owner, ids)
            logger.info("given back: %d files", len(ids))


def named(record: Receipt, name: str) -> Receipt:
    """The record with the client's file name instead of where the bytes are stored."""
    return record.model_copy(update={"source": record.source.model_copy(update={"path": name})})
