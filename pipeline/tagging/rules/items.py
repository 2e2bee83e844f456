"""Rules for line items: the rows from the first price to the first amount with a key word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.tagging.rules.patterns import QUANTITY, TIMES, TIMES_PRICE
from pipeline.tagging.rules.rule_span import RuleSpan
from pipeline.text_lines import patterns
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.labelled_amounts import LabelledAmount
from pipeline.text_lines.lines import Line

STRENGTH = 0.6
_ENDS_ITEMS = frozenset({"subtotal", "total", "tax", "cash", "change"})


def item_lines(lines: Sequence[Line], labelled: Sequence[LabelledAmount]) -> range:
    """The numbers of the lines that contain items.

    They begin below the table's head, or without one at the first line that ends with
    a price; they end where a sum is announced.
    """
    labelled_lines = {amount.line_number for amount in labelled}
    prices = (
        number
        for number, line in enumerate(lines)
        if line.ends_with_amount()
        and number not in labelled_lines
        and not _is_about_the_visit(line)
    )
    start = next(prices, len(lines))
    heads = [number for number, line in enumerate(lines[:start]) if _is_table_head(line)]
    if heads and start < len(lines):
        start = heads[-1] + 1
    ends = (
        amount.line_number
        for amount in labelled
        if amount.label in _ENDS_ITEMS and amount.line_number > start
    )
    return range(start, min(ends, default=len(lines)))


def item_spans(
    lines: Sequence[Line], numbers: range, labelled: Sequence[LabelledAmount]
) -> Iterator[RuleSpan]:
    """Description, quantity, unit price and total of each row.

    The last amount is the row's total and one before it the unit price, or the only one is
    the unit price where the row says no more than "2 x 3.50"; the first small whole number
    is the quantity; the words before the amounts are the description.
    """
    labelled_lines = {amount.line_number for amount in labelled}
    for number in numbers:
        if number not in labelled_lines:
            yield from _row(lines[number])


def _row(line: Line) -> Iterator[RuleSpan]:
    counts = [
        place
        for place, word in enumerate(line.words)
        if QUANTITY.match(word) and place not in line.amounts
    ]
    if line.amounts and counts and TIMES_PRICE.search(line.text):
        yield RuleSpan("item_unit_price", line.money(line.amounts[-1]), STRENGTH)
        yield RuleSpan("item_quantity", [line.tokens[counts[0]]], STRENGTH)
        return
    if line.amounts:
        yield RuleSpan("item_total", line.money(line.amounts[-1]), STRENGTH)
        if len(line.amounts) > 1:
            yield RuleSpan("item_unit_price", line.money(line.amounts[-2]), STRENGTH)
        if counts:
            yield RuleSpan("item_quantity", [line.tokens[counts[0]]], STRENGTH)
    end = line.amounts[0] if line.amounts else len(line.words)
    named = [
        place
        for place in range(end)
        if _has_letters(line.words[place])
        and place not in counts
        and not TIMES.match(line.words[place])
        and not patterns.CURRENCY.match(line.words[place])
    ]
    if named:
        places = range(named[0], named[-1] + 1)
        yield RuleSpan("item_description", [line.tokens[place] for place in places], STRENGTH)


def _has_letters(word: str) -> bool:
    return any(character.isalpha() for character in word)


def _is_table_head(line: Line) -> bool:
    return not line.amounts and len(key_words().column.findall(line.text)) >= 2


def _is_about_the_visit(line: Line) -> bool:
    return bool(patterns.DATE.search(line.text) or patterns.PHONE_ALONE.search(line.text))
