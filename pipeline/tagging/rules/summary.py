"""Rules for the summary: amounts with a key word such as subtotal, tax, total, cash, change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.tagging.rules.rule_span import RuleSpan
from pipeline.text_lines.labelled_amounts import LabelledAmount, digits_of
from pipeline.text_lines.lines import Line

_FALLBACK = 0.4


def summary_spans(lines: Sequence[Line], labelled: Sequence[LabelledAmount]) -> Iterator[RuleSpan]:
    """These amounts as spans; if none is a total, the likeliest amount is the total."""
    if all(amount.label != "total" for amount in labelled):
        yield from _unlabelled_total(lines, labelled)
    for amount in labelled:
        if amount.label is not None:
            money = lines[amount.line_number].money(amount.place)
            yield RuleSpan(amount.label, money, amount.strength)


def _unlabelled_total(
    lines: Sequence[Line], labelled: Sequence[LabelledAmount]
) -> Iterator[RuleSpan]:
    """The largest amount without a key word below the first one with a key word, else the cash
    paid."""
    taken = {(amount.line_number, amount.place) for amount in labelled}
    first = labelled[0].line_number if labelled else len(lines)
    free = [
        (digits_of(line.words[place]), number, place)
        for number, line in enumerate(lines)
        for place in line.amounts
        if number >= first and (number, place) not in taken
    ]
    paid = [amount for amount in labelled if amount.label == "cash"]
    if free and max(free)[0] > 0:
        _, number, place = max(free)
        yield RuleSpan("total", lines[number].money(place), _FALLBACK)
    elif paid:
        yield RuleSpan("total", lines[paid[-1].line_number].money(paid[-1].place), _FALLBACK)
