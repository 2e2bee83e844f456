"""Whether what the service reads has changed: its last records against the model's reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.drift.accuracy import accuracies
from pipeline.drift.compare import Bounds, compare
from pipeline.drift.report import Report
from pipeline.drift.sample import Sample, read_reference, sample_of
from pipeline.errors import ConfigError
from pipeline.receipt import Receipt
from pipeline.service.models import Models
from pipeline.service.store.database import Database
from pipeline.service.store.receipts import record_of
from pipeline.service.store.review_numbers import firsts
from pipeline.service.store.reviewed import as_read, reviewed
from pipeline.service.store.tables import ReceiptRow

LATEST = 500
"""So many of the last records are compared."""
_STEP = 25  # records after which the comparison is made anew
_FEW = 50


@dataclass(frozen=True, slots=True)
class Drift:
    """The report, or the reason why there is none."""

    report: Report | None
    reason: str = ""


def drift_of(database: Database, models: Models, tenant: str | None = None) -> Drift:
    """The comparison of a tenant's last records; of all tenants' without one."""
    last = select(func.max(ReceiptRow.number))
    if tenant is not None:
        last = last.where(ReceiptRow.tenant == tenant)
    with database.reading() as session:
        number = session.scalar(last) or 0
        accepted = select(func.count()).select_from(ReceiptRow).where(ReceiptRow.accepted)
        checked = session.scalar(accepted) or 0
    kept, state = _kept(database, models, tenant), (number // _STEP, checked // _STEP)
    found = kept.get(state)
    if found is None:
        found = _compared(database, models, tenant)
        kept.clear()
        kept[state] = found
    return found


@lru_cache(maxsize=64)
def _kept(database: Database, models: Models, tenant: str | None) -> dict[tuple[int, int], Drift]:
    """A tenant's last comparison, by how much was read and checked; each takes half a megabyte."""
    return {}


def _compared(database: Database, models: Models, tenant: str | None) -> Drift:
    try:
        with database.reading() as session:
            window = sample_of(_latest(session, tenant))
            if len(window) < _FEW:
                return Drift(None, f"{len(window)} receipts; {_FEW} are compared at least.")
            reference = _reference(window, models)
            bounds = Bounds()
            checked = accuracies(window, reference, reviewed(session, tenant), bounds.alpha)
    except ConfigError as error:
        return Drift(None, str(error))
    comparison = compare(reference, window, bounds)
    return Drift(Report("service", dict(reference.about), bounds, comparison, checked))


def _latest(session: Session, tenant: str | None) -> Iterator[Receipt]:
    """The last records as they were read."""
    rows = select(ReceiptRow).order_by(ReceiptRow.number.desc()).limit(LATEST)
    if tenant is not None:
        rows = rows.where(ReceiptRow.tenant == tenant)
    for row in session.scalars(rows):
        if row.version == 1:
            yield record_of(row)
            continue
        for _, old in firsts(session, [row]):
            yield as_read(record_of(row), old)


def _reference(window: Sample, models: Models) -> Sample:
    """That of the model of the last record.

    Raises:
        ConfigError: it has none.
    """
    from pipeline.tagging.load import model_folder

    model = next((one for one in window.categories["model"] if one), "")
    return read_reference(model_folder(models.location(model)))


def drift_metrics(database: Database, models: Models) -> bytes:
    """The comparison over all tenants in Prometheus' text format; empty without one."""
    report = drift_of(database, models).report
    if report is None:
        return b""
    registry = CollectorRegistry()
    registry.register(_Gauges(report))
    return generate_latest(registry)


class _Gauges(Collector):
    def __init__(self, report: Report) -> None:
        self._report = report

    def collect(self) -> Iterator[GaugeMetricFamily]:
        report = self._report
        yield GaugeMetricFamily(
            "receipts_drift_receipts", "Last records compared.", value=report.comparison.window
        )
        yield GaugeMetricFamily(
            "receipts_drift_alarms", "Differences that are alarms.", value=len(report.alarms)
        )
        whole = [one for one in report.comparison.differences if not one.group]
        indices = GaugeMetricFamily(
            "receipts_drift_psi",
            "Population stability index above what chance gives, by feature.",
            labels=["feature"],
        )
        corrected = GaugeMetricFamily(
            "receipts_drift_p", "Corrected p-value, by feature.", labels=["feature"]
        )
        for one in whole:
            indices.add_metric([one.feature], max(0.0, one.psi - one.by_chance))
            corrected.add_metric([one.feature], one.corrected)
        yield from (indices, corrected)
        estimated = GaugeMetricFamily(
            "receipts_estimated_accuracy", "Mean calibrated confidence.", labels=["field"]
        )
        right = GaugeMetricFamily(
            "receipts_checked_accuracy", "Share that reviewers left.", labels=["field"]
        )
        for row in report.accuracies:
            if row.found:
                estimated.add_metric([row.field], row.estimated)
            if row.right is not None:
                right.add_metric([row.field], row.right)
        yield from (estimated, right)
