"""Find lines that print a tax beside its base: `TVA 5,5% HT 8,60 TVA 0,47`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations

from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, NumberFormat, parse_amount
from pipeline.assembly.values.percentages import only_rate
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line


def taxes_and_bases(tagged: TaggedPage) -> tuple[frozenset[int], frozenset[int]]:
    """The tokens of taxes, and of the amounts that they are taxes on.

    A line with one rate holds a tax where the rate makes it of another amount, beside it or
    above. The line must name a tax or be tagged as one: a discount has a rate too. What the
    tax is on stands beside it, or on a line that is named so.
    """
    taxes: set[int] = set()
    bases: set[int] = set()
    number_format = tagged.conventions.number_format
    of_above = lines_explained_by_a_rate(tagged.lines, number_format)
    for number, line in enumerate(tagged.lines):
        if key_words().tax_base.search(line.text):
            bases.update(line.tokens[place] for place in line.amounts)
        rate = only_rate(line.text)
        if rate is None or not _names_tax(line, tagged):
            continue
        beside = [
            (tax_token, base_token)
            for (tax_token, tax), (base_token, base) in permutations(
                amounts_of(line, number_format), 2
            )
            if 0 < tax < base and _is_tax_on(tax, base, rate)
        ]
        taxes.update(tax for tax, _ in beside)
        bases.update(base for _, base in beside)
        if not beside and number in of_above:
            taxes.add(line.tokens[line.amounts[-1]])
    return frozenset(taxes - bases), frozenset(bases)


def lines_explained_by_a_rate(lines: Sequence[Line], number_format: NumberFormat) -> frozenset[int]:
    """The places of lines whose rate makes their last amount of another one, beside it or above:
    taxes and discounts, but no items."""
    found: set[int] = set()
    above: list[Decimal] = []
    for number, line in enumerate(lines):
        amounts = [value for _, value in amounts_of(line, number_format)]
        rate = only_rate(line.text)
        if rate is not None and amounts:
            share, others = abs(amounts[-1]), [*above, *amounts[:-1]]
            if any(0 < share < other and _is_tax_on(share, other, rate) for other in others):
                found.add(number)
        above += amounts
    return frozenset(found)


def _names_tax(line: Line, tagged: TaggedPage) -> bool:
    labels = {tagged.label_at(token) for token in line.tokens}
    return "tax" in labels or any(key.label == "tax" for _, key in line.key_words)


def amounts_of(line: Line, number_format: NumberFormat) -> list[tuple[int, Decimal]]:
    """The tokens of a line's amounts, each with its value."""
    parsed = ((line.tokens[at], parse_amount(line.words[at], number_format)) for at in line.amounts)
    return [(token, value) for token, value in parsed if value is not None]


def _is_tax_on(tax: Decimal, base: Decimal, rate: Decimal) -> bool:
    """Whether the base is without the tax or with it, to a cent."""
    return any(abs(due - tax) <= CENT for due in (base * rate, base * rate / (1 + rate)))
