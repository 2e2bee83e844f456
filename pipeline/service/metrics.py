"""What the service measures, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psutil
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from pipeline.receipt import Receipt
from pipeline.service.models import ModelState
from pipeline.service.store.tables import FileState

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 8, 13, 30, 60, 300)


class Metrics:
    """Counters and histograms of one server.

    Args:
        depths: the number of files by state; asked at each scrape.
        models: what the workers do; asked at each scrape.
    """

    def __init__(
        self, depths: Callable[[], dict[str, int]], models: Callable[[], ModelState]
    ) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._files = Counter("receipts_files", "Finished files.", ["state"], registry=registry)
        self._records = Counter("receipts_records", "Records.", ["status"], registry=registry)
        self._pages = Counter("receipts_pages", "Pages with receipts.", registry=registry)
        self._deaths = Counter(
            "receipts_worker_deaths", "Workers that died or exceeded a limit.", registry=registry
        )
        self._shadow = Counter(
            "receipts_shadow_files",
            "Files that a candidate read in the shadow.",
            ["state"],
            registry=registry,
        )
        self._stages = Histogram(
            "receipts_stage_seconds",
            "Seconds by stage of one receipt.",
            ["stage"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._reading = Histogram(
            "receipts_file_seconds", "Seconds to read a file.", buckets=_SECONDS, registry=registry
        )
        self._waiting = Histogram(
            "receipts_queue_seconds",
            "Seconds that a file waited in the queue.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._requests = Histogram(
            "receipts_request_seconds",
            "Seconds to answer a request.",
            ["method", "route", "status"],
            buckets=_SECONDS,
            registry=registry,
        )
        registry.register(_Gauges(depths, models))

    def finished(self, state: FileState, records: list[Receipt]) -> None:
        """Count a finished file."""
        self._files.labels(state).inc()
        for record in records:
            self._records.labels(record.status).inc()
            self._pages.inc(len(record.page_numbers))
            for stage, seconds in record.timings.items():
                self._stages.labels(stage).observe(seconds)

    def shadowed(self, failed: bool) -> None:
        """Count a file that the candidate has read in the shadow."""
        self._shadow.labels(FileState.FAILED if failed else FileState.DONE).inc()

    def died(self) -> None:
        """Count a worker that died or exceeded a limit."""
        self._deaths.inc()

    def took(self, waited: float, seconds: float) -> None:
        """How long a file waited in the queue, and how long reading it took."""
        self._waiting.observe(max(0.0, waited))
        self._reading.observe(seconds)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request; ``route`` is its template."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self._registry)


class _Gauges(Collector):
    """What is looked up at each scrape."""

    def __init__(
        self, depths: Callable[[], dict[str, int]], models: Callable[[], ModelState]
    ) -> None:
        self._depths = depths
        self._models = models

    def describe(self) -> Iterator[GaugeMetricFamily]:
        return iter(())  # else the database would be asked when this is registered

    def collect(self) -> Iterator[GaugeMetricFamily]:
        queue = GaugeMetricFamily("receipts_queue_files", "Files by state.", labels=["state"])
        depths = self._depths()
        for state in FileState:
            queue.add_metric([state], depths.get(state, 0))
        yield queue
        model = GaugeMetricFamily("receipts_model", "The model in use.", labels=["model"])
        now = self._models()
        model.add_metric([now.serving], 1)
        yield model
        yield GaugeMetricFamily(
            "receipts_model_refused",
            "Whether a model that is to be used cannot be used.",
            value=now.refused is not None,
        )
        memory = GaugeMetricFamily(
            "receipts_memory_bytes", "Resident memory by process.", labels=["process"]
        )
        for name, size in _memory():
            memory.add_metric([name], size)
        yield memory


def _memory() -> Iterator[tuple[str, int]]:
    """Resident bytes of this process and, together, of those that it started."""
    own = psutil.Process()
    yield "server", own.memory_info().rss
    total = 0
    for child in own.children(recursive=True):
        try:
            total += child.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    yield "workers", total
