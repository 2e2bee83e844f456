"""The tables of the benchmark of edited digits."""

from __future__ import annotations

from pipeline.evaluation.audit.edited_scans import UNTOUCHED
from pipeline.evaluation.audit.tampering_scores import Outcome, score_lines


def test_edits_and_scans_without_one_are_counted_apart():
    found = [
        Outcome("copied", "quality 85", True, True, True),
        Outcome("copied", "quality 75", False, False, False),
        Outcome("spliced", "quality 85", True, False, False),
        Outcome("", "quality 85", True, False, False),
        Outcome("", UNTOUCHED, False, False, False),
    ]
    lines = list(score_lines(found))
    assert any(line.startswith("| copied | 1 | 2 | 0.500") for line in lines)
    assert any(line.startswith("| all | 2 | 3 |") and line.endswith("0.50 |") for line in lines)
    assert any(line.startswith("| saved again, all | 1 | 1 |") for line in lines)
    assert any(line.startswith("| all edits | 1 | 3 |") for line in lines)
    assert any(line.startswith("| no edit | 0 | 2 |") for line in lines)
