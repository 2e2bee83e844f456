"""A candidate reads beside the served model: off unless the folder of models names one.

One process of the lowest priority reads a share of the files again when they are done, the newest
first. What it cannot keep up with it leaves out, and nothing that clients see depends on it: its
records are kept apart.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from pipeline.batch.inputs import Input
from pipeline.batch.packing import unpack_as
from pipeline.batch.worker import MakeExtractor, error_record
from pipeline.batch.worker_events import Died, Read
from pipeline.batch.workers import Limits, WorkerPool
from pipeline.errors import PipelineError
from pipeline.receipt import Receipt
from pipeline.receipt_words import ReceiptWithWords
from pipeline.registry.shadowed import SHADOW_FILE, ShadowModel, read_shadow
from pipeline.service.background import Background
from pipeline.service.blobs import Blobs
from pipeline.service.reading import named
from pipeline.service.store import shadow
from pipeline.service.store.database import Database
from pipeline.service.store.shadow import Unread

if TYPE_CHECKING:
    from pipeline.extractor import Extractor

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_POLL_SECONDS = 0.1
_PAUSE_AFTER_ERROR = 10.0
_LOWEST_PRIORITY = 19


class Observer(Protocol):
    """Is told what the candidate does; called in the shadow's thread."""

    def shadowed(self, failed: bool) -> None:
        """The candidate has read a file, or failed to."""


class Shadowing:
    """What the thread does.

    Args:
        folder: of models; its ``shadow.json`` names the candidate.
        maker_of: gives what makes the extractor of a model.
        serving: gives the model that is served, which needs no shadow.
    """

    def __init__(
        self,
        folder: Path,
        database: Database,
        blobs: Blobs,
        maker_of: Callable[[str], MakeExtractor],
        serving: Callable[[], str],
        limits: Limits,
        observer: Observer,
    ) -> None:
        self._folder = folder
        self._database = database
        self._blobs = blobs
        self._maker_of = maker_of
        self._serving = serving
        self._limits = limits
        self._observer = observer
        self._pool: WorkerPool | None = None
        self._wanted: ShadowModel | None = None
        self._stop = Event()

    @contextmanager
    def background(self) -> Iterator[None]:
        """Runs as long as the block does."""
        try:
            with Background("shadow", self._act, _PAUSE_AFTER_ERROR):
                yield
                self._stop.set()
        finally:
            self._end_pool()

    def _act(self) -> float:
        try:
            self._follow()
            return self._read_next()
        except PipelineError as error:
            logger.error("the shadow's model cannot be used: %s", error)
            self._end_pool()
            self._wanted = None
            return _PAUSE_AFTER_ERROR

    def _follow(self) -> None:
        """Start or end the candidate's process as the folder says."""
        wanted = read_shadow(self._folder)
        if wanted is not None and wanted.model == self._serving():
            wanted = None
        if wanted is not None and self._wanted is not None and wanted.model == self._wanted.model:
            self._wanted = wanted
            return
        self._end_pool()
        if wanted is not None:
            maker = partial(_of_lowest_priority, self._maker_of(wanted.model))
            self._pool = WorkerPool(maker, 1, self._limits, asks=False).__enter__()
            logger.info("in the shadow reads the model %s", wanted.model)
        self._wanted = wanted

    def _read_next(self) -> float:
        if self._pool is None or self._wanted is None:
            return _LOOK_SECONDS
        model, begun = self._wanted.model, (self._folder / SHADOW_FILE).stat().st_mtime
        with self._database.reading() as session:
            file = shadow.next_unread(session, model, self._wanted.share, begun)
        if file is None:
            return _LOOK_SECONDS
        started = monotonic()
        records = self._read(file, self._pool)
        if records is None:
            return 0
        failed = all(record.status == "error" for record in records)
        seconds = None if failed else monotonic() - started
        with self._database.writing() as session:
            shadow.keep(session, file.id, model, records, seconds)
        self._observer.shadowed(failed)
        return 0

    def _read(self, file: Unread, pool: WorkerPool) -> list[Receipt] | None:
        """The candidate's records; ``None`` if the service stops meanwhile."""
        task = Input(self._blobs.location(file.id))
        while not pool.idle_count:  # its process was replaced
            pool.wait(_POLL_SECONDS)
            if self._stop.is_set():
                return None
        pool.hand_out(task)
        while not self._stop.is_set():
            for event in pool.wait(_POLL_SECONDS):
                if isinstance(event, Read):
                    read = unpack_as(ReceiptWithWords, event.done.packed)
                    return [named(record.without_words(), file.name) for record in read]
                if isinstance(event, Died):
                    reason = f"reading it failed: {event.cause}"
                    model = self._wanted.model if self._wanted else pool.model
                    return [error_record(file.name, file.sha256, reason, pool.engine, model)]
        return None

    def _end_pool(self) -> None:
        if self._pool is not None:
            self._pool.__exit__(None, None, None)
            self._pool = None


def _of_lowest_priority(maker: MakeExtractor) -> Extractor:
    """Makes the extractor in a process that yields to all others."""
    with suppress(AttributeError, OSError):  # Windows has none, containers may forbid it
        os.nice(_LOWEST_PRIORITY)
    return maker()
