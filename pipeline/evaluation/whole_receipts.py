"""Score whole receipts: everything that its source annotates is right, or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.evaluation.fields import Outcome
from pipeline.evaluation.scores import Score, Share

FIGURES = ("receipts.fields", "receipts.all")


def whole_counts(found: Sequence[Outcome], items: Mapping[str, Score]) -> dict[str, Share]:
    """Counts of one receipt: ``receipts.fields``, all fields right by value; ``receipts.all``, and
    all columns of line items, taxes and payments too, as far as the source annotates them."""
    fields = all(outcome.right for outcome in found)
    counts = {"receipts.fields": Share(int(fields), 1)}
    if items:
        strict = [score for name, score in items.items() if name.endswith(".strict")]
        right = fields and all(one.correct == one.predicted == one.true for one in strict)
        counts["receipts.all"] = Share(int(right), 1)
    return counts
