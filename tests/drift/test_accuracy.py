"""Estimated accuracy beside what reviewers found, from both of the places where they leave it."""

from __future__ import annotations

import json
import random
from decimal import Decimal

import pytest
from drawn_samples import record, records

from pipeline.drift.accuracy import accuracies, reviewed_in_file
from pipeline.drift.sample import sample_of
from pipeline.errors import DataError


def corrected(one, **values):
    """The record after a person put in these values."""
    fields = {
        name: getattr(one, name).model_copy(update={"value": value})
        for name, value in values.items()
    }
    return one.model_copy(update=fields)


def row_of(name, read, pairs, alpha=0.01):
    sample = sample_of(read)
    (row,) = [one for one in accuracies(sample, sample, pairs, alpha) if one.field == name]
    return row


def test_without_reviews_the_estimate_is_the_mean_confidence():
    read = records(1, 40)
    row = row_of("date", read, [])
    assert row.estimated == pytest.approx(sum(one.date.confidence for one in read) / 40)
    assert row.reference == pytest.approx(row.estimated)
    assert (row.checked, row.right, row.is_alarm) == (0, None, False)


def test_confidence_that_is_true_is_no_alarm():
    read = records(1, 100, doubt=0.1)
    pairs = [
        (one, corrected(one, total=Decimal(7)) if number % 10 == 0 and one.total else one)
        for number, one in enumerate(read)
    ]
    row = row_of("total", read, pairs)
    assert row.right == pytest.approx(0.9, abs=0.02)
    assert row.low < row.right < row.high
    assert not row.is_alarm


def test_confidence_that_promises_too_much_is_an_alarm():
    read = records(1, 60)
    pairs = [
        (one, corrected(one, total=Decimal(7)) if number % 3 == 0 and one.total else one)
        for number, one in enumerate(read)
    ]
    assert row_of("total", read, pairs).is_alarm
    assert not row_of("date", read, pairs).is_alarm


def test_a_value_that_was_filled_in_was_missed():
    rng = random.Random(1)
    with_total, without = record(rng, 1, lost=0), record(rng, 1, lost=1)
    filled = without.model_copy(update={"total": with_total.total})
    row = row_of("total", [with_total, without], [(with_total, with_total), (without, filled)])
    assert (row.checked, row.missed) == (1, 1)


def write_reviews(path, accepted):
    lines = [
        json.dumps({"id": f"{n}", "record": one.model_dump(mode="json"), "words": []})
        for n, one in enumerate(accepted)
    ]
    path.write_text("\n".join(lines))


def test_reviews_are_matched_by_file_and_page(tmp_path):
    read = records(1, 5)
    renamed = [
        one.model_copy(update={"source": one.source.model_copy(update={"path": "upload"})})
        for one in read[:3]
    ]
    write_reviews(tmp_path / "reviews.jsonl", renamed)
    pairs = list(reviewed_in_file(tmp_path / "reviews.jsonl", read))
    assert [one.source.path for one, _ in pairs] == [one.source.path for one in read[:3]]
    assert {other.source.path for _, other in pairs} == {"upload"}


def test_a_broken_review_is_named(tmp_path):
    (tmp_path / "reviews.jsonl").write_text('{"id": "a"}')
    with pytest.raises(DataError, match=r"reviews\.jsonl, line 1"):
        list(reviewed_in_file(tmp_path / "reviews.jsonl", []))
