"""Line items and summary as they are read: before misread amounts are repaired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.assembly.items.line_items import items_total, line_items
from pipeline.assembly.items.pruning import prune, without_summary
from pipeline.assembly.record import summary_labels
from pipeline.assembly.summary.amount_candidates import AmountCandidate, find_amount_candidates
from pipeline.assembly.summary.assignments import Weights
from pipeline.assembly.summary.find_assignments import Amounts, find_assignments
from pipeline.assembly.summary.judgement import Judgement, judge
from pipeline.assembly.summary.only_amount import with_only_amount
from pipeline.assembly.summary.options import Option
from pipeline.assembly.summary.sum_features import RowSums
from pipeline.assembly.tables.taxes import taxes_total
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.receipt import LineItem


@dataclass(frozen=True, slots=True)
class AmountsAsRead:
    """What the amounts of a page are.

    Attributes:
        candidates: all of the page's.
    """

    items: Sequence[LineItem]
    judgement: Judgement
    candidates: Sequence[AmountCandidate]


def amounts_as_read(tagged: TaggedPage, weights: Weights) -> AmountsAsRead:
    """Line items and summary.

    Args:
        weights: of the judgement.
    """
    items = line_items(tagged)
    amounts = _amounts(items, tagged)
    tried = find_assignments(amounts, weights)
    judgement = judge(tried, weights)
    kept = items_beside(judgement.chosen, items, tagged)
    if sum(item.total is not None for item in kept) <= 1:
        judgement = with_only_amount(judgement, amounts.candidates, tried, weights)
    return AmountsAsRead(kept, judgement, amounts.candidates)


def items_beside(
    summary: Mapping[str, Option], items: Sequence[LineItem], tagged: TaggedPage
) -> list[LineItem]:
    """The line items without amounts of the summary, and without what only looks like an item."""
    return prune(without_summary(items, summary, tagged), summary)


def amounts_of(tagged: TaggedPage) -> Amounts:
    """What is known of the amounts of a page, of which the summary's are chosen."""
    return _amounts(line_items(tagged), tagged)


def _amounts(items: Sequence[LineItem], tagged: TaggedPage) -> Amounts:
    totals = [item.total.value for item in items if item.total]
    sums = RowSums(items_total(items), taxes_total(tagged), max(totals, default=None))
    labels = summary_labels(tagged.label_set)
    return Amounts.of(find_amount_candidates(tagged), labels, sums, tagged)
