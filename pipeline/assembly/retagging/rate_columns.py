"""Find columns of tax rates between the items and their prices: `CAFFE  10%  1,20`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import punctuation

from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.percentages import PERCENTAGE
from pipeline.document import Box
from pipeline.labels import Table, ValueType
from pipeline.text_lines.key_words import key_words

_BARE_RATE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})?%?|ES\.?|N\.?[1-7]", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_]{2}")
_LEAST_LINES = 2
_LEAST_SHARE = 0.6  # of the priced lines between the first rate and the last


@dataclass(frozen=True, slots=True)
class _Rate:
    """A token that may be a rate, in front of its line's amount."""

    line: int
    token: int
    box: Box


def rate_columns(tagged: TaggedPage) -> frozenset[int]:
    """The tokens of such columns: below a heading that names the tax, or percentages that are
    aligned on most of the lines. A percentage elsewhere belongs to the item: `MILK 2%`."""
    found = {rate.token for rate in _below_headings(tagged)}
    percentages = list(_before_amounts(tagged, PERCENTAGE))
    for rate in percentages:
        column = [one for one in percentages if _are_aligned(one.box, rate.box)]
        if len(column) >= _LEAST_LINES and len(column) >= _LEAST_SHARE * _priced(tagged, column):
            found.update(one.token for one in column)
    return frozenset(found)


def _below_headings(tagged: TaggedPage) -> Iterator[_Rate]:
    for number, line in enumerate(tagged.lines):
        if line.amounts or any(character.isdigit() for character in line.text):
            continue  # it is no heading, but may be the tax number
        for token, word in zip(line.tokens, line.words, strict=True):
            if _names_tax(word) and len(line.words) > 1:
                heading = tagged.tokens[token].box
                for rate in _before_amounts(tagged, _BARE_RATE):
                    if rate.line > number and _overlap(heading, rate.box):
                        yield rate


def _names_tax(word: str) -> bool:
    """Whether the word alone names a tax above a column of rates."""
    return bool(key_words().rate_heading.fullmatch(word.strip(punctuation)))


def _before_amounts(tagged: TaggedPage, pattern: re.Pattern[str]) -> Iterator[_Rate]:
    """The word in front of each line's last amount, where it matches and an item is named; what is
    tagged as an amount of a table of taxes is no rate."""
    table = tagged.label_set.of_table(Table.TAXES)
    of_taxes = {label.name for label in table if label.type is ValueType.AMOUNT}
    for number, line in enumerate(tagged.lines):
        place = line.amounts[-1] - 1 if line.amounts else 0
        named = any(_NAME.search(word) for word in line.words[:place])
        token = line.tokens[place]
        if tagged.label_at(token) in of_taxes:
            continue
        if named and pattern.fullmatch(line.words[place]):
            yield _Rate(number, token, tagged.tokens[token].box)


def _priced(tagged: TaggedPage, column: Sequence[_Rate]) -> int:
    first, last = column[0].line, column[-1].line
    return sum(bool(line.amounts) for line in tagged.lines[first : last + 1])


def _are_aligned(one: Box, other: Box) -> bool:
    slack = one.height / 2
    return abs(one.x0 - other.x0) <= slack or abs(one.x1 - other.x1) <= slack


def _overlap(one: Box, other: Box) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1
