"""Score whole receipts: everything that its source annotates is right, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.evaluation.fields import Outcome
from pipeline.evaluation.scores import Score, Share

FIGURES = ("receipts.fields", "receipts.all")


def whole_counts(found: Sequence[Outcome], items: Mapping[str, Score]) -> dict[str, Share]:
    """Counts of one receipt: ``receipts.fields``, all fields right by value; ``receipts.all``, and
    all columns of all line items too, if the source annotates line items."""
    fields = all(outcome.right for outcome in found)
    counts = {"receipts.fields": Share(int(fields), 1)}
    if items:
        strict = items["items.strict"]
        right = fields and strict.correct == strict.predicted == strict.true
        counts["receipts.all"] = Share(int(right), 1)
    return counts
