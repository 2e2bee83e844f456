"""The possible values of each summary field: absent, one amount, or a sum of several lines."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise
from operator import mul

import numpy as np

from pipeline.assembly.summary.amount_candidates import OTHER_FEE, AmountCandidate
from pipeline.assembly.summary.amount_features import AMOUNT_FEATURES, Floats
from pipeline.assembly.values.amounts import ZERO

TOTAL, SUBTOTAL, TAX, TIP, DISCOUNT, CASH, CHANGE, SERVICE, ROUNDING = (
    *("total", "subtotal", "tax", "tip", "discount"),
    *("cash", "change", "service_charge", "rounding"),
)

OF_SEVERAL = (
    "further_lines", "next_lines", "counted_twice", "counted_twice_next", "counted_twice_apart",
    "sum_printed",
)  # fmt: skip
OPTION_FEATURES = (*AMOUNT_FEATURES, *OF_SEVERAL)
"""The features of an option: those of its amounts, added up.

``further_lines``: how many amounts it has after the first; ``next_lines``: how many are on the
line below the one before. ``counted_twice``: how many equal one before, which may be one
amount printed twice (only the first one's features count); ``counted_twice_next``: how many of
these are on its line or the one below; ``counted_twice_apart``: how many have an item's price
in between. ``sum_printed``: another amount, no cell of a row, is their sum.
"""

# How many options are tried together: limits on time, far beyond what is likely.
_SINGLES = {TOTAL: 6, SUBTOTAL: 3}
_SINGLES_OTHER = 2
_PARTS = {TAX: 4, DISCOUNT: 12}  # lines that a field may be the sum of
_SUMS = {TAX: 6, DISCOUNT: 4}
_REACH = 5.0  # log-odds to a label's best option, beyond what sums may speak for
_PART_REACH = 2.0  # likewise, of an amount that is only a part of a sum, to the empty field


@dataclass(frozen=True, slots=True)
class Option:
    """One possible value of a field.

    Attributes:
        candidates: what it is made of; none for an empty field.
        value: their sum; of a discount what was taken off, without a sign.
        repaired: the probability that the value, which is corrected, is right; ``None`` if it is
            as read.
    """

    candidates: tuple[AmountCandidate, ...]
    value: Decimal | None
    repaired: float | None = None

    @property
    def amount(self) -> Decimal:
        """The value, zero for an empty field."""
        return ZERO if self.value is None else self.value


NOTHING = Option((), None)


@dataclass(frozen=True, slots=True)
class Options:
    """The best options of one label, the empty field last.

    Attributes:
        features: shape (options, ``OPTION_FEATURES``); those of the empty field are zero.
    """

    options: tuple[Option, ...]
    features: Floats


NO_OPTIONS = Options((NOTHING,), np.zeros((1, len(OPTION_FEATURES))))
"""Of a label that is not looked for."""


def options_of(
    candidates: Sequence[AmountCandidate], label: str, features: Floats, weights: Floats
) -> Options:
    """The label's best options.

    Args:
        features: of each candidate as this label: shape (candidates, ``AMOUNT_FEATURES``).
        weights: the label's, of ``OPTION_FEATURES``; they choose the options that are tried.
    """
    scores: list[float] = (features @ weights[: len(AMOUNT_FEATURES)]).tolist()
    rows = [one.number for one in candidates if one.in_row]
    printed = {signed(one.value, label) for one in candidates if not one.in_row}
    of_several = weights[len(AMOUNT_FEATURES) :].tolist()
    ranked = sorted(
        (one for one in candidates if _may_be(one, label)),
        key=lambda one: (-scores[one.number], one.number),
    )
    singles = ranked[: _SINGLES.get(label, _SINGLES_OTHER)]
    best = [(scores[one.number], Option((one,), signed(one.value, label))) for one in singles]
    if label in _PARTS:
        likely = [one for one in ranked[: _PARTS[label]] if scores[one.number] > -_PART_REACH]
        scored = (
            (
                sum(scores[number] for number in _counted(option, label))
                + sum(map(mul, of_several, _of_several(option, label, rows, printed))),
                option,
            )
            for option in _sums(likely, label)
        )
        best += _likeliest_of_each_value(scored)[: _SUMS[label]]
    least = max((score for score, _ in best), default=0.0)
    kept = [option for score, option in best if score > max(least, 0.0) - _REACH]
    found = np.zeros((len(kept) + 1, len(OPTION_FEATURES)))
    for row, option in zip(found, kept, strict=False):
        row[: len(AMOUNT_FEATURES)] = features[_counted(option, label)].sum(axis=0)
        row[len(AMOUNT_FEATURES) :] = _of_several(option, label, rows, printed)
    return Options((*kept, NOTHING), found)


def _counted(option: Option, label: str) -> list[int]:
    """The numbers of the candidates whose features count: the first of equal ones."""
    first: dict[Decimal, int] = {}
    for one in option.candidates:
        first.setdefault(signed(one.value, label), one.number)
    return list(first.values())


def _of_several(
    option: Option, label: str, rows: Sequence[int], printed: Set[Decimal]
) -> tuple[int, ...]:
    """The features ``OF_SEVERAL``.

    Args:
        rows: the numbers of the candidates in rows, ascending.
        printed: the values of the others.
    """
    if len(option.candidates) < 2:
        return (0,) * len(OF_SEVERAL)
    pairs = pairwise(option.candidates)
    following = sum(low.span.lines[0] - high.span.lines[-1] == 1 for high, low in pairs)
    alike: dict[Decimal, list[AmountCandidate]] = {}
    twice = beside = apart = 0
    for one in option.candidates:
        before = alike.setdefault(signed(one.value, label), [])
        if before:
            twice += 1
            beside += one.span.lines[0] - before[-1].span.lines[-1] <= 1
            apart += bisect(rows, one.number) > bisect(rows, before[-1].number)
        before.append(one)
    sum_printed = option.amount in printed and option.amount not in alike
    return len(option.candidates) - 1, following, twice, beside, apart, sum_printed


def _likeliest_of_each_value(
    scored: Iterator[tuple[float, Option]],
) -> list[tuple[float, Option]]:
    found: dict[Decimal | None, tuple[float, Option]] = {}
    for score, option in scored:
        if option.value not in found or found[option.value][0] < score:
            found[option.value] = score, option
    return sorted(found.values(), key=lambda one: -one[0])


def unassigned(
    candidates: Sequence[AmountCandidate], options: Mapping[str, Option]
) -> list[AmountCandidate]:
    """The candidates that none of the fields holds, without cells of rows."""
    assigned = {candidate.number for option in options.values() for candidate in option.candidates}
    return [one for one in candidates if one.number not in assigned and not one.in_row]


def _may_be(candidate: AmountCandidate, label: str) -> bool:
    """Whether a candidate may be the label: a tax's base is no tax; a service charge is a tip or
    a tax only if it is tagged so; a delivery or bag fee is never a tip."""
    if label == TAX and candidate.is_base:
        return False
    if label not in (TAX, TIP) or candidate.surcharge is None:
        return True
    return candidate.span.label == label and (label, candidate.surcharge) != (TIP, OTHER_FEE)


def signed(value: Decimal, label: str) -> Decimal:
    """The value without sign for discounts and change, which tills print with either sign."""
    return abs(value) if label in (DISCOUNT, CHANGE) else value


def _sums(ranked: Sequence[AmountCandidate], label: str) -> Iterator[Option]:
    """Sums of several lines.

    Of taxes any group: a table of rates repeats what stands above it. Discounts are many
    short lines: the likeliest ones, or all but one that repeats the others.
    """
    if label == TAX:
        sizes = range(2, len(ranked) + 1)
        groups = [group for size in sizes for group in combinations(ranked, size)]
        apart = _sums_and_parts(ranked)
        groups = [
            group
            for group in groups
            if not any(pair <= {one.number for one in group} for pair in apart)
        ]
    else:
        groups = [tuple(ranked[:size]) for size in range(2, len(ranked) + 1)]
        if len(ranked) > 2:
            groups += combinations(ranked, len(ranked) - 1)
    for group in groups:
        option = _sum(sorted(group, key=lambda one: one.number), label)
        if option is not None:
            yield option


def _sum(group: Sequence[AmountCandidate], label: str) -> Option | None:
    """The sum of the lines; ``None`` if the largest is the sum of all others, or their signs differ
    and they are no rows of taxes, of which one may be of goods that were given back."""
    values = [signed(candidate.value, label) for candidate in group]
    is_repeated = len(values) > 2 and 2 * max(values) == sum(values)
    are_mixed = min(values) < 0 < max(values)
    may_be_mixed = all(one.is_tax or one.span.label == TAX for one in group if one.value < 0)
    if is_repeated or (are_mixed and not may_be_mixed):
        return None
    return Option(tuple(group), sum(values, ZERO))


def _sums_and_parts(candidates: Sequence[AmountCandidate]) -> set[frozenset[int]]:
    """Pairs of candidates, by number: a sum of several, and one of these. Both together would count
    a tax twice that is printed as a sum and with its parts."""
    found = set()
    for whole in candidates:
        others = [one for one in candidates if one is not whole and one.value]
        for size in range(2, len(others) + 1):
            for parts in combinations(others, size):
                if sum(part.value for part in parts) == whole.value:
                    found |= {frozenset((whole.number, part.number)) for part in parts}
    return found
