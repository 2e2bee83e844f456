"""Fit the thresholds of assembly (`assembly.thresholds`) on annotated receipts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.as_read import amounts_as_read, items_beside
from pipeline.assembly.fields.header import header_field
from pipeline.assembly.items.line_items import line_items
from pipeline.assembly.retagging.retag import retagged
from pipeline.assembly.summary.judgement import packaged_weights
from pipeline.assembly.summary.options import Option
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.thresholds import Thresholds
from pipeline.data.annotated import AnnotatedPage
from pipeline.evaluation.cases import Reading
from pipeline.evaluation.fields import as_text, field_labels, same
from pipeline.evaluation.items import NAMING, annotated_columns, lenient, match_items, strict_in
from pipeline.evaluation.scores import Score, total
from pipeline.labels import LabelSet, Role, Table, ValueType
from pipeline.tagging.types import Tags

TRIED = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9, 1.0)
"""The values of each threshold, ascending."""

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TaggedReceipt:
    """A receipt whose true values are known.

    Attributes:
        summary: its amounts of the summary, as they are judged.
        weight: how often it counts.
    """

    tagged: TaggedPage
    truth: AnnotatedPage
    summary: Mapping[str, Option]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Curve:
    """What each value of one threshold gives, the others fixed.

    Attributes:
        counts: correct, predicted and true values, weighted: shape (``TRIED``, receipts, 3).
    """

    counts: Counts

    def best(self, current: float, receipts: Sequence[int] | None = None) -> int:
        """The place in ``TRIED`` of the value next to the current one with which F1 on these
        receipts, or on all, is at most one standard error below the highest: of values that the
        receipts do not tell apart, the one that changes least."""
        counts = self.counts if receipts is None else self.counts[:, list(receipts)]
        f1 = [_f1(one) for one in counts.sum(axis=1)]
        highest = int(np.argmax(f1))
        told = [_share(own, one) for own, one in zip(counts, f1, strict=True)]
        near = [
            place
            for place, own in enumerate(told)
            if f1[highest] - f1[place] <= float(np.sqrt(((told[highest] - own) ** 2).sum()))
        ]
        return min(near, key=lambda place: abs(TRIED[place] - current))

    def f1(self, place: int) -> float:
        return _f1(self.counts[place].sum(axis=0))

    def f1_of_others(self, current: float, folds: Sequence[int]) -> float:
        """F1 with each fold's receipts read by the value that is best on the other folds."""
        parts = []
        for fold in sorted(set(folds)):
            others = [n for n, its in enumerate(folds) if its != fold]
            own = [n for n, its in enumerate(folds) if its == fold]
            parts.append(self.counts[self.best(current, others)][own].sum(axis=0))
        return _f1(np.sum(parts, axis=0))


def tagged_receipt(
    reading: Reading, tags: Tags, label_set: LabelSet, weight: float = 1.0
) -> TaggedReceipt:
    """A receipt as the fit needs it."""
    tagged = retagged(TaggedPage.of(reading.page, tags, label_set))
    judgement = amounts_as_read(tagged, packaged_weights()).judgement
    return TaggedReceipt(tagged, reading.truth, judgement.chosen, weight)


def fit(
    receipts: Sequence[TaggedReceipt], folds: Sequence[int], start: Thresholds
) -> tuple[Thresholds, dict[str, Curve]]:
    """The thresholds, one after the other, and what each value of each gives.

    Args:
        folds: of each receipt; a threshold changes only if changing it by the other folds gives
            each fold more.
    """
    found, curves = start, dict[str, Curve]()
    for name, score in _SCORES.items():
        rows = [_counts(receipts, _at(found, name, value), score) for value in TRIED]
        curves[name] = Curve(np.array(rows))
        current = getattr(start, name)
        if curves[name].f1_of_others(current, folds) > curves[name].f1(nearest(current)):
            found = _at(found, name, TRIED[curves[name].best(current)])
    return found, curves


def nearest(value: float) -> int:
    """The place in ``TRIED`` next to a value."""
    return min(range(len(TRIED)), key=lambda place: abs(TRIED[place] - value))


def _at(thresholds: Thresholds, name: str, value: float) -> Thresholds:
    return thresholds.model_copy(update={name: value})


def _counts(
    receipts: Sequence[TaggedReceipt],
    thresholds: Thresholds,
    score: Callable[[TaggedReceipt], Score],
) -> Counts:
    rows = []
    for one in receipts:
        changed = replace(one, tagged=replace(one.tagged, thresholds=thresholds))
        found = score(changed)
        rows.append([one.weight * n for n in (found.correct, found.predicted, found.true)])
    return np.array(rows)


def item_score(receipt: TaggedReceipt) -> Score:
    """Of the line items, by the lenient and by the strict comparison together."""
    tagged, truth = receipt.tagged, receipt.truth
    columns = annotated_columns(truth, tagged.label_set)
    rows = truth.rows_of(Table.ITEMS)
    if NAMING[Table.ITEMS] not in columns or rows is None:
        return Score()
    items = items_beside(receipt.summary, line_items(tagged), tagged)
    return match_items(items, rows, lenient) + match_items(items, rows, strict_in(columns))


def text_score(receipt: TaggedReceipt) -> Score:
    """Of the names and addresses whose truth is known."""
    labels = [
        label
        for label in field_labels(receipt.truth, receipt.tagged.label_set)
        if label.role is Role.HEADER and label.type is ValueType.TEXT
    ]
    scores = []
    for label in labels:
        candidate = header_field(label, receipt.tagged)
        value = None if candidate is None else as_text(candidate.value)
        truth = receipt.truth.fields.get(label.name) or None
        right = same(value, truth, label.type)
        scores.append(Score(int(right), int(value is not None), int(truth is not None)))
    return total(scores)


_SCORES: Mapping[str, Callable[[TaggedReceipt], Score]] = {
    "description_line": item_score,
    "description_word": item_score,
    "text_line": text_score,
    "text_word": text_score,
    "name_line": text_score,
}


def _f1(counts: Counts) -> float:
    correct, predicted, true = (float(one) for one in counts)
    return 2 * correct / (predicted + true) if predicted + true else 0.0


def _share(counts: Counts, f1: float) -> Counts:
    """Each receipt's part in an F1, as the deviation from it: shape (receipts,)."""
    whole = counts[:, 1:].sum()
    told: Counts = (2 * counts[:, 0] - f1 * counts[:, 1:].sum(axis=1)) / max(whole, 1.0)
    return told
