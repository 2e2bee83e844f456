"""Find lines that print a tax beside its base: `TVA 5,5% HT 8,60 TVA 0,47`, `13 3.99 0.51 4.50`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import CENT, NumberFormat, parse_amount
from pipeline.assembly.values.percentages import PERCENTAGE, bare_rate, only_rate, rate_of
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line

_MOST_AMOUNTS = 6  # of a line that are tried with each other


@dataclass(frozen=True, slots=True)
class TaxedRow:
    """The tokens of a row's rate, net amount, tax and sum of both."""

    rate: tuple[int, ...]
    net: int
    tax: int
    gross: int


def taxes_and_bases(tagged: TaggedPage) -> tuple[frozenset[int], frozenset[int]]:
    """The tokens of taxes, and of the amounts that they are taxes on.

    A line with one rate holds a tax where the rate makes it of another amount, beside it or
    above. The line must name a tax or be tagged as one: a discount has a rate too. What the
    tax is on stands beside it, or on a line that is named so. A rate without a percent sign must
    make a whole row, see ``taxed_row``.
    """
    taxes: set[int] = set()
    bases: set[int] = set()
    number_format = tagged.conventions.number_format
    of_above = lines_explained_by_a_rate(tagged.lines, number_format)
    for number, line in enumerate(tagged.lines):
        if key_words().tax_base.search(line.text):
            bases.update(line.tokens[place] for place in line.amounts)
        rate = only_rate(line.text)
        if rate is None and (row := taxed_row(line, number_format)):
            taxes.add(row.tax)
            bases.add(row.net)
        if rate is None or not _names_tax(line, tagged):
            continue
        beside = [
            (tax_token, base_token)
            for (tax_token, tax), (base_token, base) in permutations(
                amounts_of(line, number_format), 2
            )
            if _is_tax_on_net_or_gross(tax, base, rate)
        ]
        taxes.update(tax for tax, _ in beside)
        bases.update(base for _, base in beside)
        if not beside and number in of_above:
            taxes.add(line.tokens[line.amounts[-1]])
    return frozenset(taxes - bases), frozenset(bases)


def taxed_row(line: Line, number_format: NumberFormat) -> TaxedRow | None:
    """The row of a table of taxes, where the rate makes the tax of the net amount and both add up
    to the fourth number, in whatever order: `13.00 3.99 0.51 4.50`."""
    amounts = amounts_of(line, number_format)[:_MOST_AMOUNTS]
    for tokens, rate in rates_of(line):
        others = [one for one in amounts if one[0] not in tokens]
        for (net, its_value), (tax, its_tax), (gross, whole) in permutations(others, 3):
            if its_value + its_tax == whole and is_tax_on_net(its_tax, its_value, rate):
                return TaxedRow(tokens, net, tax, gross)
    return None


def rates_of(line: Line) -> Iterator[tuple[tuple[int, ...], Decimal]]:
    """What may be the line's rate, 0.2 for 20 %, with its tokens: its only percentage, else any
    small number."""
    percentages = list(PERCENTAGE.finditer(line.text))
    if percentages:
        if len({rate_of(match) for match in percentages}) == 1:
            yield tuple(line.within(*percentages[0].span(1))), rate_of(percentages[0])
        return
    for token, word in zip(line.tokens, line.words, strict=True):
        if rate := bare_rate(word):
            yield (token,), rate


def is_tax_on_net(tax: Decimal, net: Decimal, rate: Decimal) -> bool:
    """Whether the rate makes the tax of the amount without it, to a cent; both are negative where
    more of a rate was given back than bought."""
    return _is_smaller(tax, net) and abs(net * rate - tax) <= CENT


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
            if any(_is_tax_on_net_or_gross(share, other, rate) for other in others):
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


def _is_tax_on_net_or_gross(tax: Decimal, base: Decimal, rate: Decimal) -> bool:
    """Whether the rate makes the tax of the amount without it or with it, to a cent."""
    made = (base * rate, base * rate / (1 + rate))
    return _is_smaller(tax, base) and any(abs(due - tax) <= CENT for due in made)


def _is_smaller(tax: Decimal, base: Decimal) -> bool:
    """Whether a tax is less than its base and has its sign."""
    return 0 < tax < base or base < tax < 0
