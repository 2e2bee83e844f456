"""Drift on the service's page and among its metrics."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "drift"))

from drawn_samples import records

from pipeline.batch.packing import pack
from pipeline.config import ExtractConfig
from pipeline.service import drift
from pipeline.service.drift import drift_metrics, drift_of
from pipeline.service.models import Models
from pipeline.service.pages.render import _templates
from pipeline.service.store.database import Database, new_id, now
from pipeline.service.store.reviewed import reviewed_in_database
from pipeline.service.store.tables import ChangeRow, FileRow, FileState, ReceiptRow
from pipeline.service.words import load_extractor_of_words

MODELS = Models(None, ExtractConfig(), load_extractor_of_words)


def fill(database: Database, tenant: str, read: list) -> None:
    """Put in records, of which every third was accepted, and every sixth with another total."""
    with database.writing() as session:
        for number, record in enumerate(read):
            file_id, receipt_id = new_id(), new_id()
            file = {"number": None, "id": file_id, "tenant": tenant, "sha256": new_id()}
            file |= {"name": "a.jpg", "media_type": "image/jpeg", "size": 1, "attempts": 1}
            file |= {"state": FileState.DONE, "created_at": now(), "deaths": 0}
            session.add(FileRow(**file))
            session.flush()
            is_changed = number % 6 == 0 and record.total is not None
            after = record
            if is_changed:
                total = record.total.model_copy(update={"value": record.total.value + 1})
                after = record.model_copy(update={"total": total})
                old = record.total.model_dump(mode="json")
                change = {"version": 2, "field": "total", "old": json.dumps(old)}
                change |= {"new": json.dumps(total.model_dump(mode="json")), "changed_by": "me"}
            row = {"id": receipt_id, "file_id": file_id, "place": 0, "tenant": tenant}
            row |= {"packed": pack([after]), "version": 1 + is_changed, "status": record.status}
            row |= {"accepted": number % 3 == 0, "created_at": now(), "updated_at": now()}
            flags = dict.fromkeys(("needs_review", "sums_fail", "audit_due", "flagged"), False)
            session.add(ReceiptRow(**row, **flags))
            session.flush()
            if is_changed:
                session.add(ChangeRow(receipt_id=receipt_id, changed_at=now(), **change))


@pytest.fixture
def filled(database: Database) -> Iterator[Database]:
    fill(database, "one", records(1, 90, country="PL"))
    yield database
    drift._kept.cache_clear()


def test_the_last_records_are_compared_with_the_reference_of_their_model(filled):
    report = drift_of(filled, MODELS, "one").report
    assert report.comparison.window == 90
    assert "country" in {one.feature for one in report.comparison.alarms}
    rows = {one.field: one for one in report.accuracies}
    assert rows["total"].found > rows["total"].checked > 20
    assert rows["total"].right == pytest.approx(0.5, abs=0.05)
    assert rows["date"].right == 1


def test_only_the_last_comparison_is_kept(filled, monkeypatch):
    first = drift_of(filled, MODELS, "one")
    assert drift_of(filled, MODELS, "one") is first
    monkeypatch.setattr(drift, "_STEP", 1)
    assert drift_of(filled, MODELS, "one") is not first
    assert len(drift._kept(filled, MODELS, "one")) == 1


def test_another_tenant_has_too_few(filled):
    found = drift_of(filled, MODELS, "other")
    assert found.report is None
    assert found.reason.startswith("0 receipts")


def test_the_page_shows_alarms_and_accuracy(filled):
    html = _templates().get_template("drift.html.j2").render(drift=drift_of(filled, MODELS, "one"))
    assert "country: " in html
    assert "Accuracy, estimated and checked" in html
    few = _templates().get_template("drift.html.j2").render(drift=drift_of(filled, MODELS, "other"))
    assert "0 receipts" in few


def test_metrics_have_the_indices_and_the_accuracies(filled):
    text = drift_metrics(filled, MODELS).decode()
    assert "receipts_drift_receipts 90.0" in text
    assert 'receipts_drift_psi{feature="country"}' in text
    assert 'receipts_checked_accuracy{field="date"} 1.0' in text
    assert float(text.split("receipts_drift_alarms ")[-1].split()[0]) > 0


def test_without_a_reference_the_page_says_so(filled, monkeypatch, tmp_path):
    monkeypatch.setattr("pipeline.tagging.load.model_folder", lambda _name: tmp_path)
    assert "reference.json" in drift_of(filled, MODELS, "one").reason
    assert drift_metrics(filled, MODELS) == b""


def test_reviews_are_read_from_the_database(filled):
    address = filled._readers.url.render_as_string(hide_password=False)
    pairs = list(reviewed_in_database(address))
    assert len(pairs) == 30
    assert 10 <= sum(before.total != after.total for before, after in pairs) <= 15
