"""Spans of requests and files, with OpenTelemetry's exporter in memory."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from run_fakes import STAGES
from services import bearer, client_of, post, scripted, scripted_service

from pipeline.errors import ConfigError
from pipeline.service.store.keys import Role
from pipeline.service.tracing import NoTracing, SpanTracing, tracing_to

TRACE = "0af7651916cd43dd8448eb211c80319c"
PRIVATE = "private-name"


@pytest.fixture(scope="module")
def spans(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[ReadableSpan]]:
    """The spans of a client that posts a file, one that cannot be read, and a lost request."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    folder = tmp_path_factory.mktemp("traced")
    with (
        scripted_service(folder, SpanTracing(provider)) as service,
        client_of(service) as client,
    ):
        client.headers["Authorization"] = bearer(service, "all", Role.ADMIN)
        traced = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}
        content = scripted("staged", PRIVATE)
        assert post(client, content, headers=traced, params={"wait": 60}).status_code == 200
        assert post(client, scripted("segfault"), params={"wait": 60}).status_code == 200
        assert client.get(f"/{PRIVATE}").status_code == 404
    yield list(exporter.get_finished_spans())


def named(spans: list[ReadableSpan], name: str) -> list[ReadableSpan]:
    return [span for span in spans if span.name == name]


def test_a_request_is_a_span_of_the_trace_of_its_client(spans):
    first, second = named(spans, "POST /v1/receipts")
    assert f"{first.context.trace_id:032x}" == TRACE
    assert second.context.trace_id != first.context.trace_id
    assert first.attributes == {
        "http.request.method": "POST",
        "http.route": "/v1/receipts",
        "http.response.status_code": 200,
    }
    (lost,) = named(spans, "GET unknown")
    assert lost.attributes["http.response.status_code"] == 404


def test_a_file_is_a_span_with_its_stages_below_the_request_that_posted_it(spans):
    request = named(spans, "POST /v1/receipts")[0]
    good, bad = named(spans, "file")
    assert good.parent.span_id == request.context.span_id
    assert (good.attributes["receipts.state"], bad.attributes["receipts.state"]) == (
        "done",
        "failed",
    )
    assert (good.status.status_code, bad.status.status_code) == (StatusCode.UNSET, StatusCode.ERROR)
    parts = [span for span in spans if span.parent and span.parent.span_id == good.context.span_id]
    assert [span.name for span in parts] == ["queue", *STAGES]
    for span, seconds in zip(parts[1:], STAGES.values(), strict=True):
        assert (span.end_time - span.start_time) / 1e9 == pytest.approx(seconds, abs=1e-3)
    starts = [span.start_time for span in parts]
    assert [good.start_time, *[span.end_time for span in parts[:-1]]] == starts


def test_spans_hold_no_personal_data(spans):
    assert PRIVATE not in json.dumps([json.loads(span.to_json()) for span in spans])


def test_it_is_off_by_default_and_says_what_to_install(monkeypatch):
    assert isinstance(tracing_to(None), NoTracing)
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(ConfigError, match="otel"):
        tracing_to("http://localhost:4318/v1/traces")
