"""Records that are errors or lack values are findings, and do not end the audit."""

from __future__ import annotations

from audited import audited, record, rules, sale


def test_an_error_is_reported_with_its_reason(tmp_path):
    broken = record("b.jpg", error="not an image")
    (finding,) = audited(tmp_path, [sale(), broken])
    assert finding.rule == "receipt-not-read"
    assert "not an image" in finding.reason
    assert finding.receipts[0].path == "b.jpg"


def test_missing_values_are_named(tmp_path):
    (finding,) = audited(tmp_path, [sale(date=None, total=None)])
    assert finding.rule == "value-missing"
    assert "No date and total" in finding.reason


def test_a_whole_receipt_is_left_alone(tmp_path):
    assert rules(audited(tmp_path, [sale()])) == []
