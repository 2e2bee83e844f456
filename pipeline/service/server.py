"""Put the service together and run it until it is asked to stop."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.batch.worker import MakeExtractor
from pipeline.batch.workers import Limits, WorkerPool
from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError, PipelineError
from pipeline.service.access.caller import Callers
from pipeline.service.app import create_app
from pipeline.service.arrivals import Arrivals
from pipeline.service.blobs import blobs_at
from pipeline.service.metrics import Metrics
from pipeline.service.opening import open_database
from pipeline.service.reading import Pace, Reading
from pipeline.service.retention import Retention
from pipeline.service.service import Noted, Service
from pipeline.service.settings import ServiceSettings
from pipeline.service.store.database import Database
from pipeline.service.store.queue import depths, end_all_leases
from pipeline.service.webhooks import Deliveries
from pipeline.service.words import load_extractor_of_words

logger = logging.getLogger(__name__)

_CONNECTIONS = 1000
_KEEP_ALIVE_SECONDS = 15
_LOCK = "server.lock"


def serve(
    settings: ServiceSettings,
    extraction: ExtractConfig,
    make_extractor: MakeExtractor | None = None,
) -> None:
    """Run the service; returns when it was asked to stop, by Ctrl-C or SIGTERM.

    Args:
        make_extractor: makes the extractor in each worker; by default from ``extraction``.

    Raises:
        ConfigError: the settings cannot be used.
        PipelineError: engine or model cannot be loaded, or workers cannot be started any more.
    """
    with ExitStack() as stack:
        database = open_database(settings)
        stack.callback(database.close)
        if not database.is_shared:
            stack.enter_context(_only_server(settings.data))
            with database.writing() as session:
                end_all_leases(session)
        callers = Callers(database, settings)
        callers.check_usable()
        blobs = blobs_at(settings.files_place)
        metrics = Metrics(partial(_depths, database))
        arrivals = Arrivals()
        server = _Server(settings, arrivals)
        workers = extraction.worker_count()
        make_pool = partial(
            WorkerPool,
            make_extractor or partial(load_extractor_of_words, extraction),
            workers,
            Limits.of(extraction, workers),
            settings.files_per_worker,
        )
        pace = Pace(settings.lease, settings.stop_seconds)
        noted = Noted(metrics, arrivals)
        reading = Reading(database, blobs, make_pool, noted, pace, server.end)
        reading.start()
        stack.callback(reading.stop)
        for thread in (
            Deliveries(database, settings),
            Retention(database, blobs, settings.keep_days),
        ):
            thread.start()
            stack.callback(thread.stop)
        service = Service(settings, extraction.limits, database, blobs, metrics, arrivals, reading)
        server.serve_app(create_app(service, callers))
        if reading.error is not None:
            raise PipelineError(f"reading has ended: {reading.error}") from reading.error


class _Server(uvicorn.Server):
    """The HTTP server; stopping ends the waiting of requests first, so that it is quick."""

    def __init__(self, settings: ServiceSettings, arrivals: Arrivals) -> None:
        super().__init__(
            uvicorn.Config(
                app=self._answer,
                interface="asgi3",
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=_CONNECTIONS,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=max(1, int(settings.stop_seconds)),
            )
        )
        self._arrivals = arrivals

    def serve_app(self, app: ASGIApp) -> None:
        """Serve until a signal or ``end`` stops it."""
        self._app = app
        with _quiet_signals():
            self.run()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._arrivals.close()
        super().handle_exit(sig, frame)

    def end(self) -> None:
        """Stop, because reading cannot go on; may be called in any thread."""
        self.should_exit = True
        self._arrivals.close()


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """uvicorn repeats the signal that stopped it after it has stopped: nothing is left to do."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, lambda _number, _frame: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _only_server(folder: Path) -> Iterator[None]:
    """Nobody else serves from this folder; the lock ends with the process, however it ends."""
    import fcntl

    descriptor = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigError(
                f"{folder}: another server uses it (several need PostgreSQL: --database)"
            ) from error
        yield
    finally:
        os.close(descriptor)


def _depths(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return depths(session)
