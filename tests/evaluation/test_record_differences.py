"""Two runs' records are compared by page and value."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from pipeline.evaluation.record_differences import confidence_gap, differences


def record(page: int = 1) -> dict[str, Any]:
    return {
        "source": {"path": "a.jpg", "page": page},
        "status": "ok",
        "total": {"value": "4.20", "confidence": 0.9, "boxes": [[0, 0, 9, 9]]},
        "items": [{"total": {"value": "4.20", "confidence": None, "boxes": []}}],
        "timings": {"ocr": 1.0},
    }


def test_equal_records_have_no_differences_in_any_order() -> None:
    assert differences([record(1), record(2)], [record(2), record(1)]) == []


def test_a_value_of_an_item_is_named_with_both_readings() -> None:
    changed = deepcopy(record())
    changed["items"][0]["total"]["value"] = "4.70"
    (found,) = differences([record()], [changed])
    assert str(found) == "a.jpg page 1: items[0].total.value: '4.20' -> '4.70'"


def test_boxes_times_and_confidences_are_no_values() -> None:
    changed = deepcopy(record())
    changed["total"] |= {"confidence": 0.7, "boxes": [[1, 1, 2, 2], [3, 3, 4, 4]]}
    changed["timings"]["ocr"] = 2.0
    assert differences([record()], [changed]) == []
    assert confidence_gap([record()], [changed]) == pytest.approx(0.2)


def test_a_field_that_only_one_side_has_differs() -> None:
    changed = deepcopy(record())
    changed["total"] = None
    names = {difference.name for difference in differences([record()], [changed])}
    assert names == {"total.value"}


def test_a_missing_page_is_one_difference() -> None:
    (found,) = differences([record(1), record(2)], [record(1)])
    assert (found.page, found.name, found.before, found.after) == (
        "a.jpg page 2", "status", "ok", None,
    )  # fmt: skip
