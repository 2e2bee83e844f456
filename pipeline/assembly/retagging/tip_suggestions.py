"""Find tips that a receipt only suggests: `18% Tip 3.69 Total 25.88`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.assembly.summary.options import SERVICE, TAX
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import NumberFormat, parse_amount
from pipeline.assembly.values.percentages import PERCENTAGE, rate_of
from pipeline.text_lines.key_words import key_words
from pipeline.text_lines.lines import Line

_ABOVE = 2  # lines from the heading to the first suggestion
_APART = 2  # lines from one suggestion to the next
_INEXACT = Decimal("0.04")  # of the base that tips suggest: they are rounded


@dataclass(frozen=True, slots=True)
class _Suggestion:
    """A rate with the amounts that follow it.

    Attributes:
        line: its place among the page's lines.
        tokens: of the amounts.
        amounts: the tip first, mostly followed by the total with it.
    """

    line: int
    rate: Decimal
    tokens: tuple[int, ...]
    amounts: tuple[Decimal, ...]

    def fits(self, other: _Suggestion) -> bool:
        """Whether both are tips on the same base."""
        mine, others = self.amounts[0] * other.rate, other.amounts[0] * self.rate
        return abs(mine - others) <= _INEXACT * max(mine, others)


def suggested_tips(tagged: TaggedPage) -> frozenset[int]:
    """The tokens of suggested tips and of the totals with them.

    A suggestion stands below a heading that says so, or is one of several of different rates
    for the same base; the lines must name a tip. A single `Gratuity 18% 3.42` is a tip that was
    charged, also if a tax or a service charge on the same base stands below it.
    """
    lines, words = tagged.lines, key_words()
    charged = {number for number, line in enumerate(lines) if _is_charged(line, tagged)}
    suggestions = _suggestions(lines, tagged.conventions.number_format)
    found: set[int] = set()
    for group in _groups([one for one in suggestions if one.line not in charged]):
        numbers = range(max(0, group[0].line - _ABOVE), group[-1].line + 1)
        text = " ".join(lines[number].text for number in numbers)
        several = len({one.rate for one in group}) > 1
        if words.tip.search(text) and (several or words.tip_suggested.search(text)):
            found.update(token for one in group for token in one.tokens)
    for line in lines:
        if words.tip.search(line.text) and words.tip_suggested.search(line.text):
            found.update(line.tokens[place] for place in line.amounts)
    return frozenset(found)


def _is_charged(line: Line, tagged: TaggedPage) -> bool:
    """Whether the line names a tax or a service charge, not a tip, and is tagged so."""
    words = key_words()
    if words.tip.search(line.text):
        return False
    named = words.service.search(line.text) or any(key.label == TAX for _, key in line.key_words)
    return bool(named) and any(tagged.label_at(token) in (TAX, SERVICE) for token in line.tokens)


def _groups(suggestions: Sequence[_Suggestion]) -> Iterator[list[_Suggestion]]:
    """Neighbouring suggestions for one base."""
    group: list[_Suggestion] = []
    for one in suggestions:
        if group and (one.line - group[-1].line > _APART or not one.fits(group[0])):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _suggestions(lines: Sequence[Line], number_format: NumberFormat) -> Iterator[_Suggestion]:
    """Rates with their amounts: behind them on the line, in front if nothing is behind, or in
    the line below a line of rates alone."""
    for number, line in enumerate(lines):
        rates = list(PERCENTAGE.finditer(line.text))
        if not rates:
            continue
        if not line.amounts and number + 1 < len(lines):
            below = lines[number + 1]
            if len(below.amounts) == len(rates) and not PERCENTAGE.search(below.text):
                for rate, place in zip(rates, below.amounts, strict=True):
                    yield from _suggestion(number + 1, rate, below, [place], number_format)
            continue
        starts = [rate.start() for rate in rates[1:]]
        for rate, end in zip(rates, [*starts, len(line.text)], strict=True):
            places = [at for at in line.amounts if rate.end() <= line.starts[at] < end]
            if not places and len(rates) == 1:
                places = [at for at in line.amounts if line.starts[at] < rate.start()]
            yield from _suggestion(number, rate, line, places, number_format)


def _suggestion(
    number: int, rate: re.Match[str], line: Line, places: Sequence[int], number_format: NumberFormat
) -> Iterator[_Suggestion]:
    amounts = [parse_amount(line.words[place], number_format) for place in places]
    known = tuple(amount for amount in amounts if amount is not None)
    printed = rate_of(rate)
    if known and known[0] > 0 and printed:
        tokens = tuple(line.tokens[place] for place in places)
        yield _Suggestion(number, printed, tokens, known)
