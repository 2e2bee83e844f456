"""Numbers whose thousands a space sets apart: `12 499,00` is one amount and not two words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.assembly.retagging import valid_iob
from pipeline.assembly.values.amounts import NumberFormat, parse_amount
from pipeline.assembly.values.conventions import CURRENCY_MARK, Conventions
from pipeline.document import Box, Page, Token
from pipeline.labels import LabelSet, Role, label_of
from pipeline.tagging.types import Tags
from pipeline.text_lines.lines import announced
from pipeline.world.countries import countries

_HEAD = re.compile(rf"^[-(]?(?:{CURRENCY_MARK})?[-(]?\d{{1,3}}$")
_GROUP = re.compile(r"^\d{3}$")
_TAIL = re.compile(rf"^\d{{3}}(?P<cents>[.,](?:\d{{2}}|-))?[-)]?(?:{CURRENCY_MARK}|[A-Z*])?\)?$")
_CENTS = re.compile(r"(?<![\d.,])\d+[.,]\d{2}(?![\d.,])")
_WIDEST_GAP = 1.5  # between the groups of one number, in digits; columns stand further apart
_SURELY_ONE = 2  # sums that the tagger takes for one number each


@dataclass(frozen=True, slots=True)
class _Number:
    """Neighbouring tokens that may be one number.

    Attributes:
        one_span: the tagger takes all of it for one amount of the summary.
        announced: a key word of the summary stands in front.
    """

    tokens: tuple[int, ...]
    value: Decimal
    one_span: bool
    announced: bool


def with_spaced_thousands(
    page: Page, tags: Tags, label_set: LabelSet, conventions: Conventions
) -> tuple[Page, Tags]:
    """The page with such numbers as one token each, and its tags; both as they were where the
    page does not write numbers so.

    It does where its sums do: a quantity in front of a sum is rare, and no line of goods costs
    thousands where no sum does. In a line of goods the first group may be a quantity all the
    same: what is more than any sum, or makes a product with another amount of the line, stays
    apart.
    """
    numbers = _numbers(page, tags, label_set, conventions)
    sums = [number for number in numbers if number.one_span or number.announced]
    if not _writes_so(sums, conventions):
        return page, tags
    most = max(number.value for number in sums)
    kept = [one for one in numbers if one.value <= most and not _is_product(one, page)]
    return _joined(page, tags, [number.tokens for number in kept])


def _writes_so(sums: Sequence[_Number], conventions: Conventions) -> bool:
    if not sums:
        return False
    usual = conventions.country is not None and countries()[conventions.country].spaced_thousands
    if usual or conventions.number_format is NumberFormat.COMMA:
        return True
    return sum(number.one_span for number in sums) >= _SURELY_ONE


def _numbers(
    page: Page, tags: Tags, label_set: LabelSet, conventions: Conventions
) -> list[_Number]:
    has_cents = any(_CENTS.search(token.text) for token in page.tokens)
    found = []
    for line in page.lines():
        at = 0
        while at < len(line):
            end = _end_of_number(page, line, at, has_cents)
            if end > at + 1:
                number = _number(page, tags, label_set, conventions, line, at, end)
                found.extend([number] if number else [])
            at = max(end, at + 1)
    return found


def _end_of_number(page: Page, line: Sequence[int], at: int, has_cents: bool) -> int:
    """Behind the last of the tokens from ``at`` on that may be one number; ``at`` if none."""
    if not _HEAD.match(page.tokens[line[at]].text):
        return at
    for place in range(at + 1, len(line)):
        text = page.tokens[line[place]].text
        tail = _TAIL.match(text)
        follows = place + 1 < len(line) and _TAIL.match(page.tokens[line[place + 1]].text)
        if tail and (tail["cents"] or not (has_cents or (_GROUP.match(text) and follows))):
            return place + 1
        if not _GROUP.match(text):
            return at
    return at


def _number(
    page: Page,
    tags: Tags,
    label_set: LabelSet,
    conventions: Conventions,
    line: Sequence[int],
    at: int,
    end: int,
) -> _Number | None:
    tokens = tuple(line[at:end])
    value = parse_amount(" ".join(page.tokens[i].text for i in tokens), conventions.number_format)
    if value is None or _widest_gap([page.tokens[index] for index in tokens]) > _WIDEST_GAP:
        return None
    summary = {label.name for label in label_set.with_role(Role.SUMMARY)}
    labels = {label_of(tags.labels[index]) for index in tokens}
    begun = sum(tags.labels[index].startswith("B-") for index in tokens)
    before = " ".join(page.tokens[index].text for index in line[:at])
    return _Number(
        tokens=tokens,
        value=value,
        one_span=len(labels) == 1 and labels <= summary and begun <= 1,
        announced=any(key.label in summary for _, key in announced(before)),
    )


def _widest_gap(tokens: Sequence[Token]) -> float:
    width = min(token.box.width / len(token.text) for token in tokens[1:])
    gaps = [b.box.x0 - a.box.x1 for a, b in pairwise(tokens)]
    return max(gaps) / width if width > 0 else float("inf")


def _is_product(number: _Number, page: Page) -> bool:
    """Whether the first group is a quantity: `2 249,50 499,00`, `2 499,00 998,00`."""
    first, *rest = number.tokens
    quantity = parse_amount(page.tokens[first].text, NumberFormat.COMMA)
    price = parse_amount(" ".join(page.tokens[i].text for i in rest), NumberFormat.COMMA)
    line = page.tokens[first].line
    others = {
        parse_amount(token.text, NumberFormat.COMMA)
        for index, token in enumerate(page.tokens)
        if token.line == line and index not in number.tokens
    }
    if not quantity or price is None:
        return False
    return quantity * price in others or price / quantity in others


def _joined(page: Page, tags: Tags, numbers: Sequence[tuple[int, ...]]) -> tuple[Page, Tags]:
    """Page and tags with one token for each number."""
    group_of = {number[0]: number for number in numbers}
    within = {index for number in numbers for index in number[1:]}
    groups = [group_of.get(i, (i,)) for i in range(len(page.tokens)) if i not in within]
    tokens = tuple(_one_token([page.tokens[index] for index in group]) for group in groups)
    told = [_telling(group, tags) for group in groups]
    scores: Mapping[str, NDArray[np.float32]] | None = tags.scores and {
        label: np.asarray(given)[told] for label, given in tags.scores.items()
    }
    labels = valid_iob([_label(group, tags) for group in groups])
    probabilities = tuple(tags.probabilities[index] for index in told)
    return replace(page, tokens=tokens), Tags(tuple(labels), probabilities, scores)


def _telling(group: Sequence[int], tags: Tags) -> int:
    """The token whose tag the number gets: the last that has one."""
    return next((i for i in reversed(group) if label_of(tags.labels[i])), group[-1])


def _label(group: Sequence[int], tags: Tags) -> str:
    """It begins where the first token of its span begins."""
    first, told = tags.labels[group[0]], tags.labels[_telling(group, tags)]
    return first if label_of(first) == label_of(told) else told


def _one_token(tokens: Sequence[Token]) -> Token:
    return Token(
        text=" ".join(token.text for token in tokens),
        box=Box.union(token.box for token in tokens),
        confidence=min(token.confidence for token in tokens),
        line=tokens[0].line,
    )
