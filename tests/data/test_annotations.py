"""The receipts annotated by eye are complete and well-formed."""

from __future__ import annotations

from pathlib import Path

from pipeline.data.formats import read
from pipeline.data.validate import problems_of
from pipeline.labels import load_label_set


def test_they_are_read_without_problems_and_hold_no_pictures(project: Path) -> None:
    labels = load_label_set(project / "configs" / "labels" / "receipts.yaml")
    receipts = list(read("jsonl", project / "data/annotations/wildreceipt-unlabelled.jsonl"))
    assert len(receipts) >= 150
    assert len({one.id for one in receipts}) == len(receipts)
    for one in receipts:
        assert one.image is None
        assert one.annotated == set(labels.names)
        assert any(tag != "O" for tag in one.tags)
        assert list(problems_of(one, frozenset(labels.names))) == []
