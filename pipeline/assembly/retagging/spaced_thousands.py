"""Join numbers with spaced thousands: `12 499,00` is one amount and not two words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.readings import joined_readings
from pipeline.assembly.retagging.tag_changes import valid_iob
from pipeline.assembly.tagged_page import TaggedPage
from pipeline.assembly.values.amounts import NumberFormat, parse_amount
from pipeline.assembly.values.conventions import CURRENCY_MARK, Conventions
from pipeline.document import Box, Token
from pipeline.labels import Role, label_of
from pipeline.tagging.types import Tags
from pipeline.text_lines.key_words import find_key_words
from pipeline.text_lines.lines import Line
from pipeline.world.countries import countries

_HEAD = re.compile(rf"^[x×*]?[-(]?(?:{CURRENCY_MARK})?[-(]?\d{{1,3}}$")
_GROUP = re.compile(r"^\d{3}$")
_TAIL = re.compile(rf"^\d{{3}}(?P<cents>[.,](?:\d{{2}}|-))?[-)]?(?:{CURRENCY_MARK}|[A-Z*])?\)?$")
_CENTS = re.compile(r"(?<![\d.,])\d+[.,]\d{2}(?![\d.,])")
_WIDEST_GAP = 1.5  # between the groups of one number, in digits; columns stand further apart
_SURELY_ONE = 2  # sums that are tagged as one number each


@dataclass(frozen=True, slots=True)
class _Number:
    """Neighbouring tokens that may be one number.

    Attributes:
        line: the number of their text line.
        one_span: all of it is tagged as one amount of the summary.
        labelled: a key word of the summary is in front of it.
    """

    tokens: tuple[int, ...]
    line: int
    value: Decimal
    one_span: bool
    labelled: bool


def with_spaced_thousands(tagged: TaggedPage) -> TaggedPage:
    """The page with such numbers as one token each; unchanged if it does not write numbers so.

    Its sums decide: a quantity in front of a sum is rare, and no line item costs thousands where
    no sum does. In a line item the first group may still be a quantity: a number that is larger
    than every sum, or that is a product with another amount of the line, is not joined, unless the
    line has it twice: `1 x1 899,00 1 899,00`.
    """
    numbers = _numbers(tagged)
    sums = [number for number in numbers if number.one_span or number.labelled]
    if not _writes_so(sums, tagged.conventions):
        return tagged
    most = max(number.value for number in sums)
    twice = {one for one, count in Counter(map(_key, numbers)).items() if count > 1}
    kept = [
        number
        for number in numbers
        if number.value <= most and (_key(number) in twice or not _is_product(number, tagged))
    ]
    return _joined(tagged, [number.tokens for number in kept])


def _key(number: _Number) -> tuple[int, Decimal]:
    return number.line, number.value


def _writes_so(sums: Sequence[_Number], conventions: Conventions) -> bool:
    if not sums:
        return False
    usual = conventions.country is not None and countries()[conventions.country].spaced_thousands
    if usual or conventions.number_format is NumberFormat.COMMA:
        return True
    return sum(number.one_span for number in sums) >= _SURELY_ONE


def _numbers(tagged: TaggedPage) -> list[_Number]:
    has_cents = any(_CENTS.search(token.text) for token in tagged.tokens)
    found = []
    for line in tagged.lines:
        at = 0
        while at < len(line.words):
            end = _end_of_number(line.words, at, has_cents)
            if end > at + 1:
                number = _number(tagged, line, at, end)
                found.extend([number] if number else [])
            at = max(end, at + 1)
    return found


def _end_of_number(words: Sequence[str], at: int, has_cents: bool) -> int:
    """Behind the last of the line's words from ``at`` on that may be one number; ``at`` if none."""
    if not _HEAD.match(words[at]):
        return at
    for place in range(at + 1, len(words)):
        tail = _TAIL.match(words[place])
        is_group = _GROUP.match(words[place])
        follows = place + 1 < len(words) and _TAIL.match(words[place + 1])
        if tail and (tail["cents"] or not (has_cents or (is_group and follows))):
            return place + 1
        if not is_group:
            return at
    return at


def _number(tagged: TaggedPage, line: Line, at: int, end: int) -> _Number | None:
    tokens = line.tokens[at:end]
    value = parse_amount(" ".join(line.words[at:end]), tagged.conventions.number_format)
    if value is None or _widest_gap([tagged.tokens[index] for index in tokens]) > _WIDEST_GAP:
        return None
    summary = tagged.labels_with(Role.SUMMARY)
    labels = {tagged.label_at(index) for index in tokens}
    begun = sum(tagged.tags.labels[index].startswith("B-") for index in tokens)
    return _Number(
        tokens=tokens,
        line=tagged.tokens[tokens[0]].line,
        value=value,
        one_span=len(labels) == 1 and labels <= summary and begun <= 1,
        labelled=any(key.label in summary for _, key in find_key_words(" ".join(line.words[:at]))),
    )


def _widest_gap(tokens: Sequence[Token]) -> float:
    width = min(token.box.width / len(token.text) for token in tokens[1:])
    gaps = [b.box.x0 - a.box.x1 for a, b in pairwise(tokens)]
    return max(gaps) / width if width > 0 else float("inf")


def _is_product(number: _Number, tagged: TaggedPage) -> bool:
    """Whether the first group is a quantity: `2 249,50 499,00`, `2 499,00 998,00`."""
    first, *rest = number.tokens
    quantity = parse_amount(tagged.tokens[first].text, NumberFormat.COMMA)
    price = parse_amount(" ".join(tagged.tokens[i].text for i in rest), NumberFormat.COMMA)
    line = tagged.tokens[first].line
    others = {
        parse_amount(token.text, NumberFormat.COMMA)
        for index, token in enumerate(tagged.tokens)
        if token.line == line and index not in number.tokens
    }
    if not quantity or price is None:
        return False
    return quantity * price in others or price / quantity in others


def _joined(tagged: TaggedPage, numbers: Sequence[tuple[int, ...]]) -> TaggedPage:
    """The page with one token for each number."""
    page, tags = tagged.page, tagged.tags
    group_of = {number[0]: number for number in numbers}
    within = {index for number in numbers for index in number[1:]}
    groups = [group_of.get(i, (i,)) for i in range(len(page.tokens)) if i not in within]
    tokens = tuple(_one_token([page.tokens[index] for index in group]) for group in groups)
    telling = [_telling(group, tags) for group in groups]
    scores: Mapping[str, NDArray[np.float32]] | None = tags.scores and {
        label: np.asarray(given)[telling] for label, given in tags.scores.items()
    }
    labels = valid_iob([_label(group, tags) for group in groups])
    probabilities = tuple(tags.probabilities[index] for index in telling)
    return tagged.with_tokens(
        replace(page, tokens=tokens), Tags(tuple(labels), probabilities, scores)
    )


def _telling(group: Sequence[int], tags: Tags) -> int:
    """The token whose tag the number gets: the last that has one."""
    return next((i for i in reversed(group) if label_of(tags.labels[i])), group[-1])


def _label(group: Sequence[int], tags: Tags) -> str:
    """It begins where the first token of its span begins."""
    first, telling = tags.labels[group[0]], tags.labels[_telling(group, tags)]
    return first if label_of(first) == label_of(telling) else telling


def _one_token(tokens: Sequence[Token]) -> Token:
    if len(tokens) == 1:
        return tokens[0]
    return Token(
        text=" ".join(token.text for token in tokens),
        box=Box.union(token.box for token in tokens),
        confidence=min(token.confidence for token in tokens),
        line=tokens[0].line,
        readings=joined_readings(tokens),
    )
