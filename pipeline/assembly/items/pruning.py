"""Drop rows that are not line items, such as lines among the sums."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from string import punctuation

from pipeline.assembly.items.line_items import line_items
from pipeline.assembly.summary.options import DISCOUNT, SUBTOTAL, TOTAL, Option
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, ZERO
from pipeline.labels import Table
from pipeline.receipt import LineItem
from pipeline.text_lines.key_words import find_key_words, key_words


def without_summary(
    items: Sequence[LineItem], summary: Mapping[str, Option], tagged: TaggedPage
) -> list[LineItem]:
    """The line items, built anew if some of their tokens are amounts of the summary: without these,
    and without other spans that are alone on a line of such amounts, which are key words."""
    taken = {t for option in summary.values() for c in option.candidates for t in c.span.tokens}
    columns = {label.name for label in tagged.label_set.of_table(Table.ITEMS) if not label.adds_to}
    if not any(taken & set(span.tokens) for span in tagged.spans if span.label in columns):
        return list(items)
    sums = {line for span in tagged.spans if taken & set(span.tokens) for line in span.lines}
    left = [span for span in tagged.spans if not taken & set(span.tokens)]
    alone = Counter(line for span in left for line in span.lines)
    kept = (s for s in left if not (set(s.lines) <= sums and alone[s.lines[0]] == 1))
    return line_items(replace(tagged, spans=tuple(kept)))


def prune(items: Sequence[LineItem], summary: Mapping[str, Option]) -> list[LineItem]:
    """The items without lines that only look like items.

    Dropped are the name of a shop's section alone, such as `MERCEARIA`; what is printed where a
    page ends, such as `continued` or the sum so far; a line that alone costs as much as all others,
    being their sum; lines below the first sum if the items above it make it up already; and
    descriptions without an amount below the first sum, or beside it if they name it.
    """
    goods = [item for item in items if not (_is_section(item) or _is_page_break(item))]
    kept = [item for item in goods if not _is_the_sum(item, goods, summary)]
    end = _first_sum(summary)
    complete = _make_up_a_sum([item for item in kept if _middle(item) < end], summary)
    return [item for item in kept if not _is_behind(item, end, complete)]


def _is_behind(item: LineItem, end: float, complete: bool) -> bool:
    """Whether the item stands below the first sum, which needs none such."""
    if complete or item.total is not None:
        return complete and _middle(item) > end
    top, bottom = _extent(item)
    if item.description is not None and top < end < bottom:
        return bool(find_key_words(item.description.value))
    return _middle(item) > end


def _is_section(item: LineItem) -> bool:
    return not item.model_fields_set - {"description"} and _is_called(item, key_words().section)


def _is_page_break(item: LineItem) -> bool:
    return _is_called(item, key_words().page_break)


def _is_called(item: LineItem, names: re.Pattern[str]) -> bool:
    if item.description is None:
        return False
    return names.fullmatch(item.description.value.strip(punctuation + " ")) is not None


def _first_sum(summary: Mapping[str, Option]) -> float:
    """The vertical position of the first of subtotal and total, in pixels."""
    chosen = [summary[label] for label in (SUBTOTAL, TOTAL) if label in summary]
    middles = [option.candidates[0].span.boxes[0].center[1] for option in chosen]
    return min(middles, default=float("inf"))


def _is_the_sum(item: LineItem, items: Sequence[LineItem], summary: Mapping[str, Option]) -> bool:
    if item.total is None or not item.total.value:
        return False
    totals = [other.total.value for other in items if other.total]
    others = sum(totals, ZERO) - item.total.value
    sums = {summary[label].amount for label in (SUBTOTAL, TOTAL) if label in summary}
    if len(totals) == 2 and item is next(other for other in items if other.total):
        return False  # of two alike the first is the item
    return item.total.value in sums and others >= item.total.value == max(totals)


def _make_up_a_sum(items: Sequence[LineItem], summary: Mapping[str, Option]) -> bool:
    items_total = sum((item.total.value for item in items if item.total), ZERO)
    off = summary[DISCOUNT].amount if DISCOUNT in summary else ZERO
    sums = [summary[label].amount for label in (SUBTOTAL, TOTAL) if label in summary]
    return bool(items_total) and any(
        abs(net - value) <= CENT for net in (items_total, items_total - off) for value in sums
    )


def _middle(item: LineItem) -> float:
    top, bottom = _extent(item)
    return (top + bottom) / 2


def _extent(item: LineItem) -> tuple[float, float]:
    """The top and bottom of the item's first line, in pixels."""
    field = item.total or item.description
    if field is None or not field.boxes:
        return 0.0, 0.0
    _, top, _, bottom = field.boxes[0]
    return top, bottom
