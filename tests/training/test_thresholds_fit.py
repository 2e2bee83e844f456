"""Fitting the thresholds by which assembly goes beyond the tags."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from receipt_pages import LABELS, Word, page_of

from pipeline.assembly.thresholds import THRESHOLDS, Thresholds, packaged_thresholds
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.cases import from_boxes
from pipeline.training.thresholds_fit import (
    TRIED,
    Curve,
    TaggedReceipt,
    fit,
    item_score,
    tagged_receipt,
)

DESCRIPTION, TOTAL = "item_description", "item_total"


def receipt(number: int) -> TaggedReceipt:
    """An item whose word the tagger skipped at 0.35."""
    lines: list[list[Word]] = [
        [("MILK", DESCRIPTION), ("2.00", TOTAL)],
        [("BREAD", ""), ("3.00", TOTAL)],
    ]
    page, tags = page_of(lines)
    scores = {DESCRIPTION: np.array([0.95, 0, 0.35, 0], np.float32)}
    truth = AnnotatedPage(
        id=str(number),
        source="test",
        page=page,
        tags=("B-item_description", "B-item_total") * 2,
        annotated=frozenset({DESCRIPTION, TOTAL}),
        items=(
            {"description": "MILK", "total": "2.00"},
            {"description": "BREAD", "total": "3.00"},
        ),
    )
    (reading,) = from_boxes([truth])
    return tagged_receipt(reading, replace(tags, scores=scores), LABELS)


def test_a_fit_changes_what_the_receipts_tell() -> None:
    start = packaged_thresholds().model_copy(update={"description_line": 1.0})
    found, curves = fit([receipt(number) for number in range(4)], [0, 0, 1, 1], start)
    assert found.description_line == 0.3, "the highest that lets the word in"
    assert curves["description_line"].f1(TRIED.index(0.3)) == 1
    others = {"description_line"}
    assert found.model_dump(exclude=others) == start.model_dump(exclude=others)
    right = receipt(9)
    assert item_score(right).f1 < 1 or packaged_thresholds().description_line <= 0.35
    assert item_score(replace(right, tagged=replace(right.tagged, thresholds=found))).f1 == 1


def test_what_may_be_chance_changes_nothing() -> None:
    counts = np.ones((len(TRIED), 9, 3))
    counts[:8, :2, 0] = 0  # two receipts of nine speak for the higher values
    counts[8:, 2, 0] = 0  # and one for the lower ones
    curve = Curve(counts)
    assert curve.f1(2) < curve.f1(10)
    assert curve.best(TRIED[2]) == 2


def test_a_value_is_judged_by_receipts_that_did_not_choose_it() -> None:
    counts = np.zeros((len(TRIED), 2, 3))
    counts[:, :, 1:] = 1
    counts[:4, 0, 0] = counts[-4:, 1, 0] = 1  # the two receipts contradict each other
    curve = Curve(counts)
    assert max(curve.f1(place) for place in range(len(TRIED))) == 0.5
    assert curve.f1_of_others(0.3, [0, 1]) == 0


def test_the_packaged_thresholds_say_how_they_were_made() -> None:
    raw = json.loads(THRESHOLDS.read_text())
    assert raw["command"].startswith("fit_assembly")
    assert all(0 <= value <= 1 for value in raw["thresholds"].values())


def test_unknown_thresholds_are_refused() -> None:
    with pytest.raises(ValueError, match="horoscope"):
        Thresholds.model_validate({**packaged_thresholds().model_dump(), "horoscope": 0.5})
