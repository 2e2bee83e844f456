"""A worker process: loads the models once, then reads one file after another.

Of each file it first tells the digest and asks whether to go on, if another file may have had the
same content.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import pickle
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from logging.handlers import QueueHandler
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.batch.content import fetch
from pipeline.batch.inputs import printable
from pipeline.batch.packing import pack
from pipeline.errors import ImageError, PipelineError
from pipeline.receipt import Receipt, Source

if TYPE_CHECKING:
    from pipeline.extractor import Extractor

logger = logging.getLogger(__name__)

MakeExtractor = Callable[[], "Extractor"]

# The main process kills a worker that takes too long; this much later it ends itself.
_GRACE_SECONDS = 30
_OOM_SCORE = "500"


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded; ``engine`` and ``model`` are the names used in records."""

    engine: str
    model: str


@dataclass(frozen=True, slots=True)
class Hashed:
    """The content of the file; the main process answers whether to read it."""

    digest: str
    signature: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """The records of a file, packed; ``failed`` says that one of them is an error.

    The digest is that of the content that was read, ``None`` if it could not be fetched.
    """

    digest: str | None
    packed: bytes
    failed: bool


def serve(connection: Connection, make_extractor: bytes, timeout: float, asks: bool) -> None:
    """The main loop of a worker, until the main process closes the pipe or ends.

    Args:
        connection: to the parent.
        make_extractor: a pickled ``MakeExtractor``; unpickling it imports what it needs.
        timeout: seconds that the main process allows per file.
        asks: whether to ask of each file if it is to be read.
    """
    _isolate()
    channel = _Channel(connection)
    logging.basicConfig(handlers=[_LogToParent(channel)], force=True)
    try:
        extractor = pickle.loads(make_extractor)()
    except PipelineError as error:
        channel.send(error)
        return
    except Exception as error:
        logger.exception("a worker could not load engine and model")
        channel.send(PipelineError(f"{type(error).__name__}: {error}"))
        return
    channel.send(Ready(extractor.engine.name, extractor.tagger.name))
    while (location := receive(connection)) is not None:
        with Path(os.devnull).open("w") as nowhere:
            # Runs in a C thread, which a hanging library cannot block.
            faulthandler.dump_traceback_later(timeout + _GRACE_SECONDS, exit=True, file=nowhere)
            _read(location, extractor, channel, asks)
            faulthandler.cancel_dump_traceback_later()


def receive(connection: Connection) -> Any:
    """The next message, ``None`` if the other side has ended."""
    try:
        return connection.recv()
    except (EOFError, OSError):
        return None


def error_record(name: str, digest: str | None, reason: str, engine: str, model: str) -> Receipt:
    """The record of a file that could not be read."""
    return Receipt(
        source=Source(path=name, page=1, sha256=digest),
        status="error",
        error=reason,
        engine=engine,
        model=model,
    )


def _read(location: str, extractor: Extractor, channel: _Channel, asks: bool) -> None:
    name = printable(location)
    digest = None
    try:
        content = fetch(location, extractor.limits.max_bytes)
        digest = content.digest
        if asks and digest is not None:
            channel.send(Hashed(digest, content.signature))
            if not channel.receive():
                return
        records = extractor.extract(content.source, name)
    except Exception as error:
        # The packages of remote file systems raise any kind of error.
        reason = _reason(error)
        if not isinstance(error, PipelineError):
            logger.exception("%s: reading it failed", name)
        engine, model = extractor.engine.name, extractor.tagger.name
        records = [error_record(name, digest, reason, engine, model)]
    channel.send_done(digest, records)


def _reason(error: Exception) -> str:
    if isinstance(error, ImageError):
        return error.reason
    kind = "" if isinstance(error, PipelineError) else f"{type(error).__name__}: "
    return f"reading it failed: {kind}{error}"


def _isolate() -> None:
    """Ignore signals meant for the main process, and end with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the main process handles Ctrl-C
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C does not reach programs started by an engine either
    score = Path("/proc/self/oom_score_adj")
    if score.exists():
        score.write_text(_OOM_SCORE)  # the OOM killer prefers workers to the main process
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_exit_with, args=(parent,), daemon=True).start()


def _exit_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


class _Channel:
    """The worker's end of the pipe, safe to log to from an engine's threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        with self._lock:
            self._connection.send(message)

    def send_done(self, digest: str | None, records: list[Receipt]) -> None:
        failed = any(record.status == "error" for record in records)
        self.send(Done(digest, pack(records), failed))

    def receive(self) -> bool:
        return bool(receive(self._connection))


class _LogToParent(QueueHandler):
    """Sends log records through the pipe; ``QueueHandler`` makes them picklable."""

    def __init__(self, channel: _Channel) -> None:
        super().__init__(channel)  # type: ignore[arg-type]
        self._channel = channel

    def enqueue(self, record: logging.LogRecord) -> None:
        self._channel.send(record)
