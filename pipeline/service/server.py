"""Run the service until it is asked to stop."""

from __future__ import annotations

import ctypes
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.config import ExtractConfig
from pipeline.errors import PipelineError
from pipeline.service.app import create_app
from pipeline.service.arrivals import Arrivals
from pipeline.service.models import LoadExtractor, Models
from pipeline.service.parts import running_service
from pipeline.service.settings import ServiceSettings
from pipeline.service.slow_clients import limited_protocol
from pipeline.service.words import load_extractor_of_words

_CONNECTIONS = 1000
_M_ARENA_MAX = -8  # in glibc's malloc.h
_ARENAS = 2
_KEEP_ALIVE_SECONDS = 15


def serve(
    settings: ServiceSettings,
    extraction: ExtractConfig,
    load: LoadExtractor = load_extractor_of_words,
) -> None:
    """Run the service; returns when it was asked to stop, by Ctrl-C or SIGTERM.

    Args:
        load: makes the extractor of each worker; must be picklable.

    Raises:
        ConfigError: the settings cannot be used.
        PipelineError: engine or model cannot be loaded, or workers cannot be started any more.
    """
    _share_heaps()
    server = _Server(settings)
    with running_service(settings, extraction, load, server.end) as service:
        with handling_signals(service.models):
            server.serve_app(create_app(service), service.arrivals)
        if service.reading.error is not None:
            error = service.reading.error
            raise PipelineError(f"reading has ended: {error}") from error


def _share_heaps() -> None:
    """glibc gives threads heaps of their own, which keep what was freed: with 40 threads the server
    grew by megabytes at each comparison for drift. Few of its threads run at once anyway."""
    with suppress(AttributeError, OSError):  # no glibc
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


class _Server(uvicorn.Server):
    """The HTTP server; stopping ends the waiting of requests first, so that it is quick."""

    def __init__(self, settings: ServiceSettings) -> None:
        super().__init__(
            uvicorn.Config(
                app=self._answer,
                interface="asgi3",
                http=limited_protocol(settings.header_seconds, settings.read_seconds),
                ws="none",
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
        self._arrivals: Arrivals | None = None

    def serve_app(self, app: ASGIApp, arrivals: Arrivals) -> None:
        """Serve until a signal or ``end`` stops it."""
        self._app = app
        self._arrivals = arrivals
        self.run()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._close()
        super().handle_exit(sig, frame)

    def end(self) -> None:
        """Stop, because reading cannot go on; may be called in any thread."""
        self.should_exit = True
        self._close()

    def _close(self) -> None:
        if self._arrivals is not None:
            self._arrivals.close()


def _nothing() -> None:
    pass


@contextmanager
def handling_signals(models: Models) -> Iterator[None]:
    """SIGHUP loads the model anew, where it may change.

    uvicorn repeats the signal that stopped it after it has stopped: nothing is left to do then.
    """
    acts = {signal.SIGINT: _nothing, signal.SIGTERM: _nothing}
    if models.folder is not None:
        acts[signal.SIGHUP] = models.reload
    before = {number: signal.getsignal(number) for number in acts}
    for number, act in acts.items():
        signal.signal(number, partial(_call, act))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _call(act: Callable[[], None], _number: int, _frame: FrameType | None) -> None:
    act()
