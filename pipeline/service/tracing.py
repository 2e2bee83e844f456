"""OpenTelemetry: a span for each request, and for each file one with its stages.

Off unless an address is set (``traces``); then the extra ``[otel]`` is needed. Spans hold ids,
routes and times, and nothing of what receipts, file names or clients' headers say. What
OpenTelemetry's own variables (``OTEL_SERVICE_NAME``, ``OTEL_EXPORTER_OTLP_HEADERS``,
``OTEL_TRACES_SAMPLER``) set, its packages read themselves.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.errors import ConfigError
from pipeline.install import how_to_install
from pipeline.public_names import installed_version
from pipeline.receipt import Receipt
from pipeline.service.access.context import METHODS, UNKNOWN
from pipeline.service.logs import TRACE
from pipeline.service.store.queue import Leased
from pipeline.service.store.tables import FileState

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

_HEADER = "traceparent"
_NANO = 1_000_000_000
_SERVICE = "receipts"


class Tracing(Protocol):
    """Where spans go."""

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application, whose requests are spans."""

    def file(
        self, leased: Leased, state: FileState, records: Sequence[Receipt], seconds: float | None
    ) -> None:
        """A file was read just now, in so many seconds, or was given up (``None``)."""


class NoTracing:
    """Spans go nowhere."""

    def around(self, app: ASGIApp) -> ASGIApp:
        return app

    def file(
        self, leased: Leased, state: FileState, records: Sequence[Receipt], seconds: float | None
    ) -> None:
        pass


class SpanTracing:
    """Spans go to OpenTelemetry.

    Args:
        provider: of tracers; what it exports to is its own affair.
    """

    def __init__(self, provider: TracerProvider) -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._tracer = provider.get_tracer("receipt_pipeline", installed_version())
        self._header = TraceContextTextMapPropagator()

    def around(self, app: ASGIApp) -> ASGIApp:
        async def traced(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            with self._request(scope) as span:

                async def noted(message: Message) -> None:
                    if message["type"] == "http.response.start":
                        _note_status(span, message["status"])
                    await send(message)

                await app(scope, receive, noted)

        return traced

    @contextmanager
    def _request(self, scope: Scope) -> Iterator[Span]:
        """The span of a request; a child of the client's, if the client sends one."""
        from opentelemetry.trace import SpanKind

        sent = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with self._tracer.start_as_current_span(
            "request",
            context=self._header.extract(sent),
            kind=SpanKind.SERVER,
            # The message of an exception may say what a receipt says.
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            carrier: dict[str, str] = {}
            self._header.inject(carrier)
            token = TRACE.set(carrier.get(_HEADER))
            try:
                yield span
            finally:
                TRACE.reset(token)
                method = scope["method"] if scope["method"] in METHODS else UNKNOWN
                route = getattr(scope.get("route"), "path", UNKNOWN)
                span.update_name(f"{method} {route}")
                span.set_attribute("http.request.method", method)
                span.set_attribute("http.route", route)

    def file(
        self, leased: Leased, state: FileState, records: Sequence[Receipt], seconds: float | None
    ) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context

        ended = time.time()
        begun = ended - (seconds or 0.0)
        carrier = {} if leased.trace is None else {_HEADER: leased.trace}
        span = self._tracer.start_span(
            "file",
            context=self._header.extract(carrier),
            kind=SpanKind.CONSUMER,
            start_time=_nano(begun - leased.waited),
            attributes={
                "receipts.file_id": leased.id,
                "receipts.state": state,
                "receipts.records": len(records),
            },
        )
        if state is FileState.FAILED:
            span.set_status(Status(StatusCode.ERROR))
        inside = set_span_in_context(span)

        def part(name: str, start: float, end: float) -> None:
            child = self._tracer.start_span(name, context=inside, start_time=_nano(start))
            child.end(_nano(end))

        part("queue", begun - leased.waited, begun)
        for name, start, end in _stages(records, begun):
            part(name, start, end)
        span.end(_nano(ended))


def tracing_to(address: str | None) -> Tracing:
    """Spans are sent to a collector (OTLP over HTTP) at this address, or nowhere (``None``).

    Raises:
        ConfigError: the packages are not installed.
    """
    if address is None:
        return NoTracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise ConfigError(f"traces need OpenTelemetry: {how_to_install('otel')}") from error
    name = os.environ.get("OTEL_SERVICE_NAME", _SERVICE)
    resource = Resource.create({SERVICE_NAME: name})
    provider = TracerProvider(resource=resource)  # sends what is left when the process ends
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    return SpanTracing(provider)


def _note_status(span: Span, status: int) -> None:
    from opentelemetry.trace import Status, StatusCode

    span.set_attribute("http.response.status_code", status)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


def _stages(records: Sequence[Receipt], begun: float) -> Iterator[tuple[str, float, float]]:
    """Each stage with its start and end: workers measure how long each took, so they are laid one
    after another."""
    start = begun
    for record in records:
        for stage, seconds in record.timings.items():
            yield stage, start, start + seconds
            start += seconds


def _nano(seconds: float) -> int:
    return int(seconds * _NANO)
