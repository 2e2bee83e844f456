"""Put the service together: database, workers, background threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.batch.workers import Limits, WorkerPool
from pipeline.config import ExtractConfig
from pipeline.errors import ConfigError
from pipeline.service.access.caller import Callers
from pipeline.service.arrivals import Arrivals
from pipeline.service.blobs import Blobs, blobs_at
from pipeline.service.metrics import Metrics
from pipeline.service.models import LoadExtractor, Models
from pipeline.service.opening import open_database
from pipeline.service.reading import Pace, Reading
from pipeline.service.retention import deleting
from pipeline.service.service import Noted, Service
from pipeline.service.settings import ServiceSettings
from pipeline.service.shadow import Shadowing
from pipeline.service.store.database import Database
from pipeline.service.store.queue import depths, end_all_leases
from pipeline.service.tracing import Tracing, tracing_to
from pipeline.service.webhooks import Deliveries
from pipeline.service.words import load_extractor_of_words

if TYPE_CHECKING:
    from pipeline.service.audit.auditing import Auditing

_LOCK = "server.lock"
_AUDIT = "audit"


@contextmanager
def running_service(
    settings: ServiceSettings,
    extraction: ExtractConfig,
    load: LoadExtractor = load_extractor_of_words,
    failed: Callable[[], None] = lambda: None,
    tracing: Tracing | None = None,
) -> Iterator[Service]:
    """The service as long as the block runs: files are read, webhooks delivered, old files deleted.

    Args:
        load: makes the extractor of each worker; must be picklable.
        tracing: where spans go; by default where the settings say.
        failed: called in another thread if files cannot be read any more.

    Raises:
        ConfigError: the settings cannot be used.
        PipelineError: engine or model cannot be loaded.
    """
    tracing = tracing or tracing_to(settings.traces)
    with ExitStack() as stack:
        database = open_database(settings)
        stack.callback(database.close)
        if not database.is_shared:
            stack.enter_context(_only_server(settings.data))
            with database.writing() as session:
                end_all_leases(session)
        Callers(database, settings).check_usable()
        blobs = blobs_at(settings.files_place)
        models = Models(settings.models, extraction, load)
        metrics = Metrics(partial(_depths, database), lambda: models.state)
        arrivals = Arrivals()
        workers = extraction.worker_count()
        pool_of = partial(
            WorkerPool,
            size=workers,
            limits=Limits.of(extraction, workers),
            files_per_worker=settings.files_per_worker,
            asks=False,  # the same bytes are entered once
        )
        pace = Pace(settings.lease, settings.stop_seconds)
        noted = Noted(metrics, arrivals, tracing)
        enter_pool = partial(models.workers, pool_of)
        reading = Reading(database, blobs, enter_pool, noted, pace, failed, models.look)
        reading.start()
        stack.callback(reading.stop)
        stack.enter_context(Deliveries(database, settings).background())
        stack.enter_context(deleting(database, blobs, settings.keep_days))
        if settings.models is not None:
            limits = Limits.of(extraction, workers + 1)
            shadowing = Shadowing(
                settings.models,
                database,
                blobs,
                models.maker_of,
                lambda: models.state.serving,
                limits,
                metrics,
            )
            stack.enter_context(shadowing.background())
        if settings.audits:
            stack.enter_context(_audit(settings, extraction, database, blobs).background())
        yield Service(
            settings=settings,
            limits=extraction.limits,
            database=database,
            blobs=blobs,
            metrics=metrics,
            arrivals=arrivals,
            reading=reading,
            models=models,
            tracing=tracing,
        )


def _audit(
    settings: ServiceSettings, extraction: ExtractConfig, database: Database, blobs: Blobs
) -> Auditing:
    # Most services do not audit: they need not load what compares pictures.
    from pipeline.audit.policy.load import load_policy
    from pipeline.service.audit.auditing import Auditing
    from pipeline.service.audit.looking import Looking

    policy = None if settings.policy is None else load_policy(settings.policy)
    looking = Looking(extraction.limits)
    return Auditing(settings.data / _AUDIT, database, blobs, looking, policy)


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
